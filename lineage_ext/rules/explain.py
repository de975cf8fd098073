"""From a Call to its edges: find the word, let it explain, keep the result for all calls of the same shape.

Two calls have the same shape when operation, literals and schemas agree and their States are related alike (which are
the same object, which hold the same rows). Real notebooks repeat shapes, so most calls cost one dictionary look-up.
What has no word, or whose word raises, is opaque: every input may have influenced every output, and it says why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from lineage_ext import guard
from lineage_ext.model import ColumnMap, DatasetKind, Schema, Transformation
from lineage_ext.rules.algebra import NoRule, Nothing, Unknown, Word
from lineage_ext.rules.call import Call, RecordColumns, State
from lineage_ext.rules.masking import given_masks, mask
from lineage_ext.rules.op import Op
from lineage_ext.rules.records import records_on
from lineage_ext.rules.spread import spread_on
from lineage_ext.rules.unique import unique_on
from lineage_ext.rules.unsaid import unsaid

MOST_SHAPES = 10_000
AMOUNTS = frozenset(
    {
        "data",
        "other",
        "value",
        "values",
        "fill_value",
        "lower",
        "upper",
        "n",
        "to_replace",
        "x",
        "q",
        "decimals",
    }
)  # parameters whose numbers no word reads
REACHES_OUT = 8  # Op.flags of reads and writes (capture/recorder.py EXTERNAL_DATA)
NOTHING = Nothing("no tracked value goes in")
_tables: dict[str, Callable[[Op], Word | None]] = {}


def register(library: str, lookup: Callable[[Op], Word | None]) -> None:
    """Let ``lookup`` find the words of a library's operations."""
    _tables[library] = lookup


class Shape(NamedTuple):
    """What a word said, with States as positions: it holds for every call of this shape."""

    column_map: ColumnMap
    outs: tuple[tuple[Schema, int | None], ...]  # schema; position of the input whose rowset it shares
    added: tuple[State, ...]  # external datasets the word added to the inputs
    sinks: tuple[State, ...]  # external datasets it added to the outputs
    external: Any
    reason: str
    records: tuple[Placed | None, ...]  # of each output
    rows: tuple[object, ...]  # kept alive: shapes are known by their ids


