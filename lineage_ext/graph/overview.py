"""The session at a glance: the variables that hold frames, the files that were written, what each was made from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lineage_ext.graph.tables import Memory
from lineage_ext.graph.tracing import shown
from lineage_ext.graph.tree import brief
from lineage_ext.model import Dataset, DatasetKind

MOST_LINES = 40
MOST_SOURCES = 6  # that are named in a line; ``sources`` has them all
MOST_VISITED = 5_000  # datasets looked at for the makers of one name
HELD = frozenset({DatasetKind.FRAME, DatasetKind.SERIES, DatasetKind.ROW, DatasetKind.GROUPED})


@dataclass(frozen=True, slots=True)
class Held:
    """A variable, or a file that was written (``written``), and the nearest named things it was made from."""

    name: str
    dataset: int
    kind: str
    rows: int | None
    columns: int
    sources: tuple[str, ...]
    written: bool = False

    @property
    def size(self) -> str:
        """``1,000 × 3``, ``3 columns`` of what can't be counted, or that it was written."""
        if self.written:
            return "written"
        return f"{self.rows:,} × {self.columns}" if self.rows is not None else f"{self.columns} columns"


@dataclass(frozen=True, slots=True, repr=False)
class Overview:
    """All of them, in order of the operations that made or wrote them."""

    held: tuple[Held, ...]

    def __str__(self) -> str:
        if not self.held:
            return "  no frame has a name yet"
        told = self.held[:MOST_LINES]
        name, size = max(len(h.name) for h in told), max(len(h.size) for h in told)
        lines = [f"  {h.name:<{name}}  {h.size:>{size}}  {_made_of(h)}".rstrip() for h in told]
        more = len(self.held) - len(told)
        return "\n".join(["frames", *lines, *([f"  … {more} more"] if more > 0 else [])])

    __repr__ = __str__

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        fields = Held.__slots__
        return {"frames": [{name: getattr(h, name) for name in fields} for h in self.held]}


def _made_of(held: Held) -> str:
    if not held.sources:
        return ""
    more = len(held.sources) - MOST_SOURCES
    told = held.sources if more <= 1 else held.sources[:MOST_SOURCES]
    return f"← {', '.join(told)}" + (f" and {more} more" if more > 1 else "")


def overview(memory: Memory) -> Overview:
    """Variables as their cells left them, and external datasets that were written."""
    found = [_held(memory, name, no) for name, no in memory.latest.items() if _is_held(memory, no)]
    found += [_written(memory, row) for row in sorted(memory.datasets.external) if memory.datasets.producer[row] >= 0]

    def made(held: Held) -> tuple[int, int]:  # numbers of files depend on how soon the worker looked at them
        return memory.datasets.producer[memory.datasets.places.get(held.dataset)], held.dataset

    return Overview(tuple(sorted(found, key=made)))


def _is_held(memory: Memory, no: int) -> bool:
    row = memory.datasets.places.get(no)
    return row >= 0 and memory.datasets.value(row).kind in HELD


def _held(memory: Memory, name: str, no: int) -> Held:
    row = memory.datasets.places.get(no)
    dataset = memory.datasets.value(row)
    sources = tuple(dict.fromkeys(_sources(memory, row, name)))
    return Held(name, no, str(dataset.kind), dataset.rows, len(dataset.schema.labels), sources)


def _written(memory: Memory, row: int) -> Held:
    dataset = memory.datasets.value(row)
    sources = tuple(dict.fromkeys(_sources(memory, row, "")))
    return Held(brief(shown(dataset)), dataset.no, "external", dataset.rows, len(dataset.schema.labels), sources, True)


def _sources(memory: Memory, row: int, name: str) -> Iterator[str]:
    """Names of the nearest files and of other variables above a dataset, nearest first."""
    seen, todo = {row}, deque([row])
    while todo and len(seen) < MOST_VISITED:
        maker = memory.datasets.producer[todo.popleft()]
        for source in memory.operations.inputs(maker) if maker >= 0 else ():
            if source in seen:
                continue
            seen.add(source)
            called = _called(memory, memory.datasets.value(source), name)
            if called:
                yield called
            else:
                todo.append(source)


def _called(memory: Memory, dataset: Dataset, name: str) -> str:
    if dataset.external:
        return brief(shown(dataset))
    names = [n for n in memory.names.get(dataset.no, ()) if n != name]
    return names[-1] if names and dataset.kind in HELD and name not in memory.names[dataset.no] else ""
