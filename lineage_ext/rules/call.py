"""What a rule sees of one recorded operation: a Call with its arguments, the States among them, and its outputs.

A rule reads labels from the States' schemas and says who influenced whom with ``call.link(...)``. It must depend on
nothing else: results are kept and shared by all calls of the same shape (see ``explain``).
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from lineage_ext.model import (
    ORDER,
    ROWS,
    Block,
    Confidence,
    DatasetKind,
    Facet,
    Schema,
    Transformation,
    key,
    level,
)
from lineage_ext.rules.op import Op


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """The records (by number) that are the columns of a frame, and what became of their values since. ``named``: the
    columns have their names."""

    numbers: tuple[int, ...]
    how: Transformation
    named: bool


@dataclass(slots=True, eq=False)
class State:
    """One version of a tracked object. ``rowset`` is shared by states that hold the same rows in the same order."""

    no: int
    kind: DatasetKind
    schema: Schema
    rows: int | None = None
    rowset: int = 0
    of: int | None = None  # the version before an in-place change
    row: tuple[Hashable, ...] | None = None  # a new series' index labels, if it may be a record (``df.mean()``)
    external: External | None = None  # where it lives, if outside: a call may read several tables
    records: RecordColumns | None = None  # what its columns are (``lineage_ext.rules.records``)

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """Column labels by position."""
        return self.schema.labels

    @property
    def columns(self) -> Sequence[int]:
        """Slots of all columns."""
        return range(len(self.schema.labels))

    @property
    def levels(self) -> tuple[int, ...]:
        """Slots of all index levels."""
        return self.schema.levels

    @property
    def keys(self) -> tuple[int, ...]:
        """Slots of all grouping keys."""
        return tuple(key(i) for i in range(len(self.schema.keys)))

    def at(self, label: Any) -> tuple[int, ...]:
        """Column slots with that label (none if unhashable or absent). Nulls count as one label, as for pandas."""
        try:
            found = self.schema.by_label.get(label, ())
        except TypeError:
            return ()
        if found or not is_null(label):
            return found
        return tuple(i for i, own in enumerate(self.labels) if is_null(own))

    def at_or_level(self, label: Any) -> tuple[int, ...]:
        """Column slots with that label, else the index level of that name."""
        found = self.at(label)
        if found or label is None:
            return found
        return tuple(level(i) for i, n in enumerate(self.schema.index) if _same(n, label))


def is_null(label: Any) -> bool:
    """Whether it is None, NaN, ``pd.NA`` or ``pd.NaT``: among texts pandas makes one of the others."""
    return label is None or (type(label) is float and isnan(label)) or type(label).__name__ in ("NAType", "NaTType")


def _same(a: Any, b: Any) -> bool:
    try:
        return bool(a == b)
    except Exception:
        return False


@dataclass(frozen=True, slots=True)
class Function:
    """A callable argument: its name, and its code when it is a Python function.

    ``bound`` is how many of its first parameters are given already (``self``, arguments of a ``partial``); ``reads``
    are the labels that its source text says it reads of the next one, ``parts`` those behind each item of the list or
    record that it returns; None if that can't be told. ``masks``: it gives nothing of its argument but hashes.
    """

    name: str
    code: types.CodeType | None = None
    bound: int = 0
    reads: tuple[Hashable, ...] | None = None
    parts: tuple[tuple[Hashable, tuple[Hashable, ...]], ...] | None = None
    masks: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """An argument that isn't kept: its type's name and length. The resolver may turn it into a State.

    ``table``: the number of one that has it as its index, unless it is labels of columns.
    """

    type: str
    size: int | None = None
    table: int = 0


@dataclass(frozen=True, slots=True)
class Grouper:
    """``pd.Grouper(key=…, level=…)``."""

    key: Any = None
    level: Any = None


@dataclass(frozen=True, slots=True)
class Expression:
    """``pd.col("a") * 2``: its text names the columns."""

    text: str


@dataclass(frozen=True, slots=True)
class Resource:
    """An argument that reaches data outside: ``kind`` "file" with a path, "sql" with a URL that has no password."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class External:
    """The external dataset a call read or wrote, named as OpenLineage names it. ``access`` is read or write."""

    namespace: str
    name: str
    format: str
    access: str
    sql: str = ""  # the query, when one was read
    change: str = ""  # of a write, where it says so: append, overwrite, create
    version: str = ""  # where the user says so
    facets: tuple[Facet, ...] = ()  # and what else he says
    part: str = ""  # which of several tables in the file, by its name
    beside: bool = False  # of a write: the other tables stay
    perhaps: frozenset[Hashable] = frozenset()  # columns of a table that a query read which may be another table's

    @property
    def appends(self) -> bool:
        """Whether it is a write that keeps what was there."""
        return self.change == "append"


