"""A span of work that reads and writes datasets: a session, a cell, an operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lineage_ext.model.column_map import ColumnEdge, ColumnMap, ColumnRef
from lineage_ext.model.dataset import Dataset
from lineage_ext.model.facets import Facet
from lineage_ext.model.words import RunKind, RunState

NO_EDGES = ColumnMap()


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the user's source an operation stands: lines from 1, UTF-8 byte columns from 0, as CPython has them."""

    file: str
    line: int
    end_line: int
    column: int
    end_column: int
    text: str = ""  # the source text of exactly that span


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is a run of: the notebook, a cell, an operation (``pandas.DataFrame.merge``)."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Run:
    """A span of work that reads and writes datasets.

    ``no`` numbers the runs of a session; ``id`` is a UUIDv7. ``started`` and ``ended`` are ns since the epoch.
    ``column_map`` relates ``inputs`` to ``outputs`` by their positions in those tuples. ``depth`` > 0 marks an
    operation that ran inside a user callback of operation ``within`` (its ``no``).
    """

    no: int
    id: str
    kind: RunKind
    state: RunState
    job: Job
    started: int
    ended: int | None = None
    parent_id: str | None = None
    inputs: tuple[Dataset, ...] = ()
    outputs: tuple[Dataset, ...] = ()
    column_map: ColumnMap = NO_EDGES
    position: Position | None = None
    within: int | None = None
    count: int = 1  # calls this run stands for: many of a hot loop; none when they are in another run's count
    facets: tuple[Facet, ...] = field(default=())

    def column_edges(self) -> Iterator[ColumnEdge]:
        """Every edge, expanded."""
        for block in self.column_map.blocks:
            source, target = self.inputs[block.input].no, self.outputs[block.output].no
            for t, s in block.pairs():
                yield ColumnEdge(
                    ColumnRef(source, s), ColumnRef(target, t), block.transformation, block.confidence, block.reason,
                    block.masking,
                )  # fmt: skip

    def facet(self, kind: type[Any]) -> Any:
        """The facet of that class, or None."""
        return next((f for f in self.facets if isinstance(f, kind)), None)

    def with_(self, **changes: Any) -> Run:
        """A copy with fields replaced."""
        return replace(self, **changes)
