"""Frames and series put below, beside or over each other: concat, combine_first, update, align, compare."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
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
    influence_rows,
    keep_rows,
    same_rows,
    values_of,
)
from lineage_ext.rules.keys import given, is_columns, level_at
from lineage_ext.rules.records import columns_are
from lineage_ext.rules.rows import GIVEN
from lineage_ext.rules.spread import labelled


@dataclass(frozen=True, slots=True)
class Concat(Word):
    """Frames and series below each other (``axis=0``) or side by side."""

    objs: Param = "objs"
    axis: Param = "axis"
    keys: Param = "keys"
    params_of: ClassVar[tuple[str, ...]] = ("objs", "axis", "keys")

    def explain(self, call: Call) -> None:
        """By label below each other, by position side by side."""
        parts = list(call.states(call.get(self.objs)))
        if not parts:
            raise NoRule("none of the pieces is tracked")
        keys = list(call.states(given(call, self.keys)))
        if is_columns(given(call, self.axis, 0)):
            beside(call, parts, str(given(call, "join", "outer")))
            for key in keys:
                labelled(call, key, (*values_of(key), ROWS))
        else:
            below(call, parts, reindexed=given(call, "ignore_index") is True)
            _above(call, parts, keys)


def below(call: Call, parts: Sequence[State], *, reindexed: bool) -> None:
    """Rows of one after rows of the other; columns by label."""
    out = call.out
    if out.kind is K.SERIES and all(p.kind is K.ROW for p in parts):
        become(out, K.ROW, [label for p in parts for label in p.labels])
        position = 0
        for part in parts:
            call.link(range(position, position + len(part.labels)), part, part.columns)
            position += len(part.labels)
        return
    for part in _distinct(parts):
        _cells(call, part)
        if not reindexed:
            added = max(len(out.levels) - len(part.levels), 0)  # levels made of ``keys``
            n = len(out.levels) - added
            call.link(out.levels[added:], part, part.levels[:n])
        call.rows_from(part)


def _above(call: Call, parts: Sequence[State], keys: Sequence[State]) -> None:
    """Index levels made of ``keys``, of which there are as many as pieces."""
    levels = call.out.levels[: max(len(call.out.levels) - max(len(p.levels) for p in parts), 0)]
    for key in keys:
        call.link(levels, key, values_of(key), cross=True)
        influence_rows(call, key, (ROWS,), T.FILTER)


def _cells(call: Call, part: State) -> None:
    out = call.out
    if out.kind not in COLUMNAR or part.kind is K.FRAME:
        by_label(call, part)
        return
    name = part.labels[0] if part.kind is K.SERIES and part.labels else None
    slots = out.at(0 if name is None else name) or out.columns  # an unnamed series becomes the column 0
    call.link(slots, part, values_of(part), cross=True)


def beside(call: Call, parts: Sequence[State], how: str) -> None:
    """Columns of one after columns of the other; rows matched by the index."""
    pieces = [(part, slots) for part in parts for slots in _as_columns(part)]
    if len(pieces) == len(call.out.labels):
        _by_place(call, pieces)
        columns_are(call.out, [part for part, _ in pieces], named=given(call, "keys") is None)
    else:
        for part in _distinct(parts):
            by_label(call, part)
    for part in _distinct(parts):
        if part.kind is K.ROW:  # its labels are the index: which ones, and in which order
            call.rows_from(part)
            if part.schema.keys == GIVEN:
                labelled(call, part, part.keys)
    rowed = [p for p in _distinct(parts) if p.kind is not K.ROW]
    if rowed and all(same_rows(p, rowed[0]) for p in rowed):
        keep_rows(call, rowed[0])
        return
    for part in rowed:
        call.rows_from(part)
        influence_rows(call, part, part.levels, T.JOIN)
    for part in {"left": rowed[:1], "right": rowed[-1:]}.get(how, rowed):
        for i, name in enumerate(call.out.schema.index):
            call.link((call.out.levels[i],), part, level_at(part, i, name))


def _as_columns(part: State) -> list[tuple[int, ...]]:
    """Slots of the columns that a piece becomes: a series or record is one."""
    return [(slot,) for slot in part.columns] if part.kind is K.FRAME else [values_of(part)]


def _by_place(call: Call, pieces: Sequence[tuple[State, tuple[int, ...]]]) -> None:
    for part in _distinct(p for p, _ in pieces):
        mine = [(target, slots) for target, (p, slots) in enumerate(pieces) if p.no == part.no]
        single = [(t, s[0]) for t, s in mine if len(s) == 1]
        call.link([t for t, _ in single], part, [s for _, s in single])
        for target, slots in mine:
            if len(slots) != 1:
                call.link((target,), part, slots, cross=True)


def _distinct(parts: Iterable[State]) -> list[State]:
    return list({p.no: p for p in parts}.values())


@dataclass(frozen=True, slots=True)
class Over(Word):
    """Values of ``other`` laid over (``update``) or under (``combine_first``) those of the same index and column.

    ``keeps``: the rows are the first's own, others don't add any.
    """

    other: Param = "other"
    keeps: bool = False
    how: T = T.IDENTITY
    params_of: ClassVar[tuple[str, ...]] = ("other",)

    def explain(self, call: Call) -> None:
        """By label from both."""
        this = call.this
        others = list(call.states(call.get(self.other)))
        for source in (this, *others):
            if call.out.kind in COLUMNAR and source.kind is K.SERIES:  # its name is a column's
                call.link(_common(call.out, source), source, values_of(source), self.how, cross=True)
            else:
                values_by_label(call, [source], self.how)
        if self.keeps:
            keep_rows(call, this)
            for other in others:
                changed = _common(call.out, other)
                if not same_rows(this, other):
                    call.link(changed, other, other.levels, T.JOIN, cross=True)
                    call.link(changed, other, (ROWS,), T.FILTER, cross=True)
                    call.link(changed, this, this.levels, T.JOIN, cross=True)
        else:
            rows_of_all(call, [this, *others])


def _common(out: State, other: State) -> Sequence[int]:
    """The columns that both have."""
    both = out.kind in COLUMNAR and (other.kind in COLUMNAR or other.kind is K.SERIES)
    return [s for s, label in enumerate(out.labels) if other.at(label)] if both else values_of(out)


def values_by_label(call: Call, sources: Sequence[State], how: T, *, out: int = 0) -> None:
    """Cells by label from every source (by value between series)."""
    for source in sources:
        if call.outs[out].kind in COLUMNAR and source.kind in COLUMNAR:
            by_label(call, source, how, out=out)
        else:
            call.link(values_of(call.outs[out]), source, values_of(source), how, out=out, cross=True)


def rows_of_all(call: Call, sources: Sequence[State], *, out: int = 0, kept: Sequence[State] | None = None) -> None:
    """The rows of all, matched by their indexes; those of the first where all have the same.

    ``kept`` are those whose labels the index holds, if not all.
    """
    if all(same_rows(s, sources[0]) for s in sources):
        keep_rows(call, sources[0], out=out)
        return
    for source in sources:
        call.rows_from(source, out=out)
        influence_rows(call, source, source.levels, T.JOIN, out=out)
    for source in sources if kept is None else kept:
        n = min(len(call.outs[out].levels), len(source.levels))
        call.link(call.outs[out].levels[:n], source, source.levels[:n], out=out)


@dataclass(frozen=True, slots=True)
class Align(Word):
    """Two objects given the same index and columns: the n-th output is the n-th of them."""

    other: Param = "other"
    params_of: ClassVar[tuple[str, ...]] = ("other",)

    def explain(self, call: Call) -> None:
        """Columns by label from one, rows from both, the labels of rows from the one whose index is taken."""
        pair = [call.this, *call.states(call.get(self.other))]
        kept = {"left": pair[:1], "right": pair[1:]}.get(str(given(call, "join")), pair)
        for i, own in enumerate(pair[: len(call.outs)]):
            values_by_label(call, [own], T.IDENTITY, out=i)
            if is_columns(given(call, "axis")):
                keep_rows(call, own, out=i)
            else:
                rows_of_all(call, pair, out=i, kept=kept)


@dataclass(frozen=True, slots=True)
class Compare(Word):
    """What differs between two objects, side by side (``align_axis=1``) or below each other."""

    other: Param = "other"
    params_of: ClassVar[tuple[str, ...]] = ("other",)

    def explain(self, call: Call) -> None:
        """``(label, side)`` from that side's column; the rows that differ in any, or all (``keep_shape``)."""
        this, other = call.this, next(call.states(call.get(self.other)), None)
        if other is None:
            raise NoRule("what it was compared with isn't tracked")
        names, whole = given(call, "result_names", ("self", "other")), given(call, "keep_shape") is True
        for slot, label in enumerate(call.out.labels):
            column, side = (label[:-1], label[-1]) if isinstance(label, tuple) else ((label,), label)
            sides = [s for s, n in zip((this, other), names, strict=False) if n == side] or [this, other]
            for state in sides:
                call.link((slot,), state, _column(state, column), cross=True)
            for state in (this, other) if whole and given(call, "keep_equal") is not True else ():
                call.link(
                    (slot,), state, _column(state, column), T.CONDITIONAL, cross=True
                )  # null where they are equal
        for state in (this, other):
            if not whole:
                influence_rows(call, state, values_of(state), T.FILTER)
            call.rows_from(state)
        n = min(len(call.out.levels), len(this.levels))
        call.link(call.out.levels[:n], this, this.levels[:n])


def _column(state: State, parts: tuple[Hashable, ...]) -> tuple[int, ...]:
    if state.kind is not K.FRAME:
        return values_of(state)
    return state.at(parts[0] if len(parts) == 1 else parts)