class Explainer:
    """Explains calls and keeps their shapes. ``intern`` gives the session's one copy of a schema."""

    def __init__(self, intern: Callable[[Schema], Schema]) -> None:
        self._intern = intern
        self._shapes: dict[Hashable, Shape] = {}
        self._words: dict[int, Word | None] = {}

    def explain(self, call: Call) -> Shape:
        """Fill the call's outputs (schema, rowset) and return its shape. ``call.inputs`` must hold its input States."""
        try:
            key = self._key(call)
            known = self._shapes.get(key)
        except (TypeError, ValueError):  # numpy refuses to hash a timedelta64 without a unit by ValueError
            key = known = None
        if known is not None:
            self._apply(call, known)
            shape = known
        else:
            shape = self._ask(call)
            if key is not None:
                if len(self._shapes) >= MOST_SHAPES:
                    self._shapes.clear()
                self._shapes[key] = shape
        word = self.word(call.op)
        if word is not None and word.hands_out:
            for out in call.outs:
                out.rows = None  # the first had that many
        return shape

    def word(self, op: Op) -> Word | None:
        """The word for an operation, None if there is none."""
        if op.no not in self._words:
            lookup = _tables.get(op.library)
            self._words[op.no] = lookup(op) if lookup else None
        return self._words[op.no]

    def reads(self, call: Call) -> list[tuple[tuple[str, str], Sequence[Hashable]]]:
        """Where outside a call reads, and the columns it surely takes from there."""
        word = self.word(call.op) if call.op.flags & REACHES_OUT else None
        return list(word.reads(call)) if word is not None else []

    def _ask(self, call: Call) -> Shape:
        inputs, outs = len(call.inputs), len(call.outs)
        before = [(o.kind, o.schema, o.rowset) for o in call.outs]
        reason = ""
        try:
            word = self._find(call)
            word.explain(call)
            if given_masks(call):
                mask(call)
            unsaid(call)
            spread_on(call)
            unique_on(call, word)
            records_on(call)
        except Exception as error:
            reason = str(error) if isinstance(error, NoRule) else f"rule failed: {type(error).__name__}: {error}"
            if not isinstance(error, NoRule):
                guard.report("rules", error)
            _undo(call, inputs, outs, before)
            Unknown(reason).everything(call)
        return self._shape(call, inputs, outs, reason)

    def _find(self, call: Call) -> Word:
        word = self.word(call.op)
        if word is None:
            raise NoRule("no rule")
        method = call.op.params[:1] == ("self",) and call.op.name != "__init__" and not call.op.flags & REACHES_OUT
        if method and not isinstance(call.this, State) and (word.needs_self or not call.inputs):
            if not call.inputs:
                return NOTHING
            raise NoRule("its object isn't tracked")
        return word

    def _shape(self, call: Call, inputs: int, outs: int, reason: str) -> Shape:
        rowsets: dict[int, int] = {}
        for i, state in enumerate(call.inputs[:inputs]):
            rowsets.setdefault(state.rowset, i)
        added, sinks = tuple(call.inputs[inputs:]), tuple(call.outs[outs:])
        for state in (*call.outs, *added):
            state.schema = self._intern(state.schema)
        own = call.outs[:outs]
        made = tuple([(o.schema, rowsets.get(o.rowset) if o.rowset != o.no else None) for o in own])
        blocks = ColumnMap(tuple(call.blocks))
        records = tuple([_placed(o.records, call.inputs) for o in own])
        return Shape(blocks, made, added, sinks, call.external, reason, records, tuple([o.row for o in own]))

    def _apply(self, call: Call, shape: Shape) -> None:
        for out, (schema, rowset) in zip(call.outs, shape.outs, strict=True):
            out.schema, out.kind = schema, schema.kind
            if rowset is not None:
                out.rowset = call.inputs[rowset].rowset
        for out, placed in zip(call.outs, shape.records, strict=True):
            out.records = None if placed is None else _found(placed, call.inputs)
        call.inputs.extend(_copy(s) for s in shape.added)
        call.outs.extend(_copy(s) for s in shape.sinks)

    def _key(self, call: Call) -> Hashable:
        """Flat lists and few calls: most operations of a session cost no more than this and a look-up."""
        places: dict[int, int] = {}
        rowsets: dict[int, int] = {}
        states: list[int] = []
        for i, s in enumerate(call.inputs):
            places[s.no] = i
            states += (id(s.schema), rowsets.setdefault(s.rowset, i))
            if s.records is not None:
                states.append(-1 - 2 * s.records.named - (s.records.how is Transformation.IDENTITY))
        args = [v if v is None or type(v) is str else _part(v, places, p not in AMOUNTS) for p, v in call.args.items()]
        rows = [s.rows for s in call.inputs[:4]]
        outs: list[object] = []
        for o in call.outs:
            outs += (id(o.schema), id(o.row), places.get(o.of) if o.of else None)
            outs += [o.rows == n for n in rows]
        derived = [(p, places[s.no]) for p, s in call.derived.items()]
        inside = [places[s.no] for s in (*call.seen, *call.returned, *call.decided, *call.records)]
        if call.captured is not None:
            inside.append(-1 - places[call.captured.no])
        return (
            call.op.no, call.touched, call.cwd, len(call.seen), len(call.returned), len(call.records), tuple(states),
            tuple(args), tuple(outs), tuple(derived), tuple(inside),
        )  # fmt: skip


Placed = tuple[tuple[tuple[int, int], ...], RecordColumns]


def _placed(records: RecordColumns | None, inputs: Sequence[State]) -> Placed | None:
    """RecordColumns as places: an input itself (``(i, -1)``), or a column of one whose columns are records."""
    if records is None:
        return None
    known = {n: (i, c) for i, s in enumerate(inputs) if s.records for c, n in enumerate(s.records.numbers)}
    known |= {s.no: (i, -1) for i, s in enumerate(inputs)}
    return tuple([known[n] for n in records.numbers]), records


def _found(placed: Placed, inputs: Sequence[State]) -> RecordColumns:
    places, like = placed
    columns = [() if s.records is None else s.records.numbers for s in inputs]
    return replace(like, numbers=tuple([inputs[i].no if c < 0 else columns[i][c] for i, c in places]))


def _part(value: Any, places: Mapping[int, int], exact: bool) -> Hashable:
    """An argument in a shape. Amounts count by type only: ``df.a * 2`` and ``df.a * 3`` are of one shape."""
    kind = type(value)
    if kind is State:
        return (State, places[value.no])
    if kind is float or (kind is int and not exact):
        return (kind,)
    if kind is list or kind is tuple:
        return (kind, *[_part(v, places, exact) for v in value])
    if kind is dict:
        return (dict, *[(_part(k, places, True), _part(v, places, exact)) for k, v in value.items()])
    if kind is slice:
        return (slice, *[_part(v, places, exact) for v in (value.start, value.stop, value.step)])
    return (kind, value)


def _undo(call: Call, inputs: int, outs: int, before: list[tuple[DatasetKind, Schema, int]]) -> None:
    call.blocks.clear()
    call.external = None
    del call.inputs[inputs:], call.outs[outs:]
    for out, (kind, schema, rowset) in zip(call.outs, before, strict=True):
        out.kind, out.schema, out.rowset, out.records = kind, schema, rowset, None


def _copy(state: State) -> State:
    return State(0, state.kind, state.schema, state.rows, state.rowset, state.of, external=state.external)
