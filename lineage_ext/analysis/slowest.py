"""Which operations took longest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from lineage_ext.model import Run, RunKind

MOST = 10
MOST_SOURCE = 60


@dataclass(frozen=True, slots=True)
class Slow:
    """An operation: its time in ns, rows of its first input and output (None: unknown), its source text."""

    operation: str
    took_ns: int
    count: int
    rows_in: int | None
    rows_out: int | None
    line: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Slowest:
    """The slowest operations, worst first."""

    operations: tuple[Slow, ...]

    def __str__(self) -> str:
        if not self.operations:
            return "no operation was recorded"
        return "\n".join(f"{s.took_ns / 1e6:10.1f} ms  {s.operation:<34}  {s.source}" for s in self.operations)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {"operations": [asdict(s) for s in self.operations]}


def slowest(runs: Iterable[Run], most: int = MOST) -> Slowest:
    """The ``most`` operations of ``runs`` that took longest; those within a user's function count for their caller."""
    timed = [
        (run.ended - run.started, run)
        for run in runs
        if run.kind is RunKind.OPERATION and run.ended is not None and run.within is None
    ]
    timed.sort(key=lambda pair: pair[0], reverse=True)
    return Slowest(tuple(_slow(took, run) for took, run in timed[:most]))


def _slow(took: int, run: Run) -> Slow:
    place = run.position
    text = " ".join(place.text.split()) if place else ""
    return Slow(
        run.job.name.removeprefix("pandas."),
        took,
        run.count,
        run.inputs[0].rows if run.inputs else None,
        run.outputs[0].rows if run.outputs else None,
        place.line if place else None,
        text if len(text) <= MOST_SOURCE else text[: MOST_SOURCE - 1] + "…",
    )
