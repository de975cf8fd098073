"""Operations that make each value from values of the same row: arithmetic, comparison, accessors, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
    ORDER,
    ROWS,
    Call,
    K,
    NoRule,
    Param,
    State,
    T,
    Word,
    become,
    by_label,
    feed,
    influence_rows,
    items,
    keep_index,
    keep_rows,
    same_rows,
    values_of,
)
from lineage_ext.rules.call import Opaque
from lineage_ext.rules.column_levels import meeting
from lineage_ext.rules.keys import given, is_columns
from lineage_ext.rules.rows import as_record
from lineage_ext.rules.spread import labelled

ROWED = frozenset({K.FRAME, K.SERIES})  # what pandas aligns by its index; an Index is taken as an array


@dataclass(frozen=True, slots=True)
class Elementwise(Word):
    """``how`` of the source and of every value in ``operands``; ``conditions`` decide between them.

    ``value`` is how the source itself flows (IDENTITY where it may pass unchanged). ``ordered``: a value depends on
    earlier rows (cumsum, shift). ``aligned`` False: an operand is a set of values, whatever its index (``isin``).
    ``placed``: their order counts, too (categories). ``by_columns``: a series is matched to the columns of a frame,
    unless ``axis`` says to its rows.
    """

    operands: tuple[Param, ...] = ()
    conditions: tuple[Param, ...] = ()
    how: T = T.TRANSFORMATION
    value: T | None = None
    ordered: bool = False
    ordered_if: tuple[Param, object] | None = None  # (parameter, value) with which it is: rank(method="first")
    by_index: tuple[Param, frozenset[str]] | None = None  # (parameter, values) with which the index counts, too
    aligned: bool = True
    placed: bool = False
    by_columns: bool = False
    params_of: ClassVar[tuple[str, ...]] = ("operands", "conditions")

    def explain(self, call: Call) -> None:
        """By label from the source and the operands; rows from the source, aligned where others differ."""
        source = _source(call, self.operands)
        for i, out in enumerate(call.outs):
            _shape(call, source, i)
            by_label(call, source, self.value or self.how, out=i)
            keep_rows(call, source, out=i)
            for operand in self._values(call, self.operands):
                if operand is not source:
                    self._operand(call, operand, i)
                if self.placed:
                    call.link(_targets(out), operand, (ROWS, ORDER), T.SORT, out=i, cross=True)
            for condition in self._values(call, self.conditions):
                self._condition(call, condition, i)
            if self.ordered or (self.ordered_if and call.args.get(self.ordered_if[0]) == self.ordered_if[1]):
                call.link(_targets(out), source, (ORDER,), T.WINDOW, out=i, cross=True)
            if self.by_index and call.args.get(self.by_index[0]) in self.by_index[1]:
                call.link(_targets(out), source, source.levels, T.WINDOW, out=i, cross=True)

    def _values(self, call: Call, params: tuple[Param, ...]) -> list[State]:
        return [s for p in params for s in call.states(call.get(p) if p in call.args else call.get("*args"))]

    def _operand(self, call: Call, operand: State, i: int) -> None:
        out = call.outs[i]
        if self._is_across(call, out, operand):
            _across(call, operand, i)
            return
        if out.kind in COLUMNAR and operand.kind in COLUMNAR:
            rest = by_label(call, operand, self.how, out=i)
            for slot in rest if given(call, "level") is not None else ():
                call.link((slot,), operand, meeting(out.labels[slot], operand), self.how, out=i, cross=True)
            if not same_rows(operand, out):
                call.link(_targets(out), operand, (ROWS,), T.FILTER, out=i, cross=True)
        else:
            feed(call, _targets(out), operand, self.how, out=i)
        if self.aligned and operand.kind in ROWED and not same_rows(operand, out):
            align(call, operand, i)

    def _is_across(self, call: Call, out: State, operand: State) -> bool:
        """Whether a series has a value for each column."""
        if not (operand.kind is K.SERIES and out.kind is K.FRAME and isinstance(call.this, State)):
            return False
        axis = given(call, "axis")
        return call.this.kind is K.FRAME and (self.by_columns if axis is None else is_columns(axis))

    def _condition(self, call: Call, condition: State, i: int) -> None:
        out = call.outs[i]
        if out.kind in COLUMNAR and condition.kind in COLUMNAR:
            by_label(call, condition, T.CONDITIONAL, out=i)
        else:
            feed(call, _targets(out), condition, T.CONDITIONAL, out=i)


@dataclass(frozen=True, slots=True)
class Shift(Word):
    """``shift``: values move along the rows; with a ``freq`` the index moves instead."""

    freq: Param = "freq"
    params_of: ClassVar[tuple[str, ...]] = ("freq",)

    def explain(self, call: Call) -> None:
        """Earlier rows, or the same values at other places of the index."""
        if not isinstance(call.args.get(self.freq), str | Opaque):
            Elementwise(ordered=True).explain(call)
            return
        source = call.this
        for i, out in enumerate(call.outs):
            as_record(call, source, i)
            by_label(call, source, out=i)
            call.rows_from(source, out=i)
            call.link(out.levels, source, source.levels, T.TRANSFORMATION, out=i)


@dataclass(frozen=True, slots=True)
class Across(Word):
    """Every output column from the named columns of the source (all by default): ``duplicated``, row-wise functions.

    ``levels_if`` is a parameter that is true when the index counts as well.
    """

    by: tuple[Param, ...] = ()
    how: T = T.TRANSFORMATION
    ordered: bool = False
    levels_if: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("by", "levels_if")

    def explain(self, call: Call) -> None:
        """Cross edges from the deciding columns."""
        source = call.this
        if not isinstance(source, State):
            raise NoRule("none of its values is tracked")
        wanted = [s for p in self.by for label in items(call.args.get(p)) for s in source.at_or_level(label)]
        levels = source.levels if self.levels_if and call.args.get(self.levels_if) is True else ()
        for i, out in enumerate(call.outs):
            slots = (*(wanted or values_of(source)), *levels)
            call.link(_targets(out), source, slots, self.how, out=i, cross=True)
            keep_rows(call, source, out=i)
            if self.ordered:
                call.link(_targets(out), source, (ORDER,), T.WINDOW, out=i, cross=True)


def _across(call: Call, operand: State, i: int) -> None:
    """A value for each column, found by its label. Rows are the frame's own; labels that it lacks become columns."""
    out = call.outs[i]
    call.link(_targets(out), operand, values_of(operand), T.TRANSFORMATION, out=i, cross=True)
    call.link(_targets(out), operand, operand.levels, T.JOIN, out=i, cross=True)
    call.link(_targets(out), operand, (ROWS,), T.FILTER, out=i, cross=True)
    labelled(call, operand, operand.levels, out=i)


