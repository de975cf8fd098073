"""Runs as records: what of a session's values the panel is told, in which words, cut at which length.

Runs have passed the session's gate: no credentials are in them. Schemas and maps are told once, before the first record
that names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lineage_ext.graph.interning import Interned, map_key
from lineage_ext.model import (
    Block,
    CodeFacet,
    ColumnMap,
    Confidence,
    Dataset,
    ErrorFacet,
    NamesFacet,
    NotebookFacet,
    OpaqueFacet,
    ResourceFacet,
    ResultFacet,
    Run,
    RunKind,
    RunState,
    Schema,
)
from lineage_ext.widget.protocol import (
    BlockJson,
    CellRecord,
    DatasetRecord,
    MapRecord,
    NamesRecord,
    OperationRecord,
    Record,
    SchemaRecord,
    SessionRecord,
    Slots,
)
from lineage_ext.widget.sizes import bytes_a_row

MOST_LABELS = 500
MOST_SOURCE = 20_000
MOST_TEXT = 400
MOST_MESSAGE = 4_000


@dataclass(slots=True)
class Done:
    """What has ended in a cell: operations, rows of their outputs, the last end (ns since the epoch)."""

    operations: int = 0
    rows: int = 0
    last: int = 0

    def add(self, run: Run) -> None:
        """An operation ended."""
        self.operations += run.count
        self.rows += sum(d.rows or 0 for d in run.outputs)
        self.last = run.ended or self.last


class Describer:
    """Makes the records of one session. ``made_by`` tells the number of the operation that made a dataset.

    ``version`` is ours.
    """

    def __init__(
        self,
        made_by: Callable[[int], int | None],
        version: str = "",
    ) -> None:
        self._made_by = made_by
        self._version = version
        self._schemas: Interned[Schema] = Interned()
        self._maps: Interned[ColumnMap] = Interned(map_key)
        self._doubts: dict[int, tuple[str, str]] = {}  # map → confidence and reason of its weakest edges
        self._widths: dict[int, tuple[int | None, int]] = {}  # schema → bytes a row, columns of unknown size
        self._told: dict[tuple[str, object], object] = {}  # schemas, maps and datasets, with what was told of them
        self._cells: dict[str, int] = {}  # run id → number
        self.done: dict[int, Done] = {}  # cell → what has ended in it

    def records(self, run: Run) -> Iterator[Record]:
        """What is to be told when ``run`` began or ended."""
        if run.kind is RunKind.SESSION:
            yield self._session(run)
        elif run.kind is RunKind.CELL:
            self._cells[run.id] = run.no
            yield self._cell(run)
            names: NamesFacet | None = run.facet(NamesFacet)
            if names is not None:
                yield NamesRecord(run.no, names.names)
        else:
            yield from self._operation(run)

    def forget(self, kind: str, no: object) -> None:
        """A record was dropped: should it come up again, it is told again."""
        self._told.pop((kind, no), None)

    def _session(self, run: Run) -> Record:
        place: NotebookFacet = run.facet(NotebookFacet) or NotebookFacet("")
        began, ended = ms(run.started), _ms(run.ended)
        return SessionRecord(run.id, run.job.name, place.host, place.path, began, ended, str(run.state), self._version)

    # -- cells -----------------------------------------------------------------------------------------------------
    def _cell(self, run: Run) -> Record:
        code: CodeFacet = run.facet(CodeFacet) or CodeFacet("")
        cost: ResourceFacet | None = run.facet(ResourceFacet)
        result: ResultFacet | None = run.facet(ResultFacet)
        done, ended = self.done.get(run.no), run.ended
        if ended is None and run.state is RunState.ABORT:  # killed: it isn't shown as running
            ended = done.last if done is not None else run.started
        return CellRecord(
            run.no,
            run.id,
            code.cell_id,
            code.kind,
            code.execution_count,
            str(run.state),
            ms(run.started),
            _ms(ended),
            code.source[:MOST_SOURCE],
            code.compiled[:MOST_SOURCE] if code.compiled else None,
            _error(run),
            cost.cpu_ns / 1e6 if cost else None,
            (cost.rss_start, cost.rss_end, cost.rss_peak, cost.peak_exact) if cost else None,
            cost.own_ns / 1e6 if cost else None,
            done.operations if done is not None else 0,
            (result.type, result.text[:MOST_MESSAGE], result.dataset) if result else None,
        )

    # -- operations ------------------------------------------------------------------------------------------------
    def _operation(self, run: Run) -> Iterator[Record]:
        cell = self._cells.get(run.parent_id or "")
        if cell is not None:
            self.done.setdefault(cell, Done()).add(run)
        for dataset in run.inputs:
            if self._told.get((DatasetRecord.kind, dataset.no)) is None:
                yield from self._dataset(dataset)
        for dataset in run.outputs:
            yield from self._dataset(dataset)
        place = run.position
        opaque: OpaqueFacet | None = run.facet(OpaqueFacet)
        number, sure, why = None, str(Confidence.EXACT), ""
        if run.column_map.blocks:
            number = self._maps.put(run.column_map)
            if self._news(MapRecord.kind, number):
                self._doubts[number] = str(run.column_map.confidence), _reason(run.column_map)
                yield MapRecord(number, tuple(map(_block, run.column_map.blocks)))
            sure, why = self._doubts[number]
        yield OperationRecord(
            run.no,
            run.id,
            cell,
            run.within,
            run.job.name,
            str(run.state),
            ms(run.started),
            _ms(run.ended),
            tuple(d.no for d in run.inputs),
            tuple(d.no for d in run.outputs),
            number,
            (place.line, place.end_line, place.column, place.end_column) if place else None,
            place.text[:MOST_TEXT] if place else "",
            (run.inputs[0].rows if run.inputs else None, run.outputs[0].rows if run.outputs else None),
            run.count,
            str(Confidence.OPAQUE) if opaque else sure,
            opaque.reason[:MOST_TEXT] if opaque else why,
            _error(run),
        )

    def _dataset(self, dataset: Dataset) -> Iterator[Record]:
        made_by = self._made_by(dataset.no)
        if not self._news(DatasetRecord.kind, dataset.no, (dataset.rows, made_by)):
            return
        schema = self._schemas.put(dataset.schema)
        if self._news(SchemaRecord.kind, schema):
            yield _schema(schema, dataset.schema)
        if schema not in self._widths:
            self._widths[schema] = bytes_a_row(dataset.schema)
        width, unsized = self._widths[schema]
        yield DatasetRecord(
            dataset.no,
            str(dataset.kind),
            schema,
            dataset.namespace,
            dataset.name if dataset.external else "",
            dataset.rows,
            dataset.of,
            None if width is None or dataset.rows is None else width * dataset.rows,
            unsized,
            made_by,
        )

    def _news(self, kind: str, no: int, what: object = True) -> bool:
        """Whether this wasn't told yet."""
        if self._told.get((kind, no)) == what:
            return False
        self._told[kind, no] = what
        return True


