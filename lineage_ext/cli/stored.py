"""Finding the store of a project and a session in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lineage_ext.config import LineageConfig
from lineage_ext.graph import LineageGraph
from lineage_ext.hosts.notebook import project
from lineage_ext.hosts.settings import configure
from lineage_ext.store import reading

F = TypeVar("F", bound=Callable[..., Any])


def session_options(function: F) -> F:
    """``--store`` and ``--session``, as every command that looks at a session has them."""
    function = click.option(
        "--session", "session_id", metavar="ID", help="A session, or the beginning of its id (default: the latest)."
    )(function)
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        help="The store, or a project's folder (default: the project around the working directory).",
    )(function)


def store_path(store: Path | None) -> Path:
    """The store's file. A folder stands for the store of the project it is or holds."""
    if store is not None and not store.is_dir():
        return store
    root = store if store is not None else project()
    inside = root / "lineage.sqlite"
    return inside if inside.exists() else root / config_of(root).folder / "lineage.sqlite"


def config_of(folder: Path | None = None) -> LineageConfig:
    """The settings of a project (default: the one around the working directory)."""
    return configure(folder or project(), lambda _: None)  # lineage doctor tells what is wrong in them


def open_session(store: Path | None, session_id: str | None) -> LineageGraph:
    """The graph of a stored session. Raises StoreError, UnknownName."""
    return reading.load(store_path(store), session_id)
