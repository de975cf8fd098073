"""Where rows got lost, or multiplied, on the way to a dataset."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lineage_ext.graph import LineageGraph
from lineage_ext.model import ROWS, Dataset, Run

MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One operation that changed how many rows there are."""

    operation: str
    rows_in: int
    rows_out: int
    line: int | None
    source: str

    @property
    def change(self) -> int:
        """Rows gained, negative: lost."""
        return self.rows_out - self.rows_in


@dataclass(frozen=True, slots=True)
class Funnel:
    """The main line of rows into a dataset: where it begins, each change of their number, where it ends."""

    name: str
    origin: str
    rows: int | None
    steps: tuple[Narrowing, ...]

    def __str__(self) -> str:
        first = self.steps[0].rows_in if self.steps else self.rows
        lines = [f"{_count(first)}  {self.origin}"]
        lines += [f"{_count(s.rows_out)}  {s.change:+,} by {s.operation}  {s.source}".rstrip() for s in self.steps]
        return "\n".join([*lines, f"{_count(self.rows)}  {self.name}"])

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {"name": self.name, "origin": self.origin, "rows": self.rows, "steps": [asdict(s) for s in self.steps]}


def funnel(graph: LineageGraph, no: int) -> Funnel:
    """The funnel of dataset ``no``. Of several inputs that pass rows on, the first (a join's left side) is followed.

    Raises UnknownName.
    """
    end = graph.dataset(no)
    steps: list[Narrowing] = []
    at = end
    for _ in range(MOST_STEPS):
        run = graph.producer(at.no)
        source = _rows_from(run, at.no) if run is not None else None
        if run is None or source is None:
            break
        if source.rows is not None and at.rows is not None and source.rows != at.rows:
            steps.append(_narrowing(run, source.rows, at.rows))
        at = source
    return Funnel(_called(graph, end), _called(graph, at), end.rows, tuple(reversed(steps)))


def _rows_from(run: Run, no: int) -> Dataset | None:
    """The first input whose rows went into the output ``no``."""
    output = next(i for i, d in enumerate(run.outputs) if d.no == no)
    feeding = [i for i, slot, *_ in run.column_map.upstream(output, ROWS) if slot == ROWS]
    return run.inputs[min(feeding)] if feeding else None


def _narrowing(run: Run, before: int, after: int) -> Narrowing:
    place = run.position
    text = " ".join(place.text.split())[:60] if place else ""
    return Narrowing(run.job.name.removeprefix("pandas."), before, after, place.line if place else None, text)


def _called(graph: LineageGraph, dataset: Dataset) -> str:
    names = graph.names(dataset.no)
    return names[-1] if names else dataset.name if dataset.external else f"({dataset.kind})"


def _count(rows: int | None) -> str:
    return f"{rows:>12,}" if rows is not None else " " * 11 + "?"
