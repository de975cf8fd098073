"""A notebook without a kernel: cells of source text or functions, run under real tracking and kept in memory only."""

from __future__ import annotations

import linecache
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from lineage_ext import guard
from lineage_ext.clock import Clock
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.model import ErrorFacet, Facet, NamesFacet
from lineage_ext.session import Session

_cells = count(1)


class Notebook:
    """Runs cells in ``session``; ``names`` are the variables that cells of source text share.

    Get one from ``notebook()``. What a cell raises is raised, after the cell has been ended with ``error``.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def cell(self, source: str, **names: Any) -> dict[str, Any]:
        """Run source text as a cell, with ``names`` added to the variables first. Returns the variables."""
        filename = f"<cell {next(_cells)}>"
        self.names.update(names)
        code = compile(source, filename, "exec")
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        with self._open(source, filename):
            exec(code, self.names)
        return self.names

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run one call of ``function``, which stands in a file, as a cell. Its value is the variable ``_``."""
        self.cell("_ = _function(*_args, **_kwargs)", _function=function, _args=args, _kwargs=kwargs)
        return self.names["_"]

    def register(self, **frames: Any) -> dict[str, int]:
        """Make frames (or series) known before any operation touches them. Returns their dataset numbers by name."""
        from lineage_ext.capture import identity

        with self._open(""):
            numbers = {name: _number(identity, frame) for name, frame in frames.items()}
        self.session.flush()
        return numbers

    @contextmanager
    def _open(self, source: str, filename: str = "") -> Iterator[None]:
        run = self.session.begin(source, filename=filename)
        try:
            yield
        except BaseException:
            kind, error, _ = sys.exc_info()
            failed = ErrorFacet(kind.__name__ if kind else "", str(error))
            self.session.end(run, "error", error=failed, facets=self._names())
            raise
        self.session.end(run, facets=self._names())

    def _names(self) -> tuple[NamesFacet, ...]:
        """Which variables hold tracked values, as a kernel tells."""
        held = ((name, self.session.identify(value)) for name, value in list(self.names.items()))
        return (NamesFacet(tuple((name, no) for name, no in held if no is not None)),)


def _number(identity: Any, frame: Any) -> int:
    number: int = (identity.frame_number if frame.ndim == 2 else identity.series_number)(frame)
    return number


@contextmanager
def notebook(
    name: str = "notebook", *, clock: Clock | None = None, facets: tuple[Facet, ...] = (), budget: float = 0.0
) -> Iterator[Notebook]:
    """An open session for the body. It has a graph, no store, and no process of its own: one at a time.

    ``budget`` is the share of a cell's time that recording may take; 0: all is recorded, however long it takes.

    Imports pandas, as recording does. Raises RuntimeError when recording can't start.
    """
    import pandas  # noqa: F401  # recording begins when it is there

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # a courier of events may still write there
        session = wiring.open_session(name, LineageConfig(store="memory", budget=budget), Path(folder), facets=facets)
        if clock is not None:
            session.clock = clock
        try:
            if session.interpreter is None:
                raise RuntimeError("recording didn't start: " + "; ".join(p.message for p in guard.problems()))
            yield Notebook(session)
        finally:
            session.close()


@dataclass(frozen=True)
class Recording:
    """A finished call: its ``session`` (still open), what it returned, and the dataset numbers of its inputs."""

    session: Session
    output: Any
    inputs: Mapping[str, int]


@contextmanager
def recorded(function: Callable[..., Any], **frames: Any) -> Iterator[Recording]:
    """``function(**frames)`` under tracking, in a session that lives as long as the body."""
    with notebook() as book:
        yield record(book, function, **frames)


def record(book: Notebook, function: Callable[..., Any], **frames: Any) -> Recording:
    """The same in a notebook that is open already."""
    inputs = book.register(**frames)
    output = book.call(function, **frames)
    book.session.flush()
    return Recording(book.session, output, inputs)
