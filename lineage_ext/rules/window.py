"""Windows that slide over rows: ``rolling``, ``expanding``, ``ewm``, of frames and of groups.

Every value depends on its neighbours, so on the order of rows; a window cut by time also on the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    K,
    NoRule,
    Opaque,
    Param,
    State,
    T,
    Word,
    influence_rows,
    keep_rows,
)
from lineage_ext.rules.callbacks import foreign
from lineage_ext.rules.group import STEPPED, TIMED, WINDOW, by_label_or, group_keys, grouped, make_grouped
from lineage_ext.rules.group_keys import argument, is_unset, levels
from lineage_ext.rules.grouped import feed_by_label, key_columns_out, spread, value_slots
from lineage_ext.rules.keys import Key, is_columns, keys_of


@dataclass(frozen=True, slots=True)
class Slide(Word):
    """Making windows. ``window`` is their width: a number counts rows, anything else measures the axis.

    ``on`` names the axis, the index if none; ``times`` is the axis itself (ewm).
    """

    window: Param = ""
    on: Param = ""
    times: Param = ""

    def explain(self, call: Call) -> None:
        """Columns, rows and keys as they are; one more key for the axis, if it is named or measured."""
        if is_columns(call.args.get("axis")):
            raise NoRule("windows over columns, not rows")
        source = call.this
        width = argument(call, self.window, 0) if self.window else None
        timed = _measures(width)
        axis = self._axis(call, source, timed)
        traits = source.schema.traits + (WINDOW,) * len(axis) + (TIMED,) * (timed or bool(self.times and axis))
        stepped = argument(call, "step") not in (None, 1)
        make_grouped(call, source, keys=[(k,) for k in axis], traits=traits + (STEPPED,) * stepped)

    def _axis(self, call: Call, source: State, timed: bool) -> list[Key]:
        times = argument(call, self.times) if self.times else None
        on = argument(call, self.on, 4) if self.on else None
        if times is not None or on is not None:
            return keys_of(source, times if on is None else on)
        return levels(source, len(source.schema.index) - 1) if timed else []


@dataclass(frozen=True, slots=True)
class Windowed(Word):
    """A value per window. ``across``: from all columns when no ``operands`` are given (corr)."""

    how: T = T.AGGREGATION
    across: bool = False
    operands: tuple[Param, ...] = ()
    params_of: ClassVar[tuple[str, ...]] = ("operands",)

    def explain(self, call: Call) -> None:
        """Columns by label, and from the order of rows; rows as they are, a group after the other."""
        source = grouped(call)
        for i, out in enumerate(call.outs):
            columns = _axis_out(call, source, key_columns_out(call, source, i), i)
            others = [s for p in self.operands for s in call.states(argument(call, p))]
            if self.across and not others and out.kind is K.FRAME:
                call.link(columns, source, value_slots(source), self.how, out=i, cross=True)
            else:
                spread(call, source, self.how, columns, i)
            for other in others:
                feed_by_label(call, other, self.how, columns, i)
            _influence(call, source, columns, i)
            foreign(call, columns, i)
            _rows(call, source, i)


@dataclass(frozen=True, slots=True)
class EachWindow(Word):
    """``for window in windows``: some of the rows."""

    hands_out: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """Columns by label; rows by their order and the axis."""
        source = grouped(call)
        for i in range(len(call.outs)):
            by_label_or(call, source, None, i)
            call.rows_from(source, out=i)
            influence_rows(call, source, (ORDER, *_measured(source)), T.WINDOW, out=i)
            influence_rows(call, source, group_keys(source), T.GROUP_BY, out=i)


def _measures(width: Any) -> bool:
    """Whether windows are cut by the values of their axis: "7D", an offset, a Timedelta, an indexer of offsets."""
    if isinstance(width, Opaque):
        return not width.type.endswith("Indexer") or width.type == "VariableOffsetWindowIndexer"
    return width is not None and not isinstance(width, Integral | float) and not is_unset(width)


def _measured(source: State) -> tuple[int, ...]:
    return source.keys[-1:] if TIMED in source.schema.traits else ()


def _axis_out(call: Call, source: State, columns: list[int], i: int) -> list[int]:
    """The axis comes out as it is where it is a column; returns the other columns."""
    out = call.outs[i]
    if WINDOW not in source.schema.traits or out.kind is not K.FRAME:
        return columns
    name = source.schema.keys[-1]
    found = [c for c in columns if name is not None and out.labels[c] == name]
    call.link(found, source, source.keys[-1:], out=i, cross=True)
    return [c for c in columns if c not in found]


def _influence(call: Call, source: State, columns: list[int], i: int) -> None:
    call.link(columns, source, (ORDER, *_measured(source)), T.WINDOW, out=i, cross=True)
    call.link(columns, source, group_keys(source), T.GROUP_BY, out=i, cross=True)


def _rows(call: Call, source: State, i: int) -> None:
    out, groups = call.outs[i], group_keys(source)
    if not groups and len(out.levels) == len(source.levels) and STEPPED not in source.schema.traits:
        keep_rows(call, source, out=i)
        return
    levels = _levels(out, source, groups)[: len(out.levels)]
    call.link(out.levels[: len(levels)], source, levels, out=i)
    call.rows_from(source, out=i)
    influence_rows(call, source, groups, T.GROUP_BY, out=i, target=(ROWS, ORDER))


def _levels(out: State, source: State, groups: tuple[int, ...]) -> list[int]:
    """What the index levels are: keys of groups, then the frame's own, for which a named axis may stand in."""
    found = [*groups, *source.levels] if len(out.levels) > len(source.levels) else list(source.levels)
    if WINDOW in source.schema.traits and out.schema.index[len(found) - 1 : len(found)] == source.schema.keys[-1:]:
        found[-1] = source.keys[-1]
    return found
