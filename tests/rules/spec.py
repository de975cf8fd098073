"""Reads ``.lineage`` files into Cases."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lineage_ext.model import ColumnEdge, Confidence, Transformation
from lineage_ext.testing import Source
from tests.rules.given import ROWS, frame

WORDS = ("given", "case", "only", "when", "then", "unobserved", "untold")
KINDS = {t.value for t in Transformation}
CONFIDENCES = {c.value for c in Confidence}


class SpecError(Exception):
    """A spec file that can't be read; tells file and line."""


@dataclass(frozen=True)
class Given:
    """An input frame: column kinds by name, and its number of rows."""

    columns: dict[str, str]
    rows: int = ROWS


@dataclass(frozen=True)
class Stated:
    """``target <- frame.column HOW masked confidence``. Either column may be ``*``."""

    target: str
    source: Source
    how: Transformation | None = None  # None: any (in ``unobserved``)
    confidence: Confidence | None = None  # None: exact or inferred
    masking: bool = False

    def allows(self, edge: ColumnEdge) -> bool:
        """Whether an edge found is one that was stated."""
        sure = edge.confidence is self.confidence if self.confidence else edge.confidence is not Confidence.OPAQUE
        return sure and edge.transformation is self.how and edge.masking is self.masking

    def __str__(self) -> str:
        masked, sure = " masked" if self.masking else "", f" {self.confidence}" if self.confidence else ""
        return f"{self.how}{masked}{sure}"


@dataclass
class Case:
    """One case of a spec file. ``variable`` is the name the stated edges lead to."""

    file: Path
    line: int
    name: str
    given: dict[str, Given]
    cells: list[str] = field(default_factory=list)
    variable: str = "out"
    then: list[Stated] = field(default_factory=list)
    unobserved: list[Stated] = field(default_factory=list)
    untold: list[Stated] = field(default_factory=list)
    only: str = ""

    @property
    def id(self) -> str:
        """``merge: left join``."""
        return f"{self.file.stem}: {self.name}" if self.name else self.file.stem

    def frames(self) -> dict[str, pd.DataFrame]:
        """Freshly made inputs."""
        return {name: frame(name, g.columns, g.rows) for name, g in self.given.items()}

    def program(self, **frames: Any) -> Any:
        """What the cells make of the frames."""
        names = {"pd": pd, "np": np, **frames}
        for cell in self.cells:
            exec(compile(cell, f"{self.file.name}:{self.line}", "exec"), names)
        return names[self.variable]

    @property
    def runs(self) -> bool:
        """Whether this pandas is one that ``only`` allows (``only pandas >= 3``)."""
        if not self.only:
            return True
        comparison, wanted = re.fullmatch(r"pandas\s*(>=|<)\s*([\d.]+)", self.only).groups()  # type: ignore[union-attr]
        version = tuple(int(p) for p in re.findall(r"\d+", pd.__version__)[:2])
        newer = version >= tuple(int(p) for p in wanted.split("."))
        return newer if comparison == ">=" else not newer


def read(file: Path) -> list[Case]:
    """The cases of a file. Raises SpecError."""
    shared: dict[str, Given] = {}
    cases: list[Case] = []
    last = ""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        word, _, rest = line.partition(" ")
        try:
            if word not in WORDS:
                if last == "when" and (line.startswith(" ") or not line.strip()):
                    cases[-1].cells[-1] += line + "\n"
                elif line.strip() and not line.lstrip().startswith("#"):
                    raise ValueError(f"expected one of {', '.join(WORDS)}, a comment, or an indented line after when")
                continue
            last = word
            if word == "case":
                cases.append(Case(file, number, rest.strip(), dict(shared)))
            else:
                _line(word, rest, cases, shared)
        except (ValueError, KeyError, IndexError) as error:
            raise SpecError(f"{file.name}:{number}: {error}") from error
    for case in cases:
        _finish(case)
    return cases


def _line(word: str, rest: str, cases: list[Case], shared: dict[str, Given]) -> None:
    if word == "given":
        name, _, columns = rest.split("#", maxsplit=1)[0].partition(":")
        (cases[-1].given if cases else shared)[name.strip()] = _given(columns)
    elif word == "only":
        cases[-1].only = rest.strip()
    elif word == "when":
        cases[-1].cells.append(" " * 5 + rest + "\n")
    elif word == "then":
        cases[-1].then += _edges(rest.split("#", maxsplit=1)[0], cases[-1], True)
    else:
        stated, _, reason = rest.partition("#")
        if not reason.strip():
            raise ValueError(f"{word} needs a reason: … # why")
        getattr(cases[-1], word).extend(_edges(stated, cases[-1], False))


def _given(text: str) -> Given:
    parts = dict(part.split("=", 1) for part in text.split())
    rows = int(parts.pop("rows", ROWS))
    return Given(parts, rows)


def _edges(text: str, case: Case, full: bool) -> list[Stated]:
    left, arrow, right = text.partition("<-")
    if not arrow:
        raise ValueError("no <- in it")
    variable, _, target = left.strip().partition(".")
    if case.then and variable != case.variable:
        raise ValueError(f"the case is about {case.variable}, not {variable}")
    case.variable = variable
    target = "<rows>" if target == "rows" else target
    return [_edge(target, part.strip(), case, full) for part in right.split(",")]


def _edge(target: str, text: str, case: Case, full: bool) -> Stated:
    confidence: Confidence | None = None
    how = None
    words = text.split(" ")
    if words[-1] in CONFIDENCES:
        confidence = Confidence(words.pop())
    masking = words[-1] == "masked"
    if masking:
        words.pop()
    if words[-1] in KINDS:
        how = Transformation(words.pop())
    name, _, column = " ".join(words).partition(".")
    if name not in case.given:
        raise ValueError(f"no frame {name!r} is given")
    if column != "*" and column not in case.given[name].columns:
        raise ValueError(f"{name} has no column {column!r}")
    if full and how is None:
        raise ValueError(f"how? One of {', '.join(sorted(KINDS))}")
    return Stated(target, Source(name, column), how, confidence, masking)


def _finish(case: Case) -> None:
    case.cells = [textwrap.dedent(cell).strip() + "\n" for cell in case.cells]
    if not case.cells:
        raise SpecError(f"{case.file.name}:{case.line}: the case has no when")
