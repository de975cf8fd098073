"""Making groups: ``groupby`` and ``resample``, columns selected from them, and loops over them.

A GROUPED dataset has the columns, index levels and rows of the frame it groups, and one key slot for each of its keys.
What its results depend on besides is in ``Schema.traits``:

    columns   as_index=False: keys come out as columns, not as index levels
    unsorted  sort=False: groups come in the order of their rows
    listed    observed=False, and all keys are categories: each has a group, also one that no row has
    window    the last key is the axis that a window slides along; the others are keys of groups
    timed     windows are cut by the values of that axis, not by counting rows
    stepped   a window at every n-th row only

What becomes of groups is in ``grouped.py``, of windows in ``window.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.model import Schema, key
from lineage_ext.rules.algebra import (
    Call,
    K,
    NoRule,
    Param,
    State,
    T,
    Word,
    by_label,
    influence_rows,
    keep_index,
    keep_rows,
    labels_of,
    values_of,
)
from lineage_ext.rules.group_keys import Parts, argument, binned, feed_key, is_unset, keys_by, levels
from lineage_ext.rules.keys import is_columns, keys_of

COLUMNS, UNSORTED, LISTED, WINDOW, TIMED, STEPPED = "columns", "unsorted", "listed", "window", "timed", "stepped"


@dataclass(frozen=True, slots=True)
class Group(Word):
    """``groupby``: by labels, series, functions of the index, Groupers, or levels."""

    by: Param = "by"
    level: Param = "level"
    params_of: ClassVar[tuple[str, ...]] = ("by", "level")

    def explain(self, call: Call) -> None:
        """Columns, levels and rows of the frame; a key slot for each key."""
        if is_columns(call.args.get("axis")):
            raise NoRule("groups of columns, not of rows")
        traits = (COLUMNS,) * (call.args.get("as_index") is False) + (UNSORTED,) * (call.args.get("sort") is False)
        keys = keys_by(call, call.this, self.by, self.level)
        observed = call.args.get("observed")  # until pandas 3 it wasn't, unless it was asked for
        listed = (observed is False or is_unset(observed)) and all(map(_is_category, keys))
        make_grouped(call, call.this, keys=keys, traits=traits + (LISTED,) * listed)


@dataclass(frozen=True, slots=True)
class Resample(Word):
    """``resample``: one more key, the bins of a time column or level. Of groups as well (``gb.resample``)."""

    on: Param = "on"
    level: Param = "level"

    def explain(self, call: Call) -> None:
        """The time, binned, is a key after those there are."""
        if is_columns(call.args.get("axis")):
            raise NoRule("groups of columns, not of rows")
        source, on = call.this, argument(call, self.on)
        given = on is not None and not is_unset(on)
        axis = keys_of(source, on) if given else levels(source, argument(call, self.level), default=0)
        make_grouped(call, source, keys=[(binned(k),) for k in axis], traits=source.schema.traits)


@dataclass(frozen=True, slots=True)
class Select(Word):
    """``gb[label]``, ``gb[[labels]]``, ``gb.label``, of windows and resamplers too."""

    label: Param = "key"
    params_of: ClassVar[tuple[str, ...]] = ("label",)

    def explain(self, call: Call) -> None:
        """Fewer columns, the same keys."""
        source = grouped(call)
        wanted = labels_of(source, call.args.get(self.label))
        slots = [s for label in wanted for s in source.at(label)] or list(source.columns)
        make_grouped(call, source, slots=slots, traits=source.schema.traits)


@dataclass(frozen=True, slots=True)
class Loop(Word):
    """``for key, group in gb``: the two outputs are one key and one group, whichever."""

    data: Param = "data"
    hands_out: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """A group's columns are those of the frame; which rows it has, its key decides."""
        source = grouped(call)
        item = len(call.outs) - 1
        by_label_or(call, source, call.args.get(self.data), item)
        keep_index(call, source, out=item)
        if item:
            call.link((0,), source, source.keys, out=0, cross=True)
        for i in range(len(call.outs)):
            call.rows_from(source, out=i)
            influence_rows(call, source, source.keys, T.GROUP_BY, out=i)


def _is_category(parts: Parts) -> bool:
    known = parts[0].state.schema.types
    return len(parts) == 1 and all(slot >= 0 and known[slot:][:1] == ("category",) for slot in parts[0].slots or (-1,))


def by_label_or(call: Call, source: State, other: Any, i: int) -> None:
    """Columns by label from ``source``, those it hasn't from ``other`` (the selection shares its grouper)."""
    out = call.outs[i]
    rest = by_label(call, source, out=i) if out.kind is K.FRAME or out.labels[0] in source.labels else list(out.columns)
    if rest and isinstance(other, State):
        by_label(call, other, out=i, only=rest)
    elif rest:
        call.link(rest, source, values_of(source), out=i, cross=True)


def make_grouped(
    call: Call,
    source: State,
    *,
    slots: Sequence[int] | None = None,
    keys: Sequence[Parts] = (),
    traits: tuple[str, ...] = (),
) -> None:
    """Make the output a GROUPED of ``slots`` of ``source`` (all by default), with its keys and then ``keys``."""
    record = source.kind is K.ROW  # grouped, the labels of a record are its rows
    columns = () if record else tuple(source.columns if slots is None else slots)
    labels = (None,) if record else tuple(source.labels[s] for s in columns)
    types = tuple(source.schema.types[s] for s in columns) if source.schema.types else ()
    names = (*source.schema.keys, *(parts[0].name for parts in keys))
    call.out.schema = Schema(K.GROUPED, labels, source.schema.index, names, types, traits)
    call.out.kind = K.GROUPED
    if record:
        call.link((0,), source, values_of(source), cross=True)
    call.link(range(len(columns)), source, columns)
    keep_rows(call, source)
    call.link(source.keys, source, source.keys)
    for i, parts in enumerate(keys, len(source.schema.keys)):
        feed_key(call, key(i), parts)


def grouped(call: Call) -> State:
    """The group-by, window or resampler a method is called on. Raises NoRule for one that nobody saw being made."""
    if isinstance(call.this, State) and call.this.kind is K.GROUPED:
        return call.this
    raise NoRule("how its groups were made is not known")


def group_keys(source: State) -> tuple[int, ...]:
    """Slots of the keys that rows are grouped by: all but a window's axis."""
    return source.keys[:-1] if WINDOW in source.schema.traits else source.keys
