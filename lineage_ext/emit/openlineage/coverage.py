"""How much of what ran is explained: counted for the notebook and for each cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from lineage_ext.emit.openlineage import run_facets
from lineage_ext.emit.openlineage.facet import Facet
from lineage_ext.model import Confidence, OpaqueFacet, Run

MOST = 20


@dataclass(slots=True)
class Coverage:
    """Counts operations, and keeps the first that nothing explains, one of each kind."""

    total: int = 0
    opaque: int = 0
    unexplained: dict[tuple[str, str], Run] = field(default_factory=dict)

    def add(self, run: Run) -> None:
        """Count an operation."""
        self.total += run.count
        reason: OpaqueFacet | None = run.facet(OpaqueFacet)
        if reason is None and run.column_map.confidence is not Confidence.OPAQUE:
            return
        self.opaque += run.count
        if len(self.unexplained) < MOST:
            self.unexplained.setdefault((run.job.name, reason.reason if reason else ""), run)

    def facet(self) -> Facet | None:
        """The extractionError, if there is one."""
        return run_facets.extraction_error(self.total, self.opaque, self.unexplained.values())
