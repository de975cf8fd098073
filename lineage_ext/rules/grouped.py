"""What becomes of groups: one row each (Reduce, Counts), a value for every row (Broadcast), some of the rows (Pick).

Keys come out as index levels or columns and decide which rows there are. Where every row keeps its place, its value
still depends on the group it is in: then the keys influence each column.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
    ORDER,
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
    influence_rows,
    keep_index,
    keep_rows,
    labels_of,
    values_of,
)
from lineage_ext.rules.call import Function
from lineage_ext.rules.callbacks import foreign
from lineage_ext.rules.group import COLUMNS, LISTED, UNSORTED, group_keys, grouped
from lineage_ext.rules.group_code import ORDERED, depends_on_order, name_of
from lineage_ext.rules.group_keys import argument
from lineage_ext.rules.unique import tell_apart

COUNTING = frozenset({"size", "cumcount", "ngroup"})
BY_ROW = ORDERED | {"rank", "fillna", "ngroup"}


@dataclass(frozen=True, slots=True)
class Reduce(Word):
    """One row per group. ``across``: every column from all (corr). ``counts``: only which rows there are matters.

    ``ordered``: the value depends on the order of rows (first). ``levels``: it comes from the index (idxmax).
    ``operands``: further frames or series.
    """

    how: T = T.AGGREGATION
    across: bool = False
    counts: bool = False
    ordered: bool = False
    levels: bool = False
    operands: tuple[Param, ...] = ()
    params_of: ClassVar[tuple[str, ...]] = ("operands",)

    def explain(self, call: Call) -> None:
        """Columns by label, keys as they are, a row for each combination of keys."""
        source = grouped(call)
        for i in range(len(call.outs)):
            columns = keys_out(call, source, i)
            self._values(call, source, columns, i)
            for operand in (s for p in self.operands for s in call.states(argument(call, p))):
                feed_by_label(call, operand, self.how, columns, i)
            rows_of_groups(call, source, i)
            a_row_each(call.outs[i], source)

    def _values(self, call: Call, source: State, columns: list[int], i: int) -> None:
        if self.counts:
            call.link(columns, source, (ROWS,), self.how, out=i, cross=True)
            return
        if self.across:
            call.link(columns, source, value_slots(source), self.how, out=i, cross=True)
        else:
            spread(call, source, self.how, columns, i)
        if self.ordered:
            call.link(columns, source, (ORDER,), T.SORT, out=i, cross=True)
        if self.levels:
            call.link(columns, source, source.levels, self.how, out=i, cross=True)


@dataclass(frozen=True, slots=True)
class Counts(Word):
    """``value_counts``: one row per group and combination of values; the values come out after the keys."""

    by: Param = "subset"

    def explain(self, call: Call) -> None:
        """Keys and values keep their identity; the count is of rows."""
        source = grouped(call)
        slots = [s for label in labels_of(source, call.args.get(self.by)) for s in source.at(label)]
        slots = slots or list(value_slots(source))
        for i, out in enumerate(call.outs):
            columns, n = keys_out(call, source, i), len(source.keys)
            if out.kind is K.FRAME:
                call.link(columns[:-1], source, slots[: len(columns) - 1], out=i)
            else:
                call.link(out.levels[n : n + len(slots)], source, slots[: len(out.levels) - n], out=i)
            call.link(columns[-1:], source, (ROWS,), T.AGGREGATION, out=i, cross=True)
            rows_of_groups(call, source, i)
            influence_rows(call, source, slots, T.GROUP_BY, out=i)
            influence_rows(call, source, slots, T.SORT, out=i, target=(ORDER,))


@dataclass(frozen=True, slots=True)
class Broadcast(Word):
    """A value for every row from the rows of its group. ``how`` None: it doesn't depend on values (cumcount).

    ``keys`` is how the group itself matters. ``function`` names the parameter with the function, if there is one, and
    ``ordered`` may be a parameter and the values that make the order of rows matter (``rank(method="first")``).
    """

    how: T | None = T.TRANSFORMATION
    keys: T = T.GROUP_BY
    ordered: bool | tuple[Param, tuple[str, ...]] = False
    operands: tuple[Param, ...] = ()
    function: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("operands", "function")

    def explain(self, call: Call) -> None:
        """Columns by label and from the keys; rows kept."""
        source = grouped(call)
        function = call.args.get(self.function) if self.function else None
        name = name_of(function)
        for i, out in enumerate(call.outs):
            how = T.AGGREGATION if isinstance(function, str) and name not in BY_ROW else self.how
            if how is not None and name not in COUNTING:
                spread(call, source, how, list(out.columns), i)
            call.link(out.columns, source, group_keys(source), self.keys, out=i, cross=True)
            if self._in_order(call) or depends_on_order(function):
                call.link(out.columns, source, (ORDER,), T.WINDOW, out=i, cross=True)
            for operand in (s for p in self.operands for s in call.states(argument(call, p))):
                feed_by_label(call, operand, T.TRANSFORMATION, list(out.columns), i)
            foreign(call, list(out.columns), i)
            keep_rows(call, source, out=i)
            if isinstance(function, Function) and out.kind is K.SERIES:  # without any group, pandas gives no row
                influence_rows(call, source, group_keys(source), T.GROUP_BY, out=i)

    def _in_order(self, call: Call) -> bool:
        if isinstance(self.ordered, bool):
            return self.ordered
        param, values = self.ordered
        return call.args.get(param) in values


@dataclass(frozen=True, slots=True)
class Pick(Word):
    """Some rows of each group, as they were. ``keys``: how the key decides. ``ordered``: by position (head).

    ``ranked``: by the values (nlargest). ``by``: parameters that decide as well.
    """

    keys: T = T.GROUP_BY
    ordered: bool = False
    ranked: bool = False
    by: tuple[Param, ...] = ()
    params_of: ClassVar[tuple[str, ...]] = ("by",)

    def explain(self, call: Call) -> None:
        """Columns by label; rows by key and what else decides."""
        source = grouped(call)
        for i, out in enumerate(call.outs):
            spread(call, source, T.IDENTITY, list(out.columns), i)
            levels_out(call, source, i)
            call.rows_from(source, out=i)
            influence_rows(call, source, source.keys, self.keys, out=i)
            if self.ordered:
                influence_rows(call, source, (ORDER,), T.FILTER, out=i)
            if self.ranked or call.args.get("dropna") in ("any", "all"):
                influence_rows(call, source, value_slots(source), T.FILTER, out=i)
            if self.ranked:
                influence_rows(call, source, value_slots(source), T.SORT, out=i, target=(ORDER,))
            for operand in (s for p in self.by for s in call.states(call.get(p))):
                influence_rows(call, operand, (*values_of(operand), ROWS), T.FILTER, out=i)


def keys_out(call: Call, source: State, i: int) -> list[int]:
    """Link the keys where they come out, as columns or as levels; returns the columns that aren't keys."""
    out, keys = call.outs[i], group_keys(source)
    if not (COLUMNS in source.schema.traits and out.kind is K.FRAME):
        n = min(len(out.levels), len(keys))
        call.link(out.levels[:n], source, keys[:n], out=i, **_doubt(source))
    return key_columns_out(call, source, i)


