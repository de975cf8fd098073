"""The nouns everything else passes around: Run, Dataset, ColumnEdge and what they are made of.

A Run is a span of work (session, cell, operation), a Dataset one version of something that holds columns, and a
ColumnMap says which slots of which inputs fed which slots of which outputs. All are frozen values; nothing here
imports anything but the standard library, so every room may use it.

Slots. A dataset's parts are addressed by one integer, so duplicate and non-string labels need no special case:
column i is ``i``; index level i is ``level(i)``; the i-th key of a group-by is ``key(i)``. Two more slots stand for
what belongs to no column: ``ROWS`` is which rows are there (filters, joins, grouping change it), ``ORDER`` is the
order they stand in (sorting changes it). Influence on rows and order is thereby an ordinary edge.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

ROWS = -2001
ORDER = -2002


def level(i: int) -> int:
    """Slot of index level ``i`` (0-based)."""
    return -1 - i


def key(i: int) -> int:
    """Slot of the ``i``-th grouping key of a grouped dataset (0-based)."""
    return -1001 - i


def is_level(slot: int) -> bool:
    """Whether ``slot`` is an index level."""
    return -1001 < slot < 0


def is_key(slot: int) -> bool:
    """Whether ``slot`` is a grouping key."""
    return -2001 < slot <= -1001


class RunKind(enum.StrEnum):
    """What a Run spans; kinds nest in this order through ``parent_id``."""

    SESSION = "session"
    CELL = "cell"
    OPERATION = "operation"


class RunState(enum.StrEnum):
    """OpenLineage's run states. https://openlineage.io/docs/spec/run-cycle"""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"


class DatasetKind(enum.StrEnum):
    """What kind of thing holds the columns."""

    EXTERNAL = "external"  # a file, table or topic outside the process
    FRAME = "frame"
    SERIES = "series"  # one column
    ROW = "row"  # a labelled record: its slots are its labels (``df.mean()``, ``iterrows``)
    ARRAY = "array"
    INDEX = "index"
    SCALAR = "scalar"
    GROUPED = "grouped"  # group-by, window or resampler: columns, levels and keys of the frame it was made from
    VALUE = "value"  # a Python value pandas doesn't carry, reconstructed from the source text


class Transformation(enum.StrEnum):
    """How a source slot influences a target slot, in OpenLineage's words.

    https://openlineage.io/docs/spec/facets/dataset-facets/column_lineage_facet
    """

    IDENTITY = "IDENTITY"
    TRANSFORMATION = "TRANSFORMATION"
    AGGREGATION = "AGGREGATION"
    JOIN = "JOIN"
    GROUP_BY = "GROUP_BY"
    FILTER = "FILTER"
    SORT = "SORT"
    WINDOW = "WINDOW"
    CONDITIONAL = "CONDITIONAL"

    @property
    def direct(self) -> bool:
        """True for IDENTITY, TRANSFORMATION and AGGREGATION: the value itself flows."""
        return self in _DIRECT

    @property
    def type(self) -> str:
        """``DIRECT`` or ``INDIRECT``."""
        return "DIRECT" if self.direct else "INDIRECT"

    def then(self, later: Transformation) -> Transformation:
        """The influence along a path of two steps, ``self`` first (nearer the source).

        INDIRECT dominates, the one nearer the source winning; among direct ones
        AGGREGATION > TRANSFORMATION > IDENTITY, as OpenLineage's Spark integration composes.
        """
        if not self.direct:
            return self
        if not later.direct:
            return later
        return self if _STRENGTH[self] >= _STRENGTH[later] else later


_DIRECT = frozenset({Transformation.IDENTITY, Transformation.TRANSFORMATION, Transformation.AGGREGATION})
_STRENGTH = {Transformation.IDENTITY: 0, Transformation.TRANSFORMATION: 1, Transformation.AGGREGATION: 2}


class Confidence(enum.StrEnum):
    """How an edge is known. A path is as sure as its weakest step."""

    EXACT = "exact"  # the operation's documented semantics and the recorded arguments
    INFERRED = "inferred"  # from the user's source text, or an over-approximation that misses nothing
    OPAQUE = "opaque"  # no rule explains it: every input may have influenced every output

    def then(self, later: Confidence) -> Confidence:
        """The weaker of the two."""
        return self if _DOUBT[self] >= _DOUBT[later] else later


_DOUBT = {Confidence.EXACT: 0, Confidence.INFERRED: 1, Confidence.OPAQUE: 2}


@dataclass(frozen=True, slots=True)
class Field:
    """A column for the outside: ``name`` is text and unique in its dataset, ``type`` the dtype's name ("" unknown)."""

    name: str
    type: str = ""


