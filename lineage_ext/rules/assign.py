"""Changing in place: ``df["c"] = v``, ``.loc[rows, c] = v``, insert, delete, pop, ``eval`` with an assignment.

The output is the next version of the object: what wasn't written keeps its identity and its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.access import ALL, BY_NUMBER, column_slots, is_mask, split_key
from lineage_ext.rules.algebra import (
    COLUMNAR,
    ROWS,
    Call,
    Confidence,
    K,
    Param,
    State,
    T,
    Word,
    by_label,
    feed,
    keep_index,
    keep_rows,
    same_rows,
    values_of,
)
from lineage_ext.rules.call import Expression, Function
from lineage_ext.rules.elementwise import ROWED
from lineage_ext.rules.expressions import assignments, names_in


@dataclass(frozen=True, slots=True)
class Put(Word):
    """``object[key] = value`` (also insert, isetitem): columns, or the cells a mask selects."""

    key: Param = "key"
    value: Param = "value"
    by_number: bool = False
    params_of: ClassVar[tuple[str, ...]] = ("key", "value")

    def explain(self, call: Call) -> None:
        """The written columns from the value, the rest from the version before."""
        before, key, value = call.this, call.args.get(self.key), call.get(self.value)
        if before.kind is not K.FRAME or isinstance(key, State | slice | Function | Expression):
            write(call, before, key if before.kind is K.FRAME else call.get(self.key), ALL, value)
            return
        out = call.out
        written = column_slots(out, key, self.by_number)
        told = written is not None
        if written is None:  # columns named by a value of Python's
            written, told = _columns_put(before, out, list(call.states(value)))
        keep_rows(call, before)
        if before.rows == 0 and out.rows:
            _first(call, value)
        with _sure(call, told):
            whole = not told and len(written) == len(out.labels)
            by_label(call, before, only=[s for s in out.columns if s not in written or whole])
            put(call, written, value)

    def once(self, call: Call) -> State | None:
        """What was there before, if whole columns are put."""
        key, before = call.args.get(self.key), call.this
        return None if isinstance(key, State | slice | Function | Expression) or before.kind is not K.FRAME else before


@dataclass(frozen=True, slots=True)
class PutAt(Word):
    """``indexer[rows, columns] = value``."""

    key: Param = "key"
    value: Param = "value"
    params_of: ClassVar[tuple[str, ...]] = ("key", "value")

    def explain(self, call: Call) -> None:
        """The written cells' columns from the value under the rows' condition, and from the version before."""
        before, by_number = call.this, call.args.get("indexer") in BY_NUMBER
        rows, columns = split_key(before, call.get(self.key), by_number)
        write(call, before, rows, columns, call.get(self.value), by_number=by_number)


@dataclass(frozen=True, slots=True)
class Delete(Word):
    """``del df["c"]``, ``pop``: the version without the column, and for pop the column."""

    key: Param = "key"
    params_of: ClassVar[tuple[str, ...]] = ("key",)
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """What is left keeps its identity; what is taken is the column."""
        before = call.this
        for i, out in enumerate(call.outs):
            if out.of is not None:
                by_label(call, before, out=i)
            else:
                slots = column_slots(before, call.args.get(self.key)) or tuple(before.columns)
                call.link(values_of(out), before, slots, out=i, cross=True)
            keep_rows(call, before, out=i)


@dataclass(frozen=True, slots=True)
class Evaluate(Word):
    """``df.eval(text)``: assigned columns from the columns their expressions name; a plain one makes a series."""

    text: Param = "expr"
    params_of: ClassVar[tuple[str, ...]] = ("text",)

    def explain(self, call: Call) -> None:
        """Assignments in order, later ones seeing earlier ones."""
        source, out = call.this, call.out
        text = call.args.get(self.text)
        assigned = assignments(text) if isinstance(text, str) else []
        reads: dict[str, tuple[int, ...]] = {}
        for target, expression in assigned:
            own = names_in(source, expression)
            earlier = tuple(s for name in reads if name in expression for s in reads[name])
            reads[target] = tuple(dict.fromkeys((*(s for s in own if not _replaced(source, s, reads)), *earlier)))
        if out.kind not in COLUMNAR:
            call.link(values_of(out), source, reads.get("", ()), T.TRANSFORMATION, cross=True)
        else:
            by_label(call, source, only=[s for s in out.columns if out.labels[s] not in reads])
            for target, slots in reads.items():
                call.link(out.at(target), source, slots, T.TRANSFORMATION, cross=True)
        keep_rows(call, source)
        _locals(call, out, [out.at(t) or values_of(out) for t in reads])


@contextmanager
def _sure(call: Call, told: bool) -> Iterator[None]:
    """What is linked within is inferred unless it was told which columns are written."""
    first = len(call.blocks)
    yield
    if not told:
        call.blocks[first:] = [block._replace(confidence=Confidence.INFERRED) for block in call.blocks[first:]]


def _columns_put(before: State, out: State, values: list[State]) -> tuple[tuple[int, ...], bool]:
    """The slots that were written: new ones, those of the frame that is put there, or any. And whether that is sure:
    as many are new as the frame has."""
    if len(values) != 1 or values[0].kind is not K.FRAME:
        return tuple(out.columns), False
    new = tuple(s for s in out.columns if not before.at(out.labels[s]))
    if len(new) == len(values[0].labels):
        return new, True
    if not new and all(out.at(label) for label in values[0].labels):
        return tuple(s for label in values[0].labels for s in out.at(label)), False
    return tuple(out.columns), False


def _locals(call: Call, out: State, targets: list[tuple[int, ...]]) -> None:
    """Values of ``@variables``, when they were found to be computed."""
    found = call.derived.get("expr")
    if found is not None:
        call.used.add("expr")
        for slots in targets:
            feed(call, slots, found)


def _replaced(source: State, slot: int, reads: dict[str, tuple[int, ...]]) -> bool:
    return slot >= 0 and source.labels[slot] in reads


def _first(call: Call, value: Any) -> None:
    """The first column that is put into an empty frame: its rows are the frame's, and so is its index."""
    states = list(call.states(value))
    for state in states:
        call.rows_from(state)
        keep_index(call, state)
    if len(states) == 1 and states[0].rows == call.out.rows:
        call.out.rowset = states[0].rowset


