"""What the tellers of runs share: the session's graph, its notebook, what it read, and what may be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lineage_ext.emit.openlineage import run_facets
from lineage_ext.emit.openlineage.facet import Facet, given
from lineage_ext.emit.openlineage.names import Ancestor
from lineage_ext.emit.openlineage.notebook import Notebook
from lineage_ext.emit.openlineage.reads import Reads
from lineage_ext.emit.openlineage.settings import Settings
from lineage_ext.graph import LineageGraph, Piece
from lineage_ext.model import CodeFacet, Run

Outward = Callable[[Run], Run]
"""What others may know of a Run: without literals, where the user wants that."""


@dataclass(slots=True)
class Context:
    """Of one session."""

    graph: LineageGraph
    book: Notebook
    reads: Reads
    settings: Settings
    outward: Outward

    def cell_of(self, run: Run) -> Run | None:
        """The cell an operation or nested cell ran in; None outside of cells."""
        return self.graph.cell(run.parent_id or "")

    def ancestor(self, cell: Run | None) -> Ancestor:
        """Who is named as the parent of what ran in ``cell``: the notebook, unless cells have runs."""
        if cell is None or not self.settings.tells("cell"):
            return self.book.run
        return self.book.inside(cell.id, self.book.cell(cell))

    def facets(self, parent: Ancestor, **more: Facet | None) -> dict[str, Facet]:
        """Those that every run within the notebook has, and ``more``."""
        return given(
            parent=run_facets.parent(parent, self.book.root),
            processing_engine=run_facets.processing_engine(),
            **more,
        )

    def source(self, pieces: tuple[Piece, ...]) -> str:
        """Source text as others may see it, a heading for each cell."""
        parts = []
        for piece in pieces:
            code: CodeFacet | None = self.outward(piece.cell).facet(CodeFacet)
            if code is not None:
                count = f"# In [{code.execution_count}]\n" if code.execution_count is not None else ""
                parts.append(count + piece.text(code.source))
        return "\n\n".join(parts)