def key_columns_out(call: Call, source: State, i: int) -> list[int]:
    """Link the columns that are keys (``as_index=False``); returns the others."""
    columns = _key_columns(call.outs[i], source)
    call.link(tuple(columns), source, tuple(columns.values()), out=i, **_doubt(source))
    return [c for c in call.outs[i].columns if c not in columns]


def _key_columns(out: State, source: State) -> dict[int, int]:
    """With ``as_index=False``: the leading columns that are keys, and which."""
    found: dict[int, int] = {}
    if COLUMNS not in source.schema.traits or out.kind is not K.FRAME:
        return found
    for i, (slot, name) in enumerate(zip(source.keys, source.schema.keys, strict=True)):
        at = len(found)  # pandas 2 leaves out keys that aren't columns
        if at < len(out.labels) and _bare(out.labels[at]) in (("index", f"level_{i}") if name is None else (name,)):
            found[at] = slot
    return found


def _bare(label: Hashable) -> Hashable:
    """``("k", "")`` is how a key is labelled beside ``("v", "mean")``."""
    if isinstance(label, tuple) and label and not any(part != "" for part in label[1:]):
        first: Hashable = label[0]
        return first
    return label


def levels_out(call: Call, source: State, i: int) -> None:
    """Index levels where rows stay rows: the frame's own, perhaps after the keys."""
    out, keys = call.outs[i], group_keys(source)
    if keys and len(out.levels) == len(keys) + len(source.levels):
        call.link(out.levels, source, (*keys, *source.levels), out=i)
    else:
        keep_index(call, source, out=i)