@dataclass(frozen=True)
class Schema:
    """The labels of a dataset, as pandas has them. Interned: equal schemas of a session are one object.

    ``labels`` are the column labels by position, any hashable, duplicates allowed; a SERIES has its name as the only
    label, a ROW its index labels, ARRAY and SCALAR one unnamed slot. ``types`` are dtype names by position (may be
    empty: unknown). ``index`` are the level names, ``keys`` the names of grouping keys. ``traits`` say how a GROUPED
    was made, where its results depend on it (``lineage_ext.rules.group`` lists them).
    """

    kind: DatasetKind
    labels: tuple[Hashable, ...] = ()
    index: tuple[Hashable, ...] = ()
    keys: tuple[Hashable, ...] = ()
    types: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()

    @cached_property
    def by_label(self) -> dict[Hashable, tuple[int, ...]]:
        """Label → its column positions."""
        found: dict[Hashable, list[int]] = {}
        for i, label in enumerate(self.labels):
            found.setdefault(label, []).append(i)
        return {label: tuple(at) for label, at in found.items()}

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns as Fields, by position."""
        types = self.types or ("",) * len(self.labels)
        return tuple(Field(n, t) for n, t in zip(_unique_names(self.labels), types, strict=False))

    @cached_property
    def index_names(self) -> tuple[str, ...]:
        """Text for each index level: its name, or ``index`` / ``level_1`` as ``reset_index`` would call it."""
        many = len(self.index) > 1
        return tuple(
            label_text(n) if n is not None else (f"level_{i}" if many else "index") for i, n in enumerate(self.index)
        )

    def slot_name(self, slot: int) -> str:
        """Text for a slot: a column's name, ``<index>`` names for levels, ``<rows>`` and ``<order>``."""
        if slot >= 0:
            return self.fields[slot].name if slot < len(self.fields) else f"<{slot}>"
        if slot == ROWS:
            return "<rows>"
        if slot == ORDER:
            return "<order>"
        if is_key(slot):
            i = -1001 - slot
            return f"<key {label_text(self.keys[i]) if i < len(self.keys) else i}>"
        i = -1 - slot
        return f"<{self.index_names[i] if i < len(self.index) else f'level_{i}'}>"

    def slots(self, column: Hashable) -> tuple[int, ...]:
        """Slots a user may mean by ``column``: a label, else a field's text, else an index level's name."""
        try:
            if column in self.by_label:
                return self.by_label[column]
        except TypeError:
            return ()
        by_text = tuple(i for i, f in enumerate(self.fields) if f.name == column)
        return by_text or tuple(level(i) for i, n in enumerate(self.index_names) if n == column)

    @cached_property
    def all_slots(self) -> tuple[int, ...]:
        """Every column, then every index level."""
        return (*range(len(self.labels)), *(level(i) for i in range(len(self.index))))


def label_text(label: Hashable) -> str:
    """A label as text: strings as they are, tuples joined by ``.``, the rest by ``str``."""
    if isinstance(label, str):
        return label
    if isinstance(label, tuple):
        return ".".join(label_text(part) for part in label)
    return "" if label is None else str(label)


