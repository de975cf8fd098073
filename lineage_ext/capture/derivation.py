"""A Flow becomes a State, with a synthetic operation for what Python did between recorded ones."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lineage_ext.capture.flow import Flow, Origin
from lineage_ext.capture.site import Place, Sites
from lineage_ext.model import ORDER, ROWS, Block, Confidence, DatasetKind, Transformation
from lineage_ext.rules.call import Opaque, State

REASON = "read from the source text"
MOST_KNOWN = 5_000


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


Columns = tuple[tuple[Origin, ...], ...]


class Deriver:
    """Makes Derivations, one for all uses of the same value."""

    def __init__(self, new_state: NewState, sites: Sites) -> None:
        self._new_state = new_state
        self._known: dict[Hashable, State] = {}

    def state(self, flow: Flow, title: str, place: Place, value: Any, made: list[Derivation]) -> State:
        """The State of one value."""
        if flow.state is not None:
            return flow.state
        return self._state((flow,), (None,), DatasetKind.VALUE, title, place, value, made)

    def table(
        self, columns: Mapping[Hashable, Flow], title: str, place: Place, rows: int | None, made: list[Derivation]
    ) -> State:
        """The State of a table: a list of records, of which each column has its own origins."""
        value = Opaque("list", rows)
        return self._state(tuple(columns.values()), tuple(columns), DatasetKind.FRAME, title, place, value, made)

    def _state(
        self, flows: tuple[Flow, ...], labels: tuple[Hashable, ...], kind: DatasetKind, title: str, place: Place,
        value: Any, made: list[Derivation],
    ) -> State:  # fmt: skip
        origins: Columns = tuple(_distinct(f.origins) for f in flows)
        rowset = _rowset([o for os in origins for o in os], value)
        key = (place, labels, rowset, tuple(tuple(map(_key, os)) for os in origins))
        known = self._known.get(key)
        if known is not None:
            return known
        rows = size_of(value)
        out = self._new_state(kind, labels, (), rows, rowset or 0)
        inputs = tuple({o.state.no: o.state for os in origins for o in os}.values())
        made.append(Derivation(title, place, inputs, out, tuple(_blocks(origins, inputs, rowset))))
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = out
        return out


def size_of(value: Any) -> int | None:
    """How many items a value has; None if it is one value, or unknown."""
    if isinstance(value, Opaque):
        return value.size
    return len(value) if isinstance(value, list | tuple | dict) else None


def _distinct(origins: tuple[Origin, ...]) -> tuple[Origin, ...]:
    found: dict[Hashable, Origin] = {}
    for o in origins:
        found.setdefault(_key(o), o)
    return tuple(found.values())


def _key(o: Origin) -> Hashable:
    return (o.state.no, o.slots, o.how, o.aligned)


def _rowset(origins: list[Origin], value: Any) -> int | None:
    """The rows a value stands for one by one, if there is exactly one candidate and the sizes agree."""
    size = size_of(value)
    aligned = {o.state.rowset: o.state.rows for o in origins if o.aligned and o.state.rows is not None}
    if size is None or len(aligned) != 1:
        return None
    rowset, rows = next(iter(aligned.items()))
    whole = isinstance(value, Opaque) and value.type == "ndarray"  # whose size counts all its dimensions
    return rowset if rows == size or (whole and rows and size % rows == 0) else None


def _blocks(origins: Columns, inputs: tuple[State, ...], rowset: int | None) -> list[Block]:
    number = {state.no: i for i, state in enumerate(inputs)}
    found: list[Block] = []
    for column, own in enumerate(origins):
        for o in own:
            target = ROWS if rowset is None and _decides(o) else column
            found.append(_block((target,), number[o.state.no], o.slots, o.how, o.reason))
        if rowset is not None:
            others = {o.state.no for o in own if o.state.rowset != rowset and o.slots != (ROWS,)}
            found += (_block((column,), number[no], (ROWS,), Transformation.FILTER) for no in others)
    return list(dict.fromkeys(found)) + _row_blocks(origins, inputs, number, rowset)


def _decides(o: Origin) -> bool:
    """Whether it decided which items there are, rather than what they are."""
    return o.how is Transformation.FILTER and o.slots != (ROWS,)


def _row_blocks(origins: Columns, inputs: tuple[State, ...], number: dict[int, int], rowset: int | None) -> list[Block]:
    """The items of a value are as many, and in the order of, what they were made from."""
    if rowset is not None:
        like = next(i for i, s in enumerate(inputs) if s.rowset == rowset)
        both = (ROWS, ORDER)
        return [Block(0, like, both, both, Transformation.IDENTITY, Confidence.INFERRED, reason=REASON)]
    sized = {o.state.no for own in origins for o in own if o.slots != (ROWS,)}
    return [_block((ROWS,), number[no], (ROWS,), Transformation.IDENTITY) for no in number if no in sized]


def _block(targets: tuple[int, ...], i: int, slots: tuple[int, ...], how: Transformation, reason: str = "") -> Block:
    return Block(0, i, targets, slots, how, Confidence.INFERRED, True, reason or REASON)


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
