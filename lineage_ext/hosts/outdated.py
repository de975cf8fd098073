"""Tells the panel which cells are stale and which are gone from the notebook: while no cell runs, after one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_ext.model import Run, RunKind
from lineage_ext.session import Sample, Session
from lineage_ext.widget.outdated import outdated
from lineage_ext.widget.protocol import Record

if TYPE_CHECKING:
    from lineage_ext.widget.stream import Stream


class Outdated:
    """A processor that looks through the session once after each burst of cells, when the worker has nothing else."""

    def __init__(self, session: Session, stream: Stream) -> None:
        self._session = session
        self._stream = stream
        self._due = True
        self._told: tuple[Record, ...] = ()

    def on_start(self, run: Run) -> None:
        """Nothing has changed yet."""

    def on_end(self, run: Run) -> None:
        """A cell's end may have made others stale."""
        self._due = self._due or run.kind is RunKind.CELL

    def on_sample(self, sample: Sample) -> None:
        """Memory is of no interest here."""

    def close(self) -> None:
        """Nothing to write."""

    def on_flush(self) -> None:
        """The session has passed on all it had."""
        graph = self._session.graph
        if not self._due or self._session.open or graph is None:
            return
        self._due = False
        records = outdated(graph)
        if records != self._told:
            self._told = records
            for record in records:
                self._stream.tell(record)
