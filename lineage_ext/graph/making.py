"""The operations that made a dataset, from where all ways into it begin: how many, which nobody explained, where."""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext.graph.tables import Memory
from lineage_ext.model import Confidence, OpaqueFacet, Position, Run

MOST_OPERATIONS = 200
MOST_OPAQUE = 20


@dataclass(frozen=True, slots=True)
class Making:
    """``total`` and ``opaque`` count operations. ``operations`` are the latest of them and ``unexplained`` the first
    opaque ones, both oldest first. ``places`` are all of them as (cell run id, position), each once. ``from_nothing``:
    some took no dataset at all, so that what they made came from the program.
    """

    total: int
    opaque: int
    operations: tuple[Run, ...]
    unexplained: tuple[Run, ...]
    places: tuple[tuple[str, Position | None], ...]
    from_nothing: bool


def making(memory: Memory, row: int) -> Making:
    """How the dataset of a row was made. External datasets end the way."""
    operations = memory.operations
    rows = sorted(_above(memory, row))
    opaque = [at for at in rows if _is_opaque(memory, at)]
    places = dict.fromkeys((operations.parent[at], operations.position[at]) for at in rows)
    return Making(
        sum(operations.count.get(at, 1) for at in rows),
        sum(operations.count.get(at, 1) for at in opaque),
        tuple(operations.value(at) for at in rows[-MOST_OPERATIONS:]),
        tuple(operations.value(at) for at in opaque[:MOST_OPAQUE]),
        tuple((operations.parents[cell] or "", operations.positions[position]) for cell, position in places),
        any(operations.reads[at] == operations.reads[at + 1] for at in rows),
    )


def _above(memory: Memory, row: int) -> set[int]:
    """Rows of operations."""
    datasets, operations = memory.datasets, memory.operations
    found: set[int] = set()
    todo = [row]
    while todo:
        at = todo.pop()
        maker = datasets.producer[at]
        if maker < 0 or maker in found or (at in datasets.external and at != row):
            continue
        found.add(maker)
        todo.extend(operations.inputs(maker))
    return found


def _is_opaque(memory: Memory, at: int) -> bool:
    operations = memory.operations
    if any(isinstance(f, OpaqueFacet) for f in operations.facets.get(at, ())):
        return True
    return operations.maps[operations.map[at]].confidence is Confidence.OPAQUE