def _unique_names(labels: Sequence[Hashable]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for label in labels:
        text = label_text(label)
        n = seen[text] = seen.get(text, 0) + 1
        names.append(text if n == 1 else f"{text} ({n})")
    return names


@dataclass(frozen=True, slots=True)
class Dataset:
    """One version of something that holds columns.

    ``no`` numbers the versions of a session (unique, dense). An external dataset is named as OpenLineage names it
    (``namespace``, ``name``); an in-memory one has namespace ``inmemory://``. ``rows`` is its length, None if unknown.
    ``of`` is the ``no`` of the earlier version of the same object after an in-place change, else None.
    """

    no: int
    kind: DatasetKind
    schema: Schema
    namespace: str = "inmemory://"
    name: str = ""
    rows: int | None = None
    of: int | None = None
    facets: tuple[Facet, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns."""
        return self.schema.fields

    @property
    def external(self) -> bool:
        """Whether it lives outside the process."""
        return self.kind is DatasetKind.EXTERNAL


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A slot of a dataset version: ``dataset`` is its ``no``."""

    dataset: int
    slot: int


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """``source`` influenced ``target``; how, how we know, and why (``reason`` is empty for exact edges)."""

    source: ColumnRef
    target: ColumnRef
    transformation: Transformation
    confidence: Confidence = Confidence.EXACT
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Many edges between one input and one output of a run, in O(1) space for whole-frame operations.

    ``targets[i]`` comes from ``sources[i]``; with ``cross`` every target comes from every source. ``output`` and
    ``input`` index the run's outputs and inputs.
    """

    output: int
    input: int
    targets: Sequence[int]
    sources: Sequence[int]
    transformation: Transformation
    confidence: Confidence = Confidence.EXACT
    cross: bool = False
    reason: str = ""

    def pairs(self) -> Iterator[tuple[int, int]]:
        """(target slot, source slot) of each edge."""
        if self.cross:
            return ((t, s) for t in self.targets for s in self.sources)
        return zip(self.targets, self.sources, strict=True)


Upstream = tuple[int, int, Transformation, Confidence, str]


@dataclass(frozen=True)
class ColumnMap:
    """All slot-to-slot influence of one run. Shared between runs of the same shape, so it is worth indexing."""

    blocks: tuple[Block, ...] = ()

    def upstream(self, output: int, slot: int) -> list[Upstream]:
        """(input index, slot, transformation, confidence, reason) feeding ``slot`` of output number ``output``."""
        found: list[Upstream] = []
        for block, targets in zip(self.blocks, self._targets, strict=True):
            if block.output == output and slot in targets:
                sources = block.sources if block.cross else [block.sources[i] for i in targets[slot]]
                found.extend((block.input, s, block.transformation, block.confidence, block.reason) for s in sources)
        return found

    def downstream(self, input: int, slot: int) -> list[Upstream]:
        """(output index, slot, transformation, confidence, reason) fed by ``slot`` of input number ``input``."""
        found: list[Upstream] = []
        for block, sources in zip(self.blocks, self._sources, strict=True):
            if block.input == input and slot in sources:
                targets = block.targets if block.cross else [block.targets[i] for i in sources[slot]]
                found.extend((block.output, t, block.transformation, block.confidence, block.reason) for t in targets)
        return found

    @cached_property
    def _targets(self) -> tuple[dict[int, list[int]], ...]:
        return tuple(_positions(b.targets) for b in self.blocks)

    @cached_property
    def _sources(self) -> tuple[dict[int, list[int]], ...]:
        return tuple(_positions(b.sources) for b in self.blocks)

    @property
    def confidence(self) -> Confidence:
        """The weakest of the edges."""
        worst = Confidence.EXACT
        for block in self.blocks:
            worst = worst.then(block.confidence)
        return worst


def _positions(slots: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for i, slot in enumerate(slots):
        found.setdefault(slot, []).append(i)
    return found


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
class Facet:
    """Base of everything that describes a run or dataset further. Subclasses are frozen dataclasses of JSON values."""


@dataclass(frozen=True, slots=True)
class CodeFacet(Facet):
    """A cell's source and where the host says it stands."""

    source: str
    cell_id: str = ""
    execution_count: int | None = None
    language: str = "python"
    kind: str = "cell"  # cell | nested | callback | script | task


@dataclass(frozen=True, slots=True)
class ResourceFacet(Facet):
    """Cost of a run. Times in ns, sizes in bytes; ``rss_peak`` is exact only when ``peak_exact``."""

    wall_ns: int
    cpu_ns: int
    rss_start: int
    rss_end: int
    rss_peak: int
    peak_exact: bool
    read_bytes: int | None = None
    write_bytes: int | None = None
    own_ns: int = 0  # our own CPU on the cell's thread and the worker during the run


@dataclass(frozen=True, slots=True)
class ErrorFacet(Facet):
    """Why a run failed: exception type, text, traceback lines."""

    type: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class ResultFacet(Facet):
    """What a cell displayed: ``text`` for small values, a description for big ones, ``dataset`` if it is tracked."""

    type: str
    text: str
    dataset: int | None = None


@dataclass(frozen=True, slots=True)
class NamesFacet(Facet):
    """Variables that held tracked values when the cell ended: name → dataset ``no``."""

    names: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ExternalFacet(Facet):
    """How an external dataset was reached: format (csv, parquet, sql …), access (read | write), version if known."""

    format: str
    access: str
    version: str = ""
    sql: str = ""


@dataclass(frozen=True, slots=True)
class OpaqueFacet(Facet):
    """Why an operation could not be explained."""

    reason: str


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
    column_map: ColumnMap = ColumnMap()
    position: Position | None = None
    within: int | None = None
    count: int = 1  # operations this run stands for, when a hot call site was collapsed
    facets: tuple[Facet, ...] = field(default=())

    def column_edges(self) -> Iterator[ColumnEdge]:
        """Every edge, expanded."""
        for block in self.column_map.blocks:
            source, target = self.inputs[block.input].no, self.outputs[block.output].no
            for t, s in block.pairs():
                yield ColumnEdge(
                    ColumnRef(source, s), ColumnRef(target, t), block.transformation, block.confidence, block.reason
                )

    def facet(self, kind: type[Any]) -> Any:
        """The facet of that class, or None."""
        return next((f for f in self.facets if isinstance(f, kind)), None)

    def with_(self, **changes: Any) -> Run:
        """A copy with fields replaced."""
        return replace(self, **changes)