def _visible(name: str) -> str:
    """A label that can be seen: nothing and blanks can't."""
    return name[:MOST_TEXT] if name.strip() else repr(name[:MOST_TEXT]) if name else "(no name)"


def _schema(no: int, schema: Schema) -> Record:
    shown = schema.fields[:MOST_LABELS]
    return SchemaRecord(
        no,
        str(schema.kind),
        tuple(_visible(f.name) for f in shown),
        tuple(f.type for f in shown),
        tuple(name[:MOST_TEXT] for name in schema.index_names[:MOST_LABELS]),
        tuple(schema.slot_name(-1001 - i)[5:-1][:MOST_TEXT] for i in range(len(schema.keys))),
        len(schema.labels) - len(shown),
    )


def _block(block: Block) -> BlockJson:
    return (
        block.output,
        block.input,
        runs_of(block.targets),
        runs_of(block.sources),
        str(block.transformation),
        str(block.confidence),
        int(block.cross),
        block.reason[:MOST_TEXT],
        int(block.masking),
    )


def runs_of(slots: Sequence[int]) -> Slots:
    """``slots`` in order, three and more that follow each other upwards as ``(first, last)``."""
    starts = [0, *(i for i, (a, b) in enumerate(pairwise(slots), 1) if b != a + 1), len(slots)]
    found: list[int | Sequence[int]] = []
    for start, end in pairwise(starts):
        if end - start > 2:
            found.append((slots[start], slots[end - 1]))
        else:
            found.extend(slots[start:end])
    return tuple(found)


def _reason(column_map: ColumnMap) -> str:
    """Why the weakest edges are what they are."""
    worst = column_map.confidence
    return next((b.reason[:MOST_TEXT] for b in column_map.blocks if b.confidence is worst and b.reason), "")


def _error(run: Run) -> tuple[str, str, str] | None:
    error: ErrorFacet | None = run.facet(ErrorFacet)
    if error is None:
        return None
    return error.type, error.message[:MOST_MESSAGE], error.traceback[-MOST_SOURCE:]


def ms(ns: int) -> float:
    """Nanoseconds as milliseconds, to the microsecond."""
    return ns // 1000 / 1000


def _ms(ns: int | None) -> float | None:
    return None if ns is None else ms(ns)