def put(call: Call, written: Sequence[int], value: Any, how: T = T.IDENTITY) -> None:
    """Feed the written columns of the output from a value: by position for frames and rows, whole otherwise."""
    if isinstance(value, list | tuple) and 1 < len(value) == len(written) and not _nested(value):
        for slot, part in zip(written, value, strict=True):
            put(call, (slot,), part, how)
        return
    states = list(call.states(value))
    for state in states:
        if state.kind in (K.FRAME, K.ARRAY) and 1 < len(state.labels) == len(written):
            call.link(tuple(written), state, tuple(state.columns), how)
        else:
            one = (
                how
                if state.kind in (K.SERIES, K.ARRAY, K.SCALAR, K.INDEX, K.VALUE) and len(states) == 1
                else T.TRANSFORMATION
            )
            call.link(tuple(written), state, values_of(state), one, cross=True)
        if not same_rows(state, call.out):
            call.link(tuple(written), state, (ROWS,), T.FILTER, cross=True)
            if state.kind in ROWED:
                call.link(tuple(written), state, state.levels, T.JOIN, cross=True)
                call.link(tuple(written), call.this, call.this.levels, T.JOIN, cross=True)


def _put_record(call: Call, written: Sequence[int], value: Any, by_number: bool) -> bool:
    """``df.loc["total"] = df.sum()``: each column takes what has its label; by number that in its place."""
    if not isinstance(value, State) or value.kind is not K.ROW or len(written) < 2:
        return False
    labels = [call.out.labels[slot] for slot in written]
    if by_number and labels != list(value.labels):
        return False
    for slot, label in zip(written, labels, strict=True):
        call.link((slot,), value, value.at(label), cross=True)
        call.link((slot,), value, (ROWS,), T.FILTER, cross=True)
    return True


def _nested(value: Sequence[Any]) -> bool:
    """Whether a list holds rows or columns instead of single values."""
    single = (K.SCALAR, K.VALUE)
    return any(isinstance(v, list | tuple) or (isinstance(v, State) and v.kind not in single) for v in value)


def write(call: Call, before: State, rows: Any, columns: Any, value: Any, *, by_number: bool = False) -> None:
    """Overwrite cells: the columns keep what isn't selected, and the selection is a condition."""
    out = call.out
    found = column_slots(out, columns, by_number) if before.kind is K.FRAME else tuple(out.columns)
    sure = Confidence.EXACT if found is not None else Confidence.INFERRED
    written = tuple(out.columns) if found is None else found
    everything = isinstance(rows, slice) and rows == slice(None)
    with _sure(call, found is not None or not everything):
        by_label(call, before, only=[s for s in out.columns if not (everything and found and s in found)])
    keep_rows(call, before)
    with _sure(call, found is not None):
        if not _put_record(call, written, value, by_number):
            put(call, written, value)
    for key in call.states(rows):
        if key.kind is K.FRAME:
            by_label(call, key, T.CONDITIONAL)
        else:
            call.link(written, key, values_of(key), T.CONDITIONAL, cross=True, confidence=sure)
            if not same_rows(key, before):
                call.link(written, key, (ROWS,), T.FILTER, cross=True)
                call.link(written, key, key.levels, T.JOIN, cross=True)
            if not by_number and not (is_mask(key, before) and same_rows(key, before)):
                call.link(written, before, before.levels, T.CONDITIONAL, cross=True)
    if isinstance(columns, State):
        call.link(written, columns, values_of(columns), T.CONDITIONAL, cross=True, confidence=Confidence.INFERRED)
    if not everything and not by_number and not isinstance(rows, State):
        call.link(written, before, before.levels, T.CONDITIONAL, cross=True)
