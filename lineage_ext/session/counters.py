"""What a session counts as it passes runs on; ``summary`` says it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lineage_ext.model import Confidence, OpaqueFacet, Run, RunKind, RunState


@dataclass(slots=True)
class Counters:
    """The numbers so far."""

    cells: int = 0
    failed_cells: int = 0
    operations: int = 0
    calls: int = 0
    failed_operations: int = 0
    opaque: int = 0
    inferred: int = 0
    datasets: int = 0
    reads: int = 0
    writes: int = 0
    worker_ns: int = 0
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, run: Run) -> None:
        """Count a finished run."""
        if run.kind is RunKind.CELL:
            self.cells += 1
            self.failed_cells += run.state is not RunState.COMPLETE
            return
        if run.kind is not RunKind.OPERATION:
            return
        self.operations += run.count
        self.failed_operations += run.state is RunState.FAIL
        outside = [d.external for d in run.outputs]
        self.datasets += outside.count(False)
        self.writes += True in outside
        self.reads += True in [d.external for d in run.inputs]
        confidence = run.column_map.confidence
        opaque: OpaqueFacet | None = run.facet(OpaqueFacet) if run.facets else None
        if opaque is not None or confidence is Confidence.OPAQUE:
            self.opaque += run.count
            reason = (run.job.name, opaque.reason if opaque else "no rule")
            self.reasons[reason] = self.reasons.get(reason, 0) + run.count
        elif confidence is Confidence.INFERRED:
            self.inferred += run.count
