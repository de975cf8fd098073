"""A Flow becomes a State, with a synthetic operation for what Python did between recorded ones."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lineage_ext.capture.flow import Flow, Origin
from lineage_ext.capture.site import Place, Sites
from lineage_ext.model import COLUMNS, ORDER, ROWS, Block, Confidence, DatasetKind, Transformation
from lineage_ext.rules.algebra import values_of
from lineage_ext.rules.call import Opaque, State

T = Transformation
REASON = "read from the source text"
MOST_KNOWN = 5_000
WHOLES = ((ROWS,), (ROWS, ORDER), (COLUMNS,))


class NewState(Protocol):
    """Makes a State with an interned schema."""

    def __call__(
        self, kind: DatasetKind, labels: tuple[Hashable, ...] = ..., index: tuple[Hashable, ...] = ...,
        rows: int | None = ..., rowset: int = ...,
    ) -> State:  # fmt: skip
        """``rowset`` 0: its own."""
        ...


@dataclass(frozen=True, slots=True)
class Derivation:
    """A synthetic operation: a Python expression (``numpy.where``, ``python.dict`` …) that made a value of States."""

    title: str
    place: Place
    inputs: tuple[State, ...]
    out: State
    blocks: tuple[Block, ...]


class Deriver:
    """Makes Derivations, one for all uses of the same value."""

    def __init__(self, new_state: NewState, sites: Sites) -> None:
        self._new_state = new_state
        self._known: dict[Hashable, State] = {}

    def state(self, flow: Flow, title: str, place: Place, value: Any, made: list[Derivation]) -> State:
        """The State of one value."""
        if flow.state is not None:
            return flow.state
        size = size_of(value)
        count = deciding(flow.counts() if size.single else flow.count)
        what = _What(DatasetKind.VALUE, (None,), (_distinct(flow.origins),), count, size)
        return self._state(what, title, place, made)

    def table(
        self, columns: Mapping[Hashable, Flow], count: Flow, title: str, place: Place, size: Size,
        made: list[Derivation],
    ) -> State:  # fmt: skip
        """The State of a table (a list of records, an array of two dimensions): each column has its own origins,
        ``count`` decided the rows."""
        own = tuple(_distinct(f.origins) for f in columns.values())
        kind = DatasetKind.ARRAY if size.total else DatasetKind.FRAME
        rows = size.rows // len(own) if size.total and size.rows is not None and own else size.rows
        return self._state(_What(kind, tuple(columns), own, deciding(count.count), Size(rows)), title, place, made)

    def record(self, parts: Mapping[Hashable, Flow], title: str, place: Place, made: list[Derivation]) -> State:
        """The State of a dict of single values."""
        own = tuple(_distinct(f.origins) for f in parts.values())
        return self._state(_What(DatasetKind.ROW, tuple(parts), own, (), SINGLE), title, place, made)

    def chosen(
        self, whole: State, by: Mapping[State, tuple[Hashable, ...] | None], place: Place, made: list[Derivation]
    ) -> State:
        """``whole`` as the one of several objects that conditions chose: by state, about which columns (None: all)."""
        key = (whole.no, *((state.no, labels) for state, labels in by.items()))
        known = self._known.get(key)
        if known is not None:
            return known
        out = self._new_state(whole.kind, whole.labels, whole.schema.index, whole.rows, whole.rowset)
        out.schema, out.of = whole.schema, whole.no
        every, both = (*whole.columns, *whole.levels, *whole.keys), (ROWS, ORDER)
        blocks = [Block(0, 0, every, every, T.IDENTITY), Block(0, 0, both, both, T.IDENTITY)]
        for i, (state, labels) in enumerate(by.items()):
            targets = (ROWS,) if labels is None else tuple(s for label in labels for s in whole.at(label))
            if labels and whole.kind is DatasetKind.FRAME and not all(map(whole.at, labels)):  # some aren't there
                targets += (COLUMNS,)
                out.schema = replace(out.schema, spread=tuple({*out.schema.spread, COLUMNS}))
            if targets:
                blocks.append(_block(targets, i + 1, values_of(state), T.CONDITIONAL))
        made.append(Derivation("python.if", place, (whole, *by), out, tuple(blocks)))
        self._keep(key, out)
        return out

    def _keep(self, key: Hashable, state: State) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = state

    def _state(self, what: _What, title: str, place: Place, made: list[Derivation]) -> State:
        rowset = what.rowset()
        key = (place, what.labels, rowset, tuple(tuple(map(_key, os)) for os in what.columns))
        known = self._known.get(key)
        if known is not None:
            return known
        out = self._new_state(what.kind, what.labels, (), what.size.rows, rowset or 0)
        made.append(Derivation(title, place, what.inputs(), out, tuple(what.blocks(rowset))))
        self._keep(key, out)
        return out


@dataclass(frozen=True, slots=True)
class Size:
    """How many items a value has (None: unknown). ``total``: in all dimensions. ``single``: it is one value."""

    rows: int | None = None
    total: bool = False
    single: bool = False


SINGLE = Size(single=True)


def size_of(value: Any) -> Size:
    """The size of an argument as it was recorded."""
    if isinstance(value, Opaque):
        return Size(value.size, value.type == "ndarray")
    return Size(len(value)) if isinstance(value, list | tuple | dict) else SINGLE


@dataclass(frozen=True, slots=True)
class _What:
    """A value to be explained: the origins of its columns, and what decided which items it has."""

    kind: DatasetKind
    labels: tuple[Hashable, ...]
    columns: tuple[tuple[Origin, ...], ...]
    count: tuple[Origin, ...]
    size: Size

    def origins(self) -> Iterator[Origin]:
        return (o for own in self.columns for o in own)

    def inputs(self) -> tuple[State, ...]:
        return tuple({o.state.no: o.state for o in (*self.origins(), *self.count)}.values())

    def rowset(self) -> int | None:
        """The rows a value stands for one by one, if there is exactly one candidate and the sizes agree."""
        size = self.size.rows
        aligned = {o.state.rowset: o.state.rows for o in self.origins() if o.aligned and o.state.rows is not None}
        if size is None or len(aligned) != 1:
            return None
        rowset, rows = next(iter(aligned.items()))
        return rowset if rows == size or (self.size.total and rows and size % rows == 0) else None

    def blocks(self, rowset: int | None) -> list[Block]:
        """All influence on the columns, the rows and their order."""
        number = {state.no: i for i, state in enumerate(self.inputs())}
        found: list[Block] = []
        for column, own in enumerate(self.columns):
            found += (_block((column,), number[o.state.no], o.slots, o.how, o.reason, o.masking) for o in own)
            chosen = {o.state.no for o in own if o.slots not in WHOLES and self._chooses(o, rowset)}
            ordered = {o.state.no for o in own if o.how.direct and o.how is not T.AGGREGATION and not o.aligned}
            for no in chosen:
                found.append(_block((column,), number[no], (ROWS, ORDER) if no in ordered else (ROWS,), T.FILTER))
            if self.size.single:
                found += (_block((column,), number[o.state.no], _with_rows(o), o.how) for o in self.count)
        return [*dict.fromkeys(found), *self._row_blocks(number, rowset)]

    def _chooses(self, o: Origin, rowset: int | None) -> bool:
        """Whether which rows the origin has is part of the value itself, not of which items the value has."""
        if self.size.single or (not self.count and (o.one or o.how is T.AGGREGATION)):
            return True
        return rowset is not None and o.state.rowset != rowset

    def _row_blocks(self, number: Mapping[int, int], rowset: int | None) -> Iterator[Block]:
        """The items are as many, and in the order of, what they were made from."""
        if self.size.single:
            return
        if rowset is not None:
            like = next(i for i, s in enumerate(self.inputs()) if s.rowset == rowset)
            both = (ROWS, ORDER)
            yield Block(0, like, both, both, T.IDENTITY, Confidence.INFERRED, reason=REASON)
            return
        items = {o.state.no for o in self.origins() if o.slots not in WHOLES and not self._chooses(o, None)}
        listed = {o.state.no for o in self.origins() if o.slots == (COLUMNS,) and o.how is T.IDENTITY}
        yield from (_block((ROWS,), number[no], (COLUMNS,), T.FILTER) for no in listed)
        both = (ROWS, ORDER)
        for no in items:
            yield Block(0, number[no], both, both, T.IDENTITY, Confidence.INFERRED, reason=REASON)
        yield from (_block((ROWS,), number[o.state.no], _with_rows(o), T.FILTER) for o in self.count)


def _with_rows(o: Origin) -> tuple[int, ...]:
    """What decides by its values decides by which of them there are, too."""
    return o.slots if ROWS in o.slots or o.slots == (COLUMNS,) else (*o.slots, ROWS)


def _distinct(origins: tuple[Origin, ...]) -> tuple[Origin, ...]:
    found: dict[Hashable, Origin] = {}
    for o in origins:
        found.setdefault(_key(o), o)
    return tuple(found.values())


def deciding(count: tuple[Origin, ...]) -> tuple[Origin, ...]:
    """They come from sets, in whose order no two processes agree; what two runs tell shall be the same."""
    return tuple(sorted(_distinct(count), key=lambda o: (o.state.no, o.slots, o.how, o.aligned, o.masking)))


def _key(o: Origin) -> Hashable:
    return (o.state.no, o.slots, o.how, o.aligned, o.masking, o.single)


def _block(
    targets: tuple[int, ...], i: int, slots: tuple[int, ...], how: Transformation, reason: str = "",
    masking: bool = False,
) -> Block:  # fmt: skip
    return Block(0, i, targets, slots, how, Confidence.INFERRED, True, reason or REASON, masking and how.direct)


def title_of(node: ast.AST, name: str = "") -> str:
    """``numpy.where`` for a call of known name, ``python.dict`` … for other expressions."""
    if name:
        module, _, last = name.rpartition(".")
        return name if module and module != "builtins" else f"python.{last}"
    return f"python.{_KINDS.get(type(node), 'expression')}"


_KINDS: dict[type[ast.AST], str] = {
    ast.Dict: "dict", ast.DictComp: "dict", ast.List: "list", ast.ListComp: "list", ast.GeneratorExp: "generator",
    ast.Tuple: "tuple", ast.Set: "set", ast.SetComp: "set", ast.JoinedStr: "text", ast.Call: "call",
    ast.Lambda: "function",
}  # fmt: skip
