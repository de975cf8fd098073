"""Runs built by hand: a notebook in a few lines, without a kernel or pandas."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from lineage_ext.clock import uuid7
from lineage_ext.config import LineageConfig
from lineage_ext.model import (
    ORDER,
    ROWS,
    Block,
    CodeFacet,
    ColumnMap,
    Confidence,
    Dataset,
    DatasetKind,
    ExternalFacet,
    Facet,
    Job,
    NamesFacet,
    Position,
    Run,
    RunKind,
    RunState,
    Schema,
    Transformation,
)
from lineage_ext.session import Processor
from lineage_ext.session.gate import Gate

T = Transformation
START = 1_700_000_000_000_000_000
FRAME = DatasetKind.FRAME


def frame(*labels: Hashable, index: tuple[Hashable, ...] = (None,), kind: DatasetKind = FRAME) -> Schema:
    """A schema with those column labels."""
    return Schema(kind, labels, index, (), ("int64",) * len(labels))


def keep(*, input: int = 0, output: int = 0) -> Block:
    """The output has the rows of the input, in their order."""
    return Block(output, input, (ROWS, ORDER), (ROWS, ORDER), T.IDENTITY)


def same(slots: Iterable[int], how: Transformation = T.IDENTITY, *, input: int = 0, output: int = 0) -> Block:
    """Each slot comes from the same slot."""
    slots = tuple(slots)
    return Block(output, input, slots, slots, how)


def link(
    targets: Sequence[int], sources: Sequence[int], how: Transformation = T.TRANSFORMATION, *, input: int = 0,
    output: int = 0, cross: bool = True, confidence: Confidence = Confidence.EXACT, reason: str = "",
) -> Block:  # fmt: skip
    """Every target comes from every source."""
    return Block(output, input, tuple(targets), tuple(sources), how, confidence, cross, reason)


@dataclass
class Notebook:
    """Makes Runs with consecutive numbers, ids and times, and hands them to the processors."""

    processors: tuple[Processor, ...]
    name: str = "reports/sales"
    runs: list[Run] = field(default_factory=list)
    gate: Gate = field(default_factory=lambda: Gate(LineageConfig()))

    def __post_init__(self) -> None:
        self.number = 0
        self.datasets = 0
        self.time = START
        self.seed = 0
        self.session = Run(0, self.new_id(), RunKind.SESSION, RunState.START, Job("notebooks", self.name), self.tick())
        self.cell: Run | None = None
        self.count = 0
        self._tell("on_start", self.session)

    def tick(self) -> int:
        """The next moment, 1 ms on."""
        self.time += 1_000_000
        return self.time

    def new_id(self) -> str:
        """A UUIDv7 that is the same in every run of the test."""
        self.seed += 1
        return uuid7(START, self.seed.to_bytes(10, "big"))

    def _tell(self, what: str, run: Run) -> None:
        shown = self.gate.through(run)
        assert shown is not None
        if what == "on_end":
            self.runs.append(shown)
        for processor in self.processors:
            getattr(processor, what)(shown)

    # -- cells -----------------------------------------------------------------------------------------------------
    def begin(self, source: str, cell_id: str = "") -> Run:
        """A cell begins; operations from now on are its."""
        self.number += 1
        self.count += 1
        cell_id = cell_id or f"cell-{self.count}"
        self.cell = Run(
            self.number, self.new_id(), RunKind.CELL, RunState.START, Job("notebooks", f"{self.name}.cell_{cell_id}"),
            self.tick(), parent_id=self.session.id, facets=(CodeFacet(source, cell_id, self.count),),
        )  # fmt: skip
        self._tell("on_start", self.cell)
        return self.cell

    def end(self, *facets: Facet, state: RunState = RunState.COMPLETE, **names: Dataset) -> Run:
        """The cell ends; ``names`` are variables."""
        assert self.cell is not None
        named = (NamesFacet(tuple((n, d.no) for n, d in names.items())),) if names else ()
        ended = self.cell.with_(state=state, ended=self.tick(), facets=(*self.cell.facets, *named, *facets))
        self.cell = None
        self._tell("on_end", ended)
        return ended

    def close(self) -> None:
        """The session ends."""
        self._tell("on_end", self.session.with_(state=RunState.COMPLETE, ended=self.tick()))
        for processor in self.processors:
            processor.close()

    # -- datasets and operations -----------------------------------------------------------------------------------
    def dataset(self, schema: Schema, rows: int | None = 10, of: int | None = None) -> Dataset:
        """A new in-memory version."""
        self.datasets += 1
        name = f"{self.name}/{self.datasets}"
        return Dataset(self.datasets, schema.kind, schema, "inmemory://", name, rows, of)

    def external(
        self, path: str, schema: Schema, access: str = "read", of: int | None = None, index: tuple[Hashable, ...] = ()
    ) -> Dataset:
        """A file."""
        self.datasets += 1
        facet = ExternalFacet("csv", access)
        kind = DatasetKind.EXTERNAL
        schema = Schema(kind, schema.labels, index, (), schema.types)
        return Dataset(self.datasets, kind, schema, "file", path, None, of, (facet,))

    def position(self, text: str) -> Position | None:
        """Where ``text`` stands in the current cell."""
        if self.cell is None or not text:
            return None
        source = self.cell.facet(CodeFacet).source
        at = source.index(text)
        line = source.count("\n", 0, at) + 1
        column = at - (source.rfind("\n", 0, at) + 1)
        end_line = line + text.count("\n")
        end = len(text.rsplit("\n", 1)[1]) if "\n" in text else column + len(text)
        return Position(f"<cell {self.count}>", line, end_line, column, end, text)

    def op(
        self, name: str, inputs: Sequence[Dataset], outputs: Sequence[Dataset], blocks: Iterable[Block] = (),
        text: str = "", *facets: Facet, state: RunState = RunState.COMPLETE, position: Position | None = None,
    ) -> Run:  # fmt: skip
        """One operation."""
        self.number += 1
        run = Run(
            self.number, self.new_id(), RunKind.OPERATION, state, Job("notebooks", f"pandas.{name}"),
            self.tick(), self.tick(), self.cell.id if self.cell else self.session.id, tuple(inputs), tuple(outputs),
            ColumnMap(tuple(blocks)), position or self.position(text), facets=facets,
        )  # fmt: skip
        self._tell("on_end", run)
        return run

    def read(self, path: str, schema: Schema, text: str = "") -> Dataset:
        """``read_csv``: the frame."""
        out = self.dataset(schema)
        n = range(len(schema.labels))
        self.op("read_csv", [self.external(path, schema)], [out], [same(n), keep()], text)
        return out

    def write(self, path: str, source: Dataset, text: str = "") -> Dataset:
        """``to_csv``: the file."""
        out = self.external(path, source.schema, "write")
        n = range(len(source.schema.labels))
        self.op("DataFrame.to_csv", [source], [out], [same(n), keep()], text)
        return out


def flights(*processors: Processor) -> tuple[Notebook, dict[str, Dataset]]:
    """A small analysis: two files, a filter, a merge, an aggregation, a ratio, a file written."""
    book = Notebook(processors)
    kept: dict[str, Dataset] = {}
    book.begin('flights = pd.read_csv("/data/flights.csv")\nairlines = pd.read_csv("/data/airlines.csv")')
    flown = kept["flights"] = book.read(
        "/data/flights.csv", frame("carrier", "dep_delay", "distance"), 'pd.read_csv("/data/flights.csv")'
    )
    names = kept["airlines"] = book.read(
        "/data/airlines.csv", frame("carrier", "name"), 'pd.read_csv("/data/airlines.csv")'
    )
    book.end(flights=flown, airlines=names)

    book.begin("late = flights[flights.dep_delay > 15]")
    delay = book.dataset(frame("dep_delay", kind=DatasetKind.SERIES))
    book.op("DataFrame.__getattr__", [flown], [delay], [link([0], [1], T.IDENTITY), keep()], "flights.dep_delay")
    mask = book.dataset(frame("dep_delay", kind=DatasetKind.SERIES))
    book.op("Series.__gt__", [delay], [mask], [link([0], [0]), keep()], "flights.dep_delay > 15")
    late = kept["late"] = book.dataset(flown.schema, 4)
    book.op(
        "DataFrame.__getitem__", [flown, mask], [late],
        [same(range(3)), keep(), link([ROWS], [0], T.FILTER, input=1)], "flights[flights.dep_delay > 15]",
    )  # fmt: skip
    book.end(late=late)

    agg = 'merged.groupby("name").agg(n=("distance", "count"), late=("dep_delay", "sum"))'
    book.begin(f'merged = late.merge(airlines, on="carrier")\nby_name = {agg}')
    merged = kept["merged"] = book.dataset(frame("carrier", "dep_delay", "distance", "name"), 4)
    book.op(
        "DataFrame.merge", [late, names], [merged],
        [
            same(range(3)), link([0], [0], T.IDENTITY, input=1), link([3], [1], T.IDENTITY, input=1),
            keep(), link([ROWS], [ROWS, 0], T.JOIN, input=1), link([ROWS], [0], T.JOIN),
        ],
        'late.merge(airlines, on="carrier")',
    )  # fmt: skip
    grouped = book.dataset(Schema(DatasetKind.GROUPED, merged.schema.labels, (None,), ("name",)))
    book.op(
        "DataFrame.groupby",
        [merged],
        [grouped],
        [same(range(4)), link([-1001], [3], T.IDENTITY), keep()],
        'merged.groupby("name")',
    )
    by_name = kept["by_name"] = book.dataset(frame("n", "late", index=("name",)), 2)
    book.op(
        "DataFrameGroupBy.agg", [grouped], [by_name],
        [
            link([0], [2], T.AGGREGATION), link([1], [1], T.AGGREGATION), link([-1], [-1001], T.IDENTITY),
            link([ROWS], [ROWS], T.IDENTITY), link([ROWS], [-1001], T.GROUP_BY),
        ],
        agg,
    )  # fmt: skip
    book.end(merged=merged, by_name=by_name)

    book.begin('by_name["share"] = 100 * by_name.late / by_name.n\nby_name.to_csv("/out/share.csv", token="abc")')
    n, lates, hundred, share = (book.dataset(frame(x, kind=DatasetKind.SERIES), 2) for x in ("n", "late", "late", None))
    book.op("DataFrame.__getattr__", [by_name], [lates], [link([0], [1], T.IDENTITY), keep()], "by_name.late")
    book.op("Series.__rmul__", [lates], [hundred], [link([0], [0]), keep()], "100 * by_name.late")
    book.op("DataFrame.__getattr__", [by_name], [n], [link([0], [0], T.IDENTITY), keep()], "by_name.n")
    book.op(
        "Series.__truediv__", [hundred, n], [share], [link([0], [0]), link([0], [0], input=1), keep()],
        "100 * by_name.late / by_name.n",
    )  # fmt: skip
    shares = kept["shares"] = book.dataset(frame("n", "late", "share", index=("name",)), 2, by_name.no)
    book.op(
        "DataFrame.__setitem__", [by_name, share], [shares],
        [same((0, 1, -1)), keep(), link([2], [0], T.IDENTITY, input=1)], 'by_name["share"]',
    )  # fmt: skip
    kept["file"] = book.write("/out/share.csv", shares, 'by_name.to_csv("/out/share.csv", token="abc")')
    book.end(by_name=shares)
    return book, kept
