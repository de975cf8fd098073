"""Operations that keep columns as they are and change which rows there are, or their order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    Confidence,
    K,
    Param,
    State,
    T,
    Word,
    become,
    by_label,
    influence_rows,
    keep_index,
    keep_rows,
    slots_for,
    values_of,
)
from lineage_ext.rules.keys import level_numbers
from lineage_ext.rules.spread import choose
from lineage_ext.rules.unique import tell_apart

GIVEN, PLACE = ("name",), ("row",)
"""Keys of a record whose name was a value: it was given one, or was a row of a frame, whose label is its name."""


@dataclass(frozen=True, slots=True)
class Rows(Word):
    """Some of the rows, or the same ones in another order.

    ``by`` names parameters with the deciding columns; with ``values`` all columns decide when none is named.
    ``levels``: the index decides. ``ordered``: which rows are kept depends on their order. ``how`` is FILTER (changes
    which rows) or SORT (changes their order); ``ranked`` means both (nlargest). ``given`` names parameters that hold
    labels, positions or weights: what they came from decides as well. ``columns``: of a frame it takes columns, unless
    ``axis`` says rows. ``repeats``: a row may come out several times. ``distinct``: no two that agree in ``by``.
    """

    by: tuple[Param, ...] = ()
    how: T = T.FILTER
    values: bool = False
    levels: bool = False
    ordered: bool = False
    ranked: bool = False
    value: T = T.IDENTITY
    given: tuple[Param, ...] = ()
    columns: bool = False
    repeats: bool = False
    distinct: bool = False
    params_of: ClassVar[tuple[str, ...]] = ("by", "given")

    def explain(self, call: Call) -> None:
        """Columns by label; rows and order from the same, plus what decided."""
        source = call.this
        for i, out in enumerate(call.outs):
            as_record(call, source, i)
            by_label(call, source, self.value, out=i)
            for key in call.states([call.get(p) for p in self.given if _sideways(call) or p == "columns"]):
                choose(call, key, (*key.columns, *key.levels, ROWS), out=i)  # ``drop(columns=index)``
            if _sideways(call) or (self.columns and source.kind is K.FRAME and call.args.get("axis") is None):
                keep_rows(call, source, out=i)
                if self.values and self.how is T.FILTER:  # ``dropna(axis=1)``
                    choose(call, source, source.columns, out=i)
                continue
            keep_index(call, source, out=i)
            call.rows_from(source, out=i)
            self._decide(call, source, i)
            if (
                self.how is T.FILTER
                and not self.levels
                and out.rows is not None
                and out.rows == source.rows
                and not self.ranked
            ):
                out.rowset = source.rowset  # nothing was dropped
            if self.distinct:
                tell_apart(out, self._deciding(call, source))

    def once(self, call: Call) -> State | None:
        """Whatever is left is there once, unless rows may be repeated."""
        return None if self.repeats else call.this

    def _decide(self, call: Call, source: State, i: int) -> None:
        deciding = self._deciding(call, source)
        if self.ranked or self.how is T.SORT:
            influence_rows(call, source, deciding, T.SORT, out=i, target=(ORDER,))
        if self.ranked or self.how is T.FILTER:
            influence_rows(call, source, deciding, T.FILTER, out=i)
        if self.ordered:
            influence_rows(call, source, (ORDER,), T.FILTER, out=i)
        for state in (s for p in self.given if p != "columns" for s in call.states(call.get(p))):
            influence_rows(call, state, (*values_of(state), ROWS), T.FILTER, out=i)
        for seen in call.seen:  # by ``sort_values(key=function)``
            call.link(
                (ORDER,) if self.how is T.SORT else (ROWS,), seen, (*values_of(seen), ROWS), self.how,
                out=i, cross=True, confidence=Confidence.INFERRED, reason="read inside the function",
            )  # fmt: skip

    def _deciding(self, call: Call, source: State) -> tuple[int, ...]:
        if any(p in call.args for p in ("index", "labels")):  # drop
            gone = [call.args.get(p) for p in ("index", "labels")]
            return () if gone == [None, None] else source.levels
        named = [call.args[p] for p in self.by if call.args.get(p) is not None]
        found = tuple(s for value in named for s in slots_for(source, value))
        if not named and (self.values or (source.kind is not K.FRAME and self.by)):
            found = values_of(source)
        return found + (self._levels(call, source) if self.levels else ())

    def _levels(self, call: Call, source: State) -> tuple[int, ...]:
        """All levels, those that weren't named too, unless ``sort_remaining`` says no."""
        if call.args.get("level") is None or call.args.get("sort_remaining") is not False:
            return source.levels
        return tuple(source.levels[i] for i in level_numbers(source, call.args["level"]))


@dataclass(frozen=True, slots=True)
class Same(Word):
    """The same columns over the same rows: copies, casts, metadata. ``value`` says what became of the values."""

    value: T = T.IDENTITY
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """Columns by label, everything else kept."""
        source = call.this
        for i in range(len(call.outs)):
            as_record(call, source, i)
            by_label(call, source, self.value, out=i)
            keep_rows(call, source, out=i)


def as_record(call: Call, source: State, i: int = 0) -> None:
    """A series made of a record is a record when its labels are among the record's."""
    out = call.outs[i]
    if source.kind is K.ROW and out.kind is K.SERIES:
        labels = out.row if out.row is not None else source.labels if out.rows == len(source.labels) else None
        if labels is not None:
            make_record(out, labels, name=source.schema.keys)
            call.link(out.keys, source, source.keys, out=i)


def make_record(out: State, labels: tuple[object, ...], *, name: tuple[Hashable, ...] = ()) -> None:
    """Make a series output a ROW with these labels; ``name``: its name was a value, the slot of its only key."""
    become(out, K.ROW, labels, keys=name)


def name_of(call: Call, record: State, targets: Sequence[int], out: int = 0) -> None:
    """The name of a record became a label: that of a row comes from what picked it, too."""
    if record.keys:
        call.link(targets, record, record.keys, out=out, cross=True)
        call.link(targets, record, (ROWS, ORDER), T.FILTER, out=out, cross=True)


def _sideways(call: Call) -> bool:
    return call.args.get("axis") in (1, "columns") and call.args["axis"] is not True


__all__ = ["ROWS", "Rows", "Same", "as_record", "make_record", "name_of"]
