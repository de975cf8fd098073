"""Operations that turn columns into rows and rows into columns: melt, stack, unstack, explode, transpose."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    K,
    Param,
    State,
    T,
    Word,
    become,
    by_label,
    by_position,
    influence_rows,
    keep_rows,
    slots_for,
    values_of,
)
from lineage_ext.rules.column_levels import parts_of
from lineage_ext.rules.keys import (
    Key,
    given,
    keys_of,
    level_keys,
    level_numbers,
    levels_from,
    rows_by,
    source_of,
)
from lineage_ext.rules.pivot import link_across
from lineage_ext.rules.records import columns_are, turn
from lineage_ext.rules.spread import labelled, labels_into, rows_of_columns


@dataclass(frozen=True, slots=True)
class Melt(Word):
    """Columns below each other: identifiers repeated, then one column that names and one that holds the values."""

    ids: Param = "id_vars"
    values: Param = "value_vars"
    params_of: ClassVar[tuple[str, ...]] = ("ids", "values")

    def explain(self, call: Call) -> None:
        """Identifiers by label, the last column from every melted one."""
        source, out = source_of(call), call.out
        level = given(call, "col_level")
        named = [len(parts_of(label)) for label in source.labels]
        naming = max(named, default=1) if level is None else 1
        ids = out.columns[: max(len(out.columns) - naming - 1, 0)]
        taken: set[int] = set()
        for slot in ids:
            found = _melted(source, out.labels[slot], level)
            call.link((slot,), source, found, cross=True)
            taken.update(found)
        wanted = self._wanted(call, source, level) or [s for s in source.columns if s not in taken]
        call.link(out.columns[-1:], source, wanted, cross=True)
        labels_into(call, source, out.columns[len(ids) : -1])
        call.rows_from(source)
        rows_of_columns(call, source, wanted)
        if given(call, "ignore_index") is False:
            levels_from(call, level_keys(source, None))

    def _wanted(self, call: Call, source: State, level: Any) -> list[int]:
        value = given(call, self.values)
        labels = value if isinstance(value, list | tuple) and not source.at(value) else [] if value is None else [value]
        return [s for label in labels for s in _melted(source, label, level)]


def _melted(source: State, label: Hashable, level: Any) -> tuple[int, ...]:
    if level is None:
        return source.at(label)
    i = level if isinstance(level, int) else None
    return tuple(
        s for s, own in enumerate(source.labels) if label in (parts_of(own) if i is None else parts_of(own)[i : i + 1])
    )


@dataclass(frozen=True, slots=True)
class WideToLong(Word):
    """Columns ``stub1, stub2 …`` below each other; ``i`` and the numbers become the index."""

    def explain(self, call: Call) -> None:
        """A stub from the columns it begins, the others by label."""
        source, out = source_of(call), call.out
        stubs = given(call, "stubnames")
        stubs = [stubs] if isinstance(stubs, str) else list(stubs or ())
        for slot, label in enumerate(out.labels):
            melted = _stubbed(call, source, label) if label in stubs else []
            call.link((slot,), source, melted or source.at(label), cross=True)
        levels_from(call, keys_of(source, given(call, "i")))
        call.rows_from(source)


def _stubbed(call: Call, source: State, stub: Hashable) -> list[int]:
    """Columns named stub, separator, number."""
    sep, suffix = given(call, "sep", ""), given(call, "suffix", r"\d+")
    pattern = re.compile(f"{re.escape(str(stub))}{re.escape(str(sep))}{suffix}")
    return [s for s, label in enumerate(source.labels) if isinstance(label, str) and pattern.fullmatch(label)]


@dataclass(frozen=True, slots=True)
class LongReshape(Word):
    """``lreshape``: groups of columns below each other, as a dict says."""

    def explain(self, call: Call) -> None:
        """A group's column from its columns, the others by label; rows without a value are dropped."""
        source, out = source_of(call), call.out
        groups = given(call, "groups")
        groups = groups if isinstance(groups, dict) else {}
        for slot, label in enumerate(out.labels):
            melted = slots_for(source, groups.get(label))
            call.link((slot,), source, melted or source.at(label), cross=True)
            if given(call, "dropna", True):
                influence_rows(call, source, melted, T.FILTER)
        call.rows_from(source)


@dataclass(frozen=True, slots=True)
class Stack(Word):
    """Column labels become an index level: columns below each other."""

    def explain(self, call: Call) -> None:
        """A column from those whose label contains its own; index levels kept."""
        source, out = source_of(call), call.out
        for slot, label in enumerate(out.labels):
            found = [s for s, own in enumerate(source.labels) if _within(parts_of(label), parts_of(own))]
            whole = out.kind is not K.FRAME or not found
            call.link((slot,), source, list(source.columns) if whole else found, cross=True)
        if given(call, "future_stack") is not True and given(call, "dropna") is not False:
            influence_rows(call, source, source.columns, T.FILTER)
        labels_into(call, source, out.levels[len(source.levels) :])
        call.rows_from(source)
        rows_of_columns(call, source, source.columns)
        levels_from(call, level_keys(source, None))


