"""Which cells are stale and which are gone from the notebook, for a panel and for a report."""

from __future__ import annotations

from lineage_ext.analysis.document import document_of
from lineage_ext.analysis.history import executions
from lineage_ext.analysis.stale import stale
from lineage_ext.graph import LineageGraph
from lineage_ext.widget.protocol import DeletedRecord, Record, StaleRecord

MOST_CELLS = 2_000  # runs; 0.1 ms each


def outdated(graph: LineageGraph) -> tuple[Record, ...]:
    """As of now, against the notebook's file where there is one; nothing for sessions of very many cells."""
    if len(graph.cells()) > MOST_CELLS:
        return ()
    document = document_of(graph)
    found = stale(graph, document)
    keys = {key for key, _ in document} if document is not None else None
    gone = tuple(sorted(c.serial for c in executions(graph) if keys is not None and c.key not in keys))
    return (
        StaleRecord(tuple((c.run, "; ".join(c.reasons)) for c in found.cells), found.datasets),
        DeletedRecord(gone),
    )
