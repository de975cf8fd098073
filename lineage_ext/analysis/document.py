"""The notebook as it stands in its file: which cells there are, in which order, with which text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from lineage_ext.analysis.history import key_of
from lineage_ext.analysis.stale import Document, Stale, stale
from lineage_ext.graph import LineageGraph
from lineage_ext.model import CodeFacet, NotebookFacet, Run


def stale_now(graph: LineageGraph) -> Stale:
    """The stale cells of a session, against its notebook's file where there is one."""
    return stale(graph, document_of(graph))


def document_of(graph: LineageGraph) -> Document | None:
    """The notebook of a session as its file has it, None where there is none."""
    session = graph.session()
    place: NotebookFacet | None = session.facet(NotebookFacet) if session is not None else None
    return document(place.path, graph.cells()) if place is not None and place.path else None


def document(path: str, cells: Iterable[Run]) -> Document | None:
    """The code cells of the notebook at ``path``: (key, source). None if it can't be read, or no cell of it has run.

    A front end saves late: a cell that ran after the file was saved counts with the text that ran.
    """
    try:
        saved = Path(path).stat().st_mtime_ns
        parts = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        code = [(c.get("id", ""), _text(c["source"])) for c in parts if c["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    newer = {
        facet.cell_id: facet.source
        for run in cells
        if (facet := run.facet(CodeFacet)) is not None and facet.cell_id and run.started > saved
    }
    found = [(key_of(cell_id, source), newer.get(cell_id, source)) for cell_id, source in code if source.strip()]
    return [*found, *((key, source) for key, source in newer.items() if key not in {k for k, _ in found})]


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
