"""Operations that reduce rows to one value per column, or columns to one value per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
    ORDER,
    ROWS,
    Call,
    Confidence,
    K,
    NoRule,
    Param,
    State,
    T,
    Word,
    become,
    by_label,
    keep_rows,
    row_axis,
    values_of,
)
from lineage_ext.rules.call import Function
from lineage_ext.rules.callbacks import foreign
from lineage_ext.rules.expressions import read_set
from lineage_ext.rules.rows import make_record
from lineage_ext.rules.spread import rows_of_columns
from lineage_ext.rules.unique import TABLES, tell_apart

REDUCTIONS = frozenset(
    "sum mean median min max prod std var sem skew kurt any all count nunique size idxmax idxmin amin amax ptp".split()
)


@dataclass(frozen=True, slots=True)
class Aggregate(Word):
    """One value per column over the rows (``axis=0``), or per row over the columns (``axis=1``).

    ``levels``: the value comes from the index (idxmax). ``ordered``: it depends on the order of rows (first).
    ``counts``: only which rows there are matters, not their values. ``across``: each output column comes from all
    columns (correlations). ``several``: there may be several values, and they decide how many (mode). ``operands``:
    further frames or series. ``function`` names the parameter with a function of the user's, or several. ``titled``:
    the rows of what has some are statistics or column labels, which no data chose (describe).
    """

    levels: bool = False
    ordered: bool = False
    counts: bool = False
    across: bool = False
    several: bool = False
    titled: bool = False
    operands: tuple[str, ...] = ()
    function: Param = ""
    how: T = T.AGGREGATION
    params_of: ClassVar[tuple[str, ...]] = ("function",)

    def explain(self, call: Call) -> None:
        """By label for a frame or record, everything for a scalar."""
        source = call.this
        for i, out in enumerate(call.outs):
            if source.kind is K.FRAME and not row_axis(call) and self._for_rows(call, out):
                self._sideways(call, source, i)
                continue
            _shape(out, source)
            self._values(call, source, i)
            for operand in (s for p in self.operands for s in call.states(call.get(p))):
                call.link(values_of(out), operand, (*values_of(operand), ROWS), self.how, out=i, cross=True)
            foreign(call, values_of(out), i)  # ``agg(function)``
            if out.kind in TABLES and (self.titled or _reduces(call.args.get(self.function))):
                how = (ROWS, ORDER) if any(map(_of_the_user, call.args.values())) else (ROWS,)  # ``corr(method=f)``
                call.link(values_of(out), source, how, T.FILTER, out=i, cross=True)
                continue
            call.link((ROWS, ORDER), source, (ROWS, ORDER), out=i)
            if self.several:
                call.link((ROWS,), source, values_of(source), T.FILTER, out=i, cross=True)

    def _values(self, call: Call, source: State, i: int) -> None:
        out = call.outs[i]
        targets = values_of(out)
        if self.counts:
            call.link(targets, source, (ROWS,), self.how, out=i, cross=True)
            return
        if self.across:
            call.link(targets, source, values_of(source), self.how, out=i, cross=True)
            rows_of_columns(call, source, source.columns, out=i)
            return
        rest = by_label(call, source, self.how, out=i) if out.kind in COLUMNAR else list(targets)
        if rest:
            sure = Confidence.EXACT if out.kind not in COLUMNAR else Confidence.INFERRED
            call.link(rest, source, values_of(source), self.how, out=i, cross=True, confidence=sure)
        if self.levels:
            call.link(targets, source, source.levels, self.how, out=i, cross=True)
        if self.ordered:
            call.link(targets, source, (ORDER,), T.SORT, out=i, cross=True)

    def _for_rows(self, call: Call, out: State) -> bool:
        """Whether each row has its values: one, or one for each of several functions."""
        several = self.several or isinstance(call.args.get(self.function), list | tuple)
        return out.kind is K.SERIES or (out.kind is K.FRAME and several)

    def _sideways(self, call: Call, source: State, i: int) -> None:
        how, made = T.TRANSFORMATION if self.how is T.AGGREGATION else self.how, values_of(call.outs[i])
        function = call.args.get(self.function)
        slots, sure, reason = values_of(source), Confidence.EXACT, ""
        if isinstance(function, Function) and function.code is not None:
            slots, sure, reason = read_set(source, function, call.touched)
        elif isinstance(function, list | tuple) and any(isinstance(f, Function) for f in function):
            sure, reason = Confidence.INFERRED, "what several functions read of a row isn't told apart"
        call.link(made, source, slots, how, out=i, cross=True, confidence=sure, reason=reason)
        foreign(call, made, i)
        keep_rows(call, source, out=i)


@dataclass(frozen=True, slots=True)
class Distinct(Word):
    """The distinct values or combinations: ``unique`` or ``value_counts`` (index = values, value = count).

    Every category is counted, also one that no row has. Which there are may be the data's or the program's doing.
    """

    counts: bool = False
    by: str = ""

    def explain(self, call: Call) -> None:
        """Values keep their identity where they are kept; a count is of rows."""
        source = call.this
        if not isinstance(source, State):
            raise NoRule("its values aren't tracked")
        wanted = [s for label in _labels(call.args.get(self.by)) for s in source.at(label)] if self.by else []
        slots = tuple(wanted or values_of(source))
        for i, out in enumerate(call.outs):
            if out.kind is K.INDEX:
                become(out, K.INDEX, (), index=source.schema.index or (None,))
            if self.counts:
                self._count(call, source, slots, i)
            else:
                call.link(values_of(out), source, slots, out=i, cross=True)
                call.link((ROWS,), source, slots, T.FILTER, out=i, cross=True)
                call.rows_from(source, out=i)

    def _count(self, call: Call, source: State, slots: tuple[int, ...], i: int) -> None:
        out, n = call.outs[i], min(len(call.outs[i].levels), len(slots))
        sure, reason = Confidence.EXACT, ""
        if len(slots) == 1 and source.schema.types[slots[0] :][:1] == ("category",):
            sure, reason = Confidence.INFERRED, "all categories are counted, also those that no row has"
            call.link(values_of(out), source, slots, T.GROUP_BY, out=i, cross=True)
            call.link((ORDER,), source, (ROWS,), T.SORT, out=i)
        call.link(values_of(out), source, (ROWS,), T.AGGREGATION, out=i, cross=True)
        call.link(out.levels[:n], source, slots[:n], out=i, confidence=sure, reason=reason)
        call.link((ROWS,), source, slots, T.GROUP_BY, out=i, cross=True, confidence=sure, reason=reason)
        call.link((ROWS,), source, (ROWS,), out=i, confidence=sure, reason=reason)
        call.link((ORDER,), source, slots, T.SORT, out=i, cross=True)
        call.link((ORDER,), source, (ORDER,), out=i)
        tell_apart(out, out.levels if n == len(out.levels) == len(slots) else ())


@dataclass(frozen=True, slots=True)
class Dot(Word):
    """A product of matrices: each row's value from all columns of its row; of two series, one number."""

    def explain(self, call: Call) -> None:
        """Row by row from self, aggregated from the other."""
        source, out = call.this, call.out
        rowwise = source.kind is K.FRAME
        how = T.TRANSFORMATION if rowwise else T.AGGREGATION
        call.link(values_of(out), source, values_of(source), how, cross=True)
        for other in call.states(call.get("other")):
            call.link(values_of(out), other, (*values_of(other), ROWS), T.AGGREGATION, cross=True)
        if rowwise:
            keep_rows(call, source)
        else:
            call.rows_from(source)


def _reduces(function: object) -> bool:
    """Whether all functions that ``agg`` was given make one value of a column: then its rows are their names."""
    if isinstance(function, dict):
        return bool(function) and all(map(_reduces, function.values()))
    if isinstance(function, list | tuple):
        return bool(function) and all(map(_reduces, function))
    if isinstance(function, Function):
        return function.code is None and function.name in REDUCTIONS
    return isinstance(function, str) and function in REDUCTIONS


def _of_the_user(argument: object) -> bool:
    return isinstance(argument, Function) and argument.code is not None


def _labels(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _shape(out: State, source: State) -> None:
    if out.kind is K.SERIES and source.kind in COLUMNAR:
        if out.row is not None:
            make_record(out, out.row)
        elif out.rows == len(source.labels):
            make_record(out, source.labels)
    elif out.kind is K.SERIES and out.row is not None and source.kind is K.ROW:
        make_record(out, out.row)
