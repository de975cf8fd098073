"""Tells the panel which cells are stale and which are gone from the notebook: while no cell runs, after one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_ext.analysis.history import executions
from lineage_ext.analysis.stale import stale
from lineage_ext.hosts.document import document_of
from lineage_ext.model import Run, RunKind
from lineage_ext.session import Sample, Session
from lineage_ext.widget.protocol import DeletedRecord, Record, StaleRecord

if TYPE_CHECKING:
    from lineage_ext.widget.stream import Stream

MOST_CELLS = 2_000  # runs; 0.1 ms each


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
        if not self._due or self._session.open or graph is None or len(graph.cells()) > MOST_CELLS:
            return
        self._due = False
        document = document_of(graph)
        found = stale(graph, document)
        keys = {key for key, _ in document} if document is not None else None
        gone = tuple(sorted(c.serial for c in executions(graph) if keys is not None and c.key not in keys))
        records = (
            StaleRecord(tuple((c.run, "; ".join(c.reasons)) for c in found.cells), found.datasets),
            DeletedRecord(gone),
        )
        if records != self._told:
            self._told = records
            for record in records:
                self._stream.tell(record)