VALUES = frozenset({"value", "other", "fill_value", "key", "data", "cond", "item", "values", "to_replace"})
"""Parameters that a bool may be data of; elsewhere it is an option."""
OPTIONS = frozenset({
    "how", "join", "axis", "keep", "method", "mode", "orient", "interpolation", "side", "closed", "label",
})  # fmt: skip
"""Parameters whose word is taken as it was, however it was computed; ``unsaid`` tells what it was computed from."""
CHANGED = "<changed>"  # in ``Call.derived``: what is in a database whose tables statements changed since
CONTENT = "<content>"  # in ``Call.derived``: what the program itself wrote into the file, or text, that is read


def _nothing(_: str, __: str) -> Collection[Hashable]:
    return ()


@dataclass(slots=True)
class Call:
    """One outermost operation.

    ``args`` maps parameter names to literals, States, Functions, Opaques, and lists, tuples, dicts, slices of those.
    ``outs`` are the States it made (an in-place change makes the next version of its target; ``outs[0].of`` tells the
    one before). ``derived`` maps a parameter to the State its untracked value was found to come from.
    """

    op: Op
    args: dict[str, Any]
    outs: list[State]
    derived: dict[str, State] = field(default_factory=dict)
    touched: tuple[Hashable, ...] = ()  # labels read by user callbacks of this call, in order of first use
    seen: tuple[State, ...] = ()  # outputs of operations inside user callbacks that aren't from this call's inputs
    captured: State | None = None  # a record: what each function of a dict of functions reads from outside
    returned: tuple[State, ...] = ()  # records that the user's function made last, each label explained
    records: tuple[State, ...] = ()  # those that the columns of a frame are which is turned
    lacking: str = ""  # why not all that its arguments came from is known
    decided: tuple[State, ...] = ()  # values that decided whether a change was made, or which objects were given
    inputs: list[State] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    cwd: str = ""  # working directory at the time of the call, for operations that reach files
    external: External | None = None  # what a read came from or a write went to
    content: tuple[int, ...] = ()  # numbers of what the program itself was found to have put there
    known: bool = False  # recorded operations wrote all that it reads
    written: Callable[[str, str], Collection[Hashable]] = _nothing  # namespace, name → columns that those wrote there

    @property
    def this(self) -> Any:
        """The first argument: ``self`` of a method (its state before the call)."""
        return self.args.get(self.op.params[0]) if self.op.params else None

    @property
    def out(self) -> State:
        """The first output."""
        return self.outs[0]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument; a derived State stands for the untracked value it explains."""
        if name in self.derived and not self._is_option(name):
            self.used.add(name)
            return self.derived[name]
        return self.args.get(name, default)

    def _is_option(self, name: str) -> bool:
        value = self.args.get(name)
        return (isinstance(value, bool) and name not in VALUES) or (isinstance(value, str) and name in OPTIONS)

    def states(self, value: Any) -> Iterator[State]:
        """All States within an argument's value."""
        if isinstance(value, State):
            yield value
        elif isinstance(value, list | tuple):
            for part in value:
                yield from self.states(part)
        elif isinstance(value, dict):
            for part in value.values():
                yield from self.states(part)
        elif isinstance(value, slice):
            yield from self.states((value.start, value.stop, value.step))

    def index(self, state: State) -> int:
        """Position of ``state`` among the inputs, adding it."""
        for i, known in enumerate(self.inputs):
            if known is state or known.no == state.no != 0:
                return i
        self.inputs.append(state)
        return len(self.inputs) - 1

    def link(
        self,
        targets: Sequence[int],
        source: State,
        sources: Sequence[int],
        how: Transformation = Transformation.IDENTITY,
        *,
        out: int = 0,
        cross: bool = False,
        confidence: Confidence = Confidence.EXACT,
        reason: str = "",
        masking: bool = False,
    ) -> None:
        """``targets[i]`` of output ``out`` comes from ``sources[i]`` of ``source`` (``cross``: every from every)."""
        if len(targets) and len(sources):
            at = self.index(source)
            # half of what Block(…) takes, four times for each new shape
            block = tuple.__new__(Block, (out, at, targets, sources, how, confidence, cross, reason, masking))
            self.blocks.append(block)

    def rows_from(self, *sources: State, out: int = 0) -> None:
        """The output's rows and order are those of ``sources``, possibly fewer or repeated."""
        for source in sources:
            self.link((ROWS, ORDER), source, (ROWS, ORDER), out=out)

    def source(self, labels: Sequence[Hashable], external: External, types: Sequence[str] = ()) -> State:
        """An external dataset with these columns, added to the inputs; the interpreter gives it its number."""
        state = self._outside(labels, external, types)
        self.inputs.append(state)
        return state

    def sink(self, labels: Sequence[Hashable], external: External, types: Sequence[str] = ()) -> int:
        """The same among the outputs; its position there."""
        self.outs.append(self._outside(labels, external, types))
        return len(self.outs) - 1

    def _outside(self, labels: Sequence[Hashable], external: External, types: Sequence[str]) -> State:
        self.external = self.external or external
        schema = Schema(DatasetKind.EXTERNAL, tuple(labels), types=tuple(types))
        return State(0, DatasetKind.EXTERNAL, schema, external=external)
