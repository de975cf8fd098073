"""Finds the programs, and lets them say which of their edges can't be observed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from tests.intervention.data import frames

Function = Callable[..., Any]


@dataclass(frozen=True)
class Program:
    """A program of a family: the function, and its unobservable edges with reasons."""

    family: str
    function: Function

    @property
    def id(self) -> str:
        """``joins: revenue_by_city``."""
        return f"{self.family}: {self.function.__name__}"

    @property
    def unobserved(self) -> dict[str, str]:
        """Edge → why no intervention moves it."""
        return getattr(self.function, "unobserved", {})

    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames it takes."""
        made = frames()
        return {name: made[name] for name in inspect.signature(self.function).parameters}


def unobserved(edges: str, reason: str) -> Callable[[Function], Function]:
    """The function below has these edges (``out.x <- o.qty, o.price``), which no intervention moves: this is why."""

    def note(function: Function) -> Function:
        left, _, right = edges.partition(" <- ")
        found = {f"{left} <- {source.strip()}": reason for source in right.split(",")}
        function.unobserved = {**getattr(function, "unobserved", {}), **found}  # type: ignore[attr-defined]
        return function

    return note


def programs() -> list[Program]:
    """All programs, family by family."""
    found = []
    for file in sorted(Path(__file__).parent.glob("programs_*.py")):
        module = import_module(f"tests.intervention.{file.stem}")
        functions = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
        family = file.stem.removeprefix("programs_")
        found += [Program(family, f) for f in functions if not f.__name__.startswith("_")]
    return found
