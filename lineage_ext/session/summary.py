"""How a session is said in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext import guard


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of a session in numbers. ``coverage`` is the share of operations that aren't opaque (1.0 if none)."""

    id: str
    name: str
    started: int
    cells: int
    failed_cells: int
    operations: int
    failed_operations: int
    datasets: int
    reads: int
    writes: int
    opaque: tuple[tuple[str, str, int], ...]  # operation, reason, count; worst first
    inferred: int
    coverage: float
    own_cell_ns: int  # our CPU on the user's threads
    own_worker_ns: int  # our CPU on the worker thread
    cell_cpu_ns: int  # CPU of the cells, ours included
    notes: tuple[str, ...]
    problems: tuple[guard.Problem, ...]
    told: tuple[str, ...] = ()  # by listeners that have something to say of themselves

    def __str__(self) -> str:
        def ms(ns: int) -> str:
            return f"{ns / 1e6:.1f} ms"

        share = f" ({self.own_cell_ns / self.cell_cpu_ns:.2%} of the cells' CPU)" if self.cell_cpu_ns else ""
        failed = f", {self.failed_cells} failed" if self.failed_cells else ""
        failed_operations = f", {self.failed_operations} failed" if self.failed_operations else ""
        lines = [
            f"lineage of {self.name}",
            f"  cells       {self.cells}{failed}",
            f"  operations  {self.operations}{failed_operations}",
            f"  datasets    {self.datasets} ({self.reads} read, {self.writes} written)",
            f"  coverage    {self.coverage:.1%} of operations explained, {self.inferred} of them inferred",
            f"  own cost    {ms(self.own_cell_ns)} in cells{share}, {ms(self.own_worker_ns)} beside them",
        ]
        lines += [f"  {line}" for line in self.told]
        lines += [f"  opaque      {n} × {op}: {reason}" for op, reason, n in self.opaque[:10]]
        lines += [f"  note        {note}" for note in self.notes]
        lines += [
            f"  problem     {p.part}: {p.message}" + (f" ({p.count} ×)" if p.count > 1 else "") for p in self.problems
        ]
        return "\n".join(lines)