def _within(parts: tuple[Hashable, ...], whole: tuple[Hashable, ...]) -> bool:
    """Whether ``parts`` stand in ``whole`` in this order."""
    rest: Iterator[Hashable] = iter(whole)
    return len(parts) < len(whole) and all(any(p == w for w in rest) for p in parts)


@dataclass(frozen=True, slots=True)
class Unstack(Word):
    """An index level becomes columns."""

    def explain(self, call: Call) -> None:
        """A column from the one its label begins with; the level decides where a value goes."""
        source, out = source_of(call), call.out
        if len(source.levels) == 1:  # a frame's columns below each other
            call.link(values_of(out), source, values_of(source), cross=True)
            labels_into(call, source, out.levels[:-1])
            call.rows_from(source)
            rows_of_columns(call, source, source.columns)
            levels_from(call, level_keys(source, None), first=len(out.levels) - 1)
            return
        moved = level_numbers(source, given(call, "level", -1))
        kept = [Key(source, (source.levels[i],)) for i in range(len(source.levels)) if i not in moved]
        across = [Key(source, (source.levels[i],)) for i in moved]
        for slot, label in enumerate(out.labels):
            call.link((slot,), source, self._cell(source, label, len(moved)), cross=True)
        link_across(call, across, T.CONDITIONAL)
        call.rows_from(source)
        rows_by(call, kept, T.GROUP_BY)
        for key in kept:
            influence_rows(call, source, key.slots, T.SORT, target=(ORDER,))
        levels_from(call, kept)

    def _cell(self, source: State, label: Hashable, moved: int) -> list[int]:
        if source.kind is not K.FRAME:
            return list(values_of(source))
        own = parts_of(label)[:-moved]
        return [s for s, whole in enumerate(source.labels) if parts_of(whole) == own] or list(source.columns)


@dataclass(frozen=True, slots=True)
class Explode(Word):
    """Each item of a list, or match of a pattern in a text, gets a row of its own."""

    column: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("column",)

    def explain(self, call: Call) -> None:
        """All by position; the exploded columns decide how many rows there are."""
        source = source_of(call)
        lists = slots_for(source, given(call, self.column)) if self.column else values_of(source)
        rest = [s for s in source.columns if s not in lists]
        call.link(rest, source, rest)
        if len(call.out.labels) == len(source.labels):
            call.link(lists, source, lists, T.TRANSFORMATION)
        else:  # a column for each group of a pattern
            call.link(call.out.columns, source, lists, T.TRANSFORMATION, cross=True)
        call.rows_from(source)
        influence_rows(call, source, lists, T.FILTER)
        if given(call, "ignore_index") is not True:
            levels_from(call, level_keys(source, None))


@dataclass(frozen=True, slots=True)
class Transpose(Word):
    """Rows become columns: every column then holds a value of each column."""

    def explain(self, call: Call) -> None:
        """Everything to everything, but known to be so: the index decides what goes where. A series stays as it is."""
        source, out = source_of(call), call.out
        if source.kind is not K.FRAME:
            by_position(call, source)
            keep_rows(call, source)
            return
        if source.records is None or not turn(call, source.records):
            call.link(out.columns, source, source.columns, cross=True)
            call.link(out.columns, source, source.levels, T.CONDITIONAL, cross=True)
        # which rows there are, in which order, is now which columns: the rows are what were columns
        call.link(out.columns, source, (ROWS,), T.FILTER, cross=True)
        call.link(out.columns, source, (ORDER,), T.SORT, cross=True)
        labels_into(call, source, out.levels)
        labelled(call, source, (*source.levels, ROWS))
        rows_of_columns(call, source, source.columns)


@dataclass(frozen=True, slots=True)
class Squeeze(Word):
    """One column becomes a series, one row a record, one value a scalar; all else stays."""

    def explain(self, call: Call) -> None:
        """By position, or the row's labels."""
        source, out = source_of(call), call.out
        if out.kind is K.SERIES and source.kind is K.FRAME and len(source.labels) > 1:
            become(out, K.ROW, source.labels)
        if out.kind in (K.SCALAR, K.VALUE):
            call.link(values_of(out), source, values_of(source), cross=True)
            call.rows_from(source)
            return
        by_position(call, source)
        keep_rows(call, source)


@dataclass(frozen=True, slots=True)
class ToFrame(Word):
    """A series becomes a column, a record a column of all its values, an index as many columns as it has levels.

    ``index`` names the parameter with another index for the result, or False for a new one.
    """

    index: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("index",)
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """The value into the one column."""
        source = source_of(call)
        index = given(call, self.index) if self.index else None
        if source.kind is K.INDEX:
            by_label(call, source)
        else:
            call.link(call.out.columns, source, values_of(source), cross=True)
        columns_are(call.out, [source], named=given(call, "name") is None)
        if source.kind is K.ROW or index not in (None, True):
            call.rows_from(source)
            for state in call.states(index):
                call.link(call.out.levels, state, values_of(state), cross=True)
        else:
            keep_rows(call, source)