def align(call: Call, operand: State, i: int = 0) -> None:
    """Rows of different sets are matched by their index: both indexes decide which rows come out."""
    influence_rows(call, operand, (ROWS,), T.IDENTITY, out=i)
    influence_rows(call, operand, operand.levels, T.JOIN, out=i)
    out = call.outs[i]
    source = call.this
    if isinstance(source, State) and source is not operand:
        influence_rows(call, source, source.levels, T.JOIN, out=i)
    keep_index(call, operand, out=i)
    if out.of is None:
        out.rowset = out.no


def _source(call: Call, operands: tuple[Param, ...]) -> State:
    """``self``, or the first State among the operands (a top-level function, or ``1 - series``)."""
    if isinstance(call.this, State):
        return call.this
    first = call.op.params[0] if call.op.params else ""
    for param in (first, *operands):
        for state in call.states(call.get(param)):
            return state
    raise NoRule("none of its values is tracked")


def _targets(out: State) -> Sequence[int]:
    return values_of(out)


def _shape(call: Call, source: State, i: int) -> None:
    """What kind of thing comes out where capture can't tell."""
    as_record(call, source, i)
    out = call.outs[i]
    if out.kind is K.INDEX and not out.schema.index:
        become(out, K.INDEX, (), index=source.schema.index or (None,))
    elif out.kind is K.ARRAY and source.kind in COLUMNAR:
        become(out, K.ARRAY, (None,))