def rows_of_groups(call: Call, source: State, i: int) -> None:
    """A row per combination of keys, sorted by them unless they come in the order of rows."""
    keys, doubt = group_keys(source), _doubt(source)
    call.link((ROWS,), source, (ROWS,), out=i, **doubt)
    call.link((ROWS, ORDER), source, keys, T.GROUP_BY, out=i, cross=True, **doubt)
    if doubt:
        columns = [c for c in call.outs[i].columns if c not in _key_columns(call.outs[i], source)]
        call.link(columns, source, keys, T.GROUP_BY, out=i, cross=True)
        call.link(columns, source, (ROWS,), T.FILTER, out=i, cross=True)
    if UNSORTED in source.schema.traits:
        call.link((ORDER,), source, (ORDER,), out=i)


def a_row_each(out: State, source: State) -> None:
    """Each group has one row, which its keys tell from the others."""
    keys = group_keys(source)
    if COLUMNS in source.schema.traits and out.kind is K.FRAME:
        columns = _key_columns(out, source)
        tell_apart(out, tuple(columns) if len(columns) == len(keys) else ())
    elif len(out.levels) == len(keys):
        tell_apart(out, out.levels)


def _doubt(source: State) -> dict[str, Any]:
    """How sure it is that keys decide which groups there are: categories may be the program's own."""
    if LISTED not in source.schema.traits:
        return {}
    return {"confidence": Confidence.INFERRED, "reason": "every category has a group, also one that no row has"}


def value_slots(source: State) -> tuple[int, ...]:
    """The columns a function is applied to: those that aren't keys, unless they are all there is."""
    keys = set(source.schema.keys)
    return tuple(s for s, label in enumerate(source.labels) if label not in keys) or tuple(source.columns)


def spread(call: Call, source: State, how: T, slots: Sequence[int], i: int) -> None:
    """Each column from the one its label names, else from the one its label begins with, else from all values."""
    out = call.outs[i]
    if out.kind not in COLUMNAR:
        found = source.at(out.labels[0]) if out.labels and out.labels[0] is not None else ()
        call.link(slots, source, found or value_slots(source), how, out=i, cross=True)
        return
    pairs, rest = [], []
    for slot in by_label(call, source, how, out=i, only=slots):
        found = _begins(source, out.labels[slot])
        pairs += [(slot, s) for s in found]
        rest += [] if found else [slot]
    call.link([t for t, _ in pairs], source, [s for _, s in pairs], how, out=i)
    call.link(rest, source, value_slots(source), how, out=i, cross=True)


def _begins(source: State, label: Hashable) -> tuple[int, ...]:
    """Columns that ``("v", "mean")`` or ``v_1`` was made from."""
    if isinstance(label, tuple):
        for n in range(len(label) - 1, 0, -1):
            if found := source.at(label[:n]) or (source.at(label[0]) if n == 1 else ()):
                return found
    elif isinstance(label, str):
        while "_" in label:
            label = label.rpartition("_")[0]
            if found := source.at(label):
                return found
    return ()


def feed_by_label(call: Call, operand: State, how: T, columns: list[int], i: int) -> None:
    """A further operand: column by column if it has columns of its own."""
    if operand.kind in COLUMNAR and call.outs[i].kind in COLUMNAR:
        by_label(call, operand, how, out=i, only=columns)
        call.link(columns, operand, (ROWS,), T.FILTER, out=i, cross=True)
    else:
        feed(call, columns, operand, how, out=i)
