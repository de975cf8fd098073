"""Operations that make a table with a column for each value of a key: pivot, pivot_table, crosstab."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    Param,
    State,
    T,
    Word,
    influence_rows,
    slots_for,
    values_of,
)
from lineage_ext.rules.call import Function
from lineage_ext.rules.column_levels import parts_of
from lineage_ext.rules.keys import (
    Key,
    given,
    keys_of,
    level_keys,
    levels_from,
    link_keys,
    rows_by,
    source_of,
)
from lineage_ext.rules.masking import masks
from lineage_ext.rules.spread import choose, labelled
from lineage_ext.rules.unique import tell_apart


@dataclass(frozen=True, slots=True)
class Pivot(Word):
    """The values of a column become columns. ``aggregates``: cells with several rows are reduced (``pivot_table``)."""

    aggregates: bool = False

    def explain(self, call: Call) -> None:
        """Levels from ``index``, columns from ``values``; what decides where a value goes from ``columns``."""
        source, out = source_of(call), call.out
        rows = keys_of(source, given(call, "index"))
        across = keys_of(source, given(call, "columns"))
        if not rows and not self.aggregates:
            rows = level_keys(source, None)
        values = self._values(call, source, [*rows, *across])
        for slot, label in enumerate(out.labels):
            found = (ROWS,) if _counts(call) else self._cell(call, source, label, values)
            masking = self.aggregates and masks(_function_of(label, given(call, "aggfunc")))
            call.link((slot,), source, found, self._how, cross=True, masking=masking)
        beside = [] if not self.aggregates or _keeps_nulls(call) else across
        link_across(call, across, T.GROUP_BY if self.aggregates else T.CONDITIONAL, rows if beside else ())
        call.rows_from(source)
        rows_by(call, [*rows, *beside], T.GROUP_BY)
        if self.aggregates and rows and _drops_nulls(call):  # of several value columns none decides that alone
            influence_rows(call, source, values if len(values) == 1 else (), T.FILTER)
        if self.aggregates and _drops_nulls(call):
            choose(call, source, values)
        if self.aggregates and given(call, "margins") and given(call, "dropna") is not False and len(values) > 1:
            # totals are made of the rows that have no null in any value column
            call.link(out.columns, source, values, T.FILTER, cross=True)
        for key in rows:
            influence_rows(call, key.state, key.slots, T.SORT, target=(ORDER,))
        levels_from(call, rows)
        tell_apart(out, out.levels if len(out.levels) == len(rows) else ())

    @property
    def _how(self) -> T:
        return T.AGGREGATION if self.aggregates else T.IDENTITY

    def _values(self, call: Call, source: State, keys: list[Key]) -> list[int]:
        """Columns whose values fill the cells; all but the keys if none is named."""
        named = slots_for(source, given(call, "values"))
        functions = given(call, "aggfunc") if self.aggregates else None
        if not named and isinstance(functions, dict):
            named = slots_for(source, list(functions))
        taken = {s for k in keys if k.state is source for s in k.slots}
        return list(named) or [s for s in source.columns if s not in taken]

    def _cell(self, call: Call, source: State, label: Hashable, values: list[int]) -> list[int]:
        """The value column a label tells: ``(value, …)``, or ``(function, value, …)`` with several functions."""
        parts = parts_of(label)
        if self.aggregates and isinstance(given(call, "aggfunc"), list):
            parts = parts[1:]
        for n in range(len(parts), 0, -1):  # the value's own label may be a tuple
            found = [s for s in values if parts_of(source.labels[s]) == parts[:n]]
            if found:
                return found
        return values


def link_across(call: Call, keys: list[Key], how: T, beside: Iterable[Key] = ()) -> None:
    """The values of ``keys`` become labels, and decide in which column a value is.

    Rows where a key ``beside`` them is null are in no group: a label that only these have doesn't come.
    """
    link_keys(call, call.out.columns, keys, how)
    for key in keys:
        labelled(call, key.state, key.slots)
    for key in beside if keys else ():
        choose(call, key.state, key.slots)


def _function_of(label: Hashable, function: Any) -> Any:
    """The function that made a column of a pivot table: its label begins with the value's or the function's name."""
    first = parts_of(label)[0]
    if isinstance(function, dict):
        return function.get(first)
    return first if isinstance(function, list) else function


NEVER_NULL = frozenset({"sum", "prod", "count", "size", "nunique", "len", "any", "all"})


def _keeps_nulls(call: Call) -> bool:
    """Whether rows where a key is null are grouped like others: no key decides which labels another has."""
    return given(call, "dropna") is False


def _drops_nulls(call: Call) -> bool:
    """Whether a table of reduced values leaves out rows of nothing but nulls, and its function may make those."""
    return not _keeps_nulls(call) and _may_be_null(given(call, "aggfunc"))


def _may_be_null(function: Any) -> bool:
    """Whether a function, or each of several (in a list, or by column), may make null of a group."""
    if isinstance(function, list | tuple | dict):
        return all(_may_be_null(f) for f in (function.values() if isinstance(function, dict) else function))
    return (function.name if isinstance(function, Function) else function) not in NEVER_NULL


def _counts(call: Call) -> bool:
    """Whether only the number of rows matters."""
    function = given(call, "aggfunc")
    return function in ("size", len) or (isinstance(function, Function) and function.name == "len")


@dataclass(frozen=True, slots=True)
class CrossTable(Word):
    """``crosstab``: counts, or reduced values, by two sets of series."""

    def explain(self, call: Call) -> None:
        """Cells from ``values``, or from which rows there are; the keys group."""
        rows, across = (_series_keys(call, p) for p in ("index", "columns"))
        values = list(call.states(given(call, "values")))
        out = call.out
        for state in values:
            call.link(out.columns, state, values_of(state), T.AGGREGATION, cross=True)
            if _drops_nulls(call):
                influence_rows(call, state, values_of(state), T.FILTER)
                choose(call, state, values_of(state))
        for key in [*rows, *across][: 0 if values else None]:
            call.link(out.columns, key.state, key.slots, T.AGGREGATION, cross=True, masking=True)
        kept = _keeps_nulls(call)
        link_across(call, across, T.GROUP_BY, () if kept else rows)
        call.rows_from(*{s.no: s for s in [*(k.state for k in (*rows, *across)), *values]}.values())
        rows_by(call, rows if kept else [*rows, *across], T.GROUP_BY)
        for key in rows:
            influence_rows(call, key.state, key.slots, T.SORT, target=(ORDER,))
        levels_from(call, rows)


def _series_keys(call: Call, param: Param) -> list[Key]:
    return [Key(s, (slot,)) for s in call.states(given(call, param)) for slot in values_of(s)]
