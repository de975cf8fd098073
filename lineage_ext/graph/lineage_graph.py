"""The graph of a session: takes Runs as they end, keeps them in few bytes, answers where columns come from and go to.

Datasets are asked for by number, columns by label, text, index level name or slot (see ``lineage_ext.model``). All
questions are iterative and linear in what they touch, and may be asked from any thread. An unknown number or column
raises UnknownName with what was available.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from lineage_ext.errors import UnknownName
from lineage_ext.graph.samples import Samples
from lineage_ext.graph.tables import Memory
from lineage_ext.model import (
    ORDER,
    ROWS,
    WHOLE,
    ColumnEdge,
    ColumnRef,
    Dataset,
    DatasetKind,
    Run,
    RunKind,
    Schema,
    is_key,
    is_level,
)
from lineage_ext.session import Sample

if TYPE_CHECKING:  # what answers a question is imported when one is asked: 30 ms that %load_ext doesn't take
    from lineage_ext.graph.making import Making
    from lineage_ext.graph.overview import Overview
    from lineage_ext.graph.slicing import Piece, Slicer
    from lineage_ext.graph.trace import Trace

P = ParamSpec("P")
R = TypeVar("R")


def _locked(method: Callable[Concatenate[LineageGraph, P], R]) -> Callable[Concatenate[LineageGraph, P], R]:
    """One at a time: the worker adds while others ask."""

    @wraps(method)
    def call(self: LineageGraph, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return call


class LineageGraph:
    """A processor that remembers one session and answers questions about it."""

    patient = True  # whoever asks has it flushed

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.memory = Memory()
        self.samples = Samples()
        self._slicer: Slicer | None = None

    # -- the processor ---------------------------------------------------------------------------------------------
    @_locked
    def on_start(self, run: Run) -> None:
        """A session or cell began."""
        self.memory.put(run)

    @_locked
    def on_end(self, run: Run) -> None:
        """Remember a finished run."""
        if run.kind is RunKind.OPERATION:
            self.memory.operations.add(run)
        else:
            self.memory.put(run)

    def on_sample(self, sample: Sample) -> None:
        """Remember a memory sample."""
        self.samples.add(sample)

    def close(self) -> None:
        """The graph goes on answering after its session."""

    # -- what there is ---------------------------------------------------------------------------------------------
    @_locked
    def dataset(self, no: int) -> Dataset:
        """A dataset version by number."""
        return self.memory.datasets.value(self._row(no))

    def datasets(self) -> Iterator[Dataset]:
        """All dataset versions, in order of first appearance."""
        return (self.memory.datasets.value(row) for row in range(len(self.memory.datasets.no)))

    @_locked
    def run(self, no: int) -> Run:
        """The session, a cell or an operation by number."""
        memory = self.memory
        at = memory.operations.places.get(no)
        if at >= 0:
            return memory.operations.value(at)
        if no in memory.cell_ids:
            return memory.cells[memory.cell_ids[no]]
        if memory.session is not None and no == memory.session.no:
            return memory.session
        known = f"there are {len(memory.cells)} cells and {len(memory.operations.no)} operations"
        raise UnknownName("run", no, hint=known)

    def cell(self, run_id: str) -> Run | None:
        """The cell with that run id, as it was last told."""
        return self.memory.cells.get(run_id)

    def runs(self, operations: int | None = None) -> Iterator[Run]:
        """The session, its cells in order of start, its operations in order of end (or the newest ``operations``)."""
        memory = self.memory
        if memory.session is not None:
            yield memory.session
        yield from list(memory.cells.values())
        total = len(memory.operations.no)
        first = 0 if operations is None else max(total - operations, 0)
        yield from (memory.operations.value(at) for at in range(first, total))

    @_locked
    def cells(self) -> list[Run]:
        """The cells, in order of start."""
        return list(self.memory.cells.values())

    @_locked
    def session(self) -> Run | None:
        """The session's run, None before it was told."""
        return self.memory.session

    @_locked
    def outside(self) -> list[Run]:
        """The operations that read or wrote something outside the process, in order of end."""
        memory = self.memory
        readers = {at for row in memory.datasets.external for at, _ in memory.operations.uses(row)}
        writers = {memory.datasets.producer[row] for row in memory.datasets.external}
        return [memory.operations.value(at) for at in sorted(readers | writers) if at >= 0]

    @_locked
    def producer(self, no: int) -> Run | None:
        """The operation that made a dataset version; None if no recorded one did."""
        at = self.memory.datasets.producer[self._row(no)]
        return self.memory.operations.value(at) if at >= 0 else None

    @_locked
    def made_by(self, no: int) -> int | None:
        """Number of the operation that made a dataset version; None if no recorded one did, or it is unknown."""
        at = self.memory.datasets.places.get(no)
        maker = self.memory.datasets.producer[at] if at >= 0 else -1
        return self.memory.operations.no[maker] if maker >= 0 else None

    @_locked
    def consumers(self, no: int) -> list[Run]:
        """The operations that read a dataset version, oldest first."""
        readers = sorted({reader for reader, _ in self.memory.operations.uses(self._row(no))})
        return [self.memory.operations.value(at) for at in readers]

    @_locked
    def find(self, name: str) -> int:
        """Number of the dataset a variable held when its cell ended, the latest cell winning."""
        latest = self.memory.latest
        if name not in latest:
            raise UnknownName("variable", name, sorted(latest))
        return latest[name]

    def names(self, no: int) -> tuple[str, ...]:
        """Variables that held this very version at the end of some cell, oldest first."""
        return self.memory.names.get(no, ())

    @_locked
    def variables(self) -> dict[str, int]:
        """Variable → number of the dataset it held last."""
        return dict(self.memory.latest)

    @_locked
    def overview(self) -> Overview:
        """Variables that hold frames and files that were written, each with what it was made from."""
        from lineage_ext.graph.overview import overview

        return overview(self.memory)

    # -- questions -------------------------------------------------------------------------------------------------
    @_locked
    def upstream(self, no: int, column: Hashable = None) -> Trace:
        """Where a dataset, or one column of it, came from: a Trace down to the files. A series is its one column."""
        from lineage_ext.graph.tracing import Tracer

        row = self._row(no)
        values = column is None and self.memory.datasets.kind_of(row) is DatasetKind.SERIES
        return Tracer(self.memory).trace(row, (0,) if values else self._slots(no, column))

    @_locked
    def downstream(self, no: int, column: Hashable = None) -> Trace:
        """What a dataset, or one column of it, went into."""
        from lineage_ext.graph.tracing import Tracer

        return Tracer(self.memory, forward=True).trace(self._row(no), self._slots(no, column))

    @_locked
    def path(self, a: int, b: int) -> Trace:
        """The operations by which dataset ``a`` became part of ``b``; without steps if it didn't."""
        from lineage_ext.graph.tracing import Tracer

        return Tracer(self.memory).between(self._row(a), self._row(b))

    @_locked
    def edges(self, no: int, column: Hashable = None, *, through: bool = False) -> list[ColumnEdge]:
        """What a column's values came from, over the whole way: one edge per root slot, transformation and masking.

        Roots are external datasets (``through``: but for files that the session wrote itself) and those that no
        operation made. ``column`` None: all columns. A source slot of
        ROWS or ORDER says that which rows the root has, or their order, is in the value (``count``, ``cumsum``).
        What chose the rows of the dataset itself isn't here but in ``rows``.
        """
        row = self._row(no)
        return self._composed(row, self._slots(no, column) or range(len(self._schema(row).labels)), through=through)

    @_locked
    def rows(self, no: int, *, through: bool = False) -> list[ColumnEdge]:
        """What decided which rows a dataset has (target ROWS) and their order (target ORDER): INDIRECT edges.

        They concern every column.
        """
        found = self._composed(self._row(no), (ROWS, ORDER), through=through)
        return [e for e in found if not e.transformation.direct]

    @_locked
    def ancestors(self, no: int) -> list[int]:
        """Numbers of all datasets this one was made from, sources first."""
        return [self.memory.datasets.no[row] for row in self.memory.operations.above([self._row(no)])]

    @_locked
    def origins(self, no: int) -> tuple[list[ColumnEdge], list[int]]:
        """What ``edges`` and ``rows`` tell of a whole dataset, in one walk; and the numbers of all its roots.

        Targets are its columns, index levels, ROWS and ORDER.
        """
        from lineage_ext.graph.origins import Origins

        row = self._row(no)
        found = Origins(self.memory, row, (*self._schema(row).all_slots, ROWS, ORDER))
        return list(found.edges()), [self.memory.datasets.no[root] for root in sorted(found.roots)]

    @_locked
    def making(self, no: int) -> Making:
        """The operations that made a dataset, from where all ways into it begin."""
        from lineage_ext.graph.making import making

        return making(self.memory, self._row(no))

    @_locked
    def slice(self, made: Making) -> tuple[Piece, ...]:
        """The statements those operations stand in, and the ones before that these need."""
        from lineage_ext.graph.slicing import Slicer

        if self._slicer is None:
            self._slicer = Slicer(self.memory)
        return self._slicer.slice(made.places)

    def _composed(self, row: int, slots: Iterable[int], *, through: bool) -> list[ColumnEdge]:
        from lineage_ext.graph.closure import Closure

        number, closure = self.memory.datasets.no, Closure(self.memory.operations, self.memory.loads, through=through)
        found = []
        for slot in slots:
            target = ColumnRef(number[row], slot)
            for source, items in closure.up(row, (slot,)).items():
                found += [ColumnEdge(ColumnRef(number[source], item[0]), target, *item[1:]) for item in items]
        return found

    # -- names to numbers ------------------------------------------------------------------------------------------
    def _row(self, no: int) -> int:
        at = self.memory.datasets.places.get(no) if isinstance(no, int) else -1
        if at < 0:
            known = [f"{n} ({name})" for name, n in sorted(self.memory.latest.items())]
            raise UnknownName("dataset", no, known, hint=f"there are {len(self.memory.datasets.no)}")
        return at

    def _schema(self, row: int) -> Schema:
        return self.memory.datasets.schemas[self.memory.datasets.schema[row]]

    def _slots(self, no: int, column: Hashable) -> tuple[int, ...]:
        """The slots that a label, text, level name or slot number stands for; none for None."""
        if column is None:
            return ()
        schema = self._schema(self._row(no))
        found = schema.slots(column)
        if found:
            return found
        if isinstance(column, int) and not isinstance(column, bool) and _exists(schema, column):
            return (column,)
        available = [f.name for f in schema.fields] + list(schema.index_names)
        raise UnknownName("column", column, available)


def _exists(schema: Schema, slot: int) -> bool:
    if slot >= 0:
        return slot < len(schema.labels)
    if is_level(slot):
        return -1 - slot < len(schema.index)
    return slot in WHOLE or (is_key(slot) and -1001 - slot < len(schema.keys))
