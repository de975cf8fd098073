"""Groups given to functions of the user's: ``agg`` in its spellings, ``apply``, ``filter``."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
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
    influence_rows,
    keep_index,
    keep_rows,
)
from lineage_ext.rules.call import Function
from lineage_ext.rules.callbacks import foreign, returned
from lineage_ext.rules.expressions import parts_read
from lineage_ext.rules.group import COLUMNS, grouped
from lineage_ext.rules.group_code import Reading, depends_on_order, name_of, read
from lineage_ext.rules.grouped import (
    COUNTING,
    a_row_each,
    keys_out,
    levels_out,
    rows_of_groups,
    spread,
    value_slots,
)
from lineage_ext.rules.masking import mask, masks


@dataclass(frozen=True, slots=True)
class Made:
    """How ``agg`` makes one column: from a column (None: its label tells) by a function."""

    column: Hashable
    function: Any

    def slots(self, source: State) -> tuple[int, ...]:
        """Slots of the column that is named; none if none is."""
        return () if self.column is None else source.at(self.column) or value_slots(source)


@dataclass(frozen=True, slots=True)
class Agg(Word):
    """``agg``: a function, a name, a list or dict of them, or ``column=(source, function)``."""

    function: Param = "func"
    params_of: ClassVar[tuple[str, ...]] = ("function",)

    def explain(self, call: Call) -> None:
        """Each column from the source its spelling names; a row per group."""
        source, function = grouped(call), call.args.get(self.function)
        if isinstance(function, Function) and call.out.kind is K.SERIES and _is_whole(call.out, source):
            Apply(self.function).explain(call)
            return
        named = dict(_named(call)) if function is None else {}
        for i, out in enumerate(call.outs):
            columns = keys_out(call, source, i)
            made = {c: named.get(label := out.labels[c]) or _spelled(source, label, function) for c in columns}
            _aggregated(call, source, made, i)
            foreign(call, columns, i)
            rows_of_groups(call, source, i)
            a_row_each(out, source)


@dataclass(frozen=True, slots=True)
class Apply(Word):
    """``apply(func)`` of whole groups: what comes out tells whether it reduced them."""

    function: Param = "func"
    params_of: ClassVar[tuple[str, ...]] = ("function",)

    def explain(self, call: Call) -> None:
        """From the columns the function reads; by label where it may hand them through."""
        source, function = grouped(call), call.args.get(self.function)
        reading = read(call, source, function, value_slots(source))
        for i, out in enumerate(call.outs):
            reduced = _reduced(out, source)
            columns = keys_out(call, source, i) if reduced else list(out.columns)
            _applied(call, source, reading, columns, i, reduced)
            if depends_on_order(function):
                call.link(columns, source, (ORDER,), T.SORT, out=i, cross=True, confidence=Confidence.INFERRED)
            foreign(call, columns, i)
            rows_of_groups(call, source, i)
            if not reduced:
                _rows_given_back(call, source, reading, i)


@dataclass(frozen=True, slots=True)
class Filter(Word):
    """``filter(func)``: the groups of which the function says True."""

    function: Param = "func"
    params_of: ClassVar[tuple[str, ...]] = ("function",)

    def explain(self, call: Call) -> None:
        """Columns as they are; rows by the keys and what the function reads."""
        source, function = grouped(call), call.args.get(self.function)
        reading = read(call, source, function, value_slots(source))
        for i, out in enumerate(call.outs):
            by_label(call, source, out=i)
            if call.args.get("dropna") is False:  # rows stay, their values go
                deciding = (*reading.slots, *source.keys)
                call.link(out.columns, source, deciding, T.CONDITIONAL, out=i, cross=True, confidence=reading.sure)
                foreign(call, out.columns, i, T.CONDITIONAL)
                keep_rows(call, source, out=i)
                continue
            keep_index(call, source, out=i)
            call.rows_from(source, out=i)
            influence_rows(call, source, source.keys, T.GROUP_BY, out=i)
            _decide(call, source, reading, T.FILTER, (ROWS,), i)


def _aggregated(call: Call, source: State, made: dict[int, Made], i: int) -> None:
    """Columns counted are of rows; the others come from the column that is named, or that their label tells."""
    hidden = {c: m for c, m in made.items() if masks(m.function)}
    _valued(call, source, {c: m for c, m in made.items() if c not in hidden}, i)
    start = len(call.blocks)
    _valued(call, source, hidden, i)
    mask(call, start)
    ordered = [c for c, m in made.items() if depends_on_order(m.function)]
    call.link(ordered, source, (ORDER,), T.SORT, out=i, cross=True)


def _valued(call: Call, source: State, made: dict[int, Made], i: int) -> None:
    counted = [c for c, m in made.items() if name_of(m.function) in COUNTING]
    pairs = [(c, s) for c, m in made.items() if name_of(m.function) not in COUNTING for s in m.slots(source)]
    told = {*counted, *(c for c, _ in pairs)}
    call.link(counted, source, (ROWS,), T.AGGREGATION, out=i, cross=True)
    call.link([c for c, _ in pairs], source, [s for _, s in pairs], T.AGGREGATION, out=i)
    spread(call, source, T.AGGREGATION, [c for c in made if c not in told], i)


def _applied(call: Call, source: State, reading: Reading, columns: list[int], i: int, reduced: bool) -> None:
    """Columns from what the function reads, and by label where it may hand its group's columns through."""
    out = call.outs[i]
    how = T.AGGREGATION if reduced else T.TRANSFORMATION
    parts = _parts(call, source, columns, i) if reduced and out.kind is K.FRAME else None
    for column, found in zip(columns, parts or (), strict=False):
        call.link(
            (column,), source, found or (ROWS,), how,
            out=i, cross=True, confidence=Confidence.INFERRED, reason="read from the source text",
        )  # fmt: skip
    columns = returned(call, columns, i) if reduced and parts is None else columns
    if parts is not None or not columns:
        return
    rest = columns
    if reading.sure is not Confidence.EXACT and out.kind in COLUMNAR:
        rest = by_label(call, source, how, out=i, only=columns)
        if reduced:
            rest = columns if reading.named else rest
        else:
            rest = rest + [c for c in columns if c not in rest and _writes(reading, out.labels[c])]
    slots = reading.slots or ((ROWS,) if reduced else ())
    sure, reason = reading.sure, reading.reason
    if len(columns) > 1 < len(slots):
        sure, reason = Confidence.INFERRED, reason or "which column the function made of which isn't known"
    call.link(rest, source, slots, how, out=i, cross=True, confidence=sure, reason=reason)


def _parts(call: Call, source: State, columns: list[int], i: int) -> list[tuple[int, ...]] | None:
    """The columns behind each column of the output, if the function's text tells."""
    function = next((v for v in call.args.values() if isinstance(v, Function)), None)
    return parts_read(source, function, [call.outs[i].labels[c] for c in columns])


def _writes(reading: Reading, label: Hashable) -> bool:
    return reading.writes is None or label in reading.writes


def _rows_given_back(call: Call, source: State, reading: Reading, i: int) -> None:
    """The function gave rows back, perhaps not all and in another order; their values depend on their group."""
    levels_out(call, source, i)
    if reading.rebuilds:
        inner = call.outs[i].levels[len(source.schema.keys) :]
        _decide(call, source, reading, T.TRANSFORMATION, inner, i, Confidence.INFERRED)
        _decide(call, source, reading, T.GROUP_BY, (ROWS,), i, Confidence.INFERRED)
    call.link(call.outs[i].columns, source, source.keys, T.GROUP_BY, out=i, cross=True)
    call.link((ORDER,), source, (ORDER,), out=i)
    if reading.chooses:
        _decide(call, source, reading, T.FILTER, (ROWS,), i, Confidence.INFERRED)
    if reading.sorts:
        _decide(call, source, reading, T.SORT, (ORDER,), i, Confidence.INFERRED)


def _decide(
    call: Call,
    source: State,
    reading: Reading,
    how: T,
    target: tuple[int, ...],
    i: int,
    doubt: Confidence | None = None,
) -> None:
    """What the function reads decides on rows or their order."""
    sure = doubt or reading.sure
    reason = reading.reason or ("the function may choose rows" if doubt else "")
    call.link(target, source, reading.slots, how, out=i, cross=True, confidence=sure, reason=reason)
    foreign(call, target, i, how)


def _is_whole(out: State, source: State) -> bool:
    """Whether a series was made of whole groups rather than of one of their columns."""
    return len(source.labels) > 1 and not source.at(out.labels[0])


def _named(call: Call) -> Iterator[tuple[Hashable, Made]]:
    """``name=(column, function)``, ``name=NamedAgg(...)``, or for a series ``name=function``."""
    spelled = call.args.get("**kwargs")
    for name, value in spelled.items() if isinstance(spelled, dict) else ():
        if isinstance(value, tuple | list) and len(value) >= 2:
            yield name, Made(value[0], value[1])
        else:
            yield name, Made(None, value)


def _spelled(source: State, label: Hashable, function: Any) -> Made:
    """How the argument spells a column. Resampled groups give each function of a dict all columns, below its key."""
    below = isinstance(function, dict) and isinstance(label, tuple) and len(label) == 2 and all(map(source.at, label))
    return Made(label[1] if below and isinstance(label, tuple) else None, _function_for(label, function))


def _function_for(label: Hashable, function: Any) -> Any:
    """The function that made the column ``label``, as the argument spells it; a name, a Function or None."""
    parts = label if isinstance(label, tuple) else (label,)
    if isinstance(function, dict):
        for n in range(len(parts), 0, -1):
            key = parts if n > 1 else parts[0]
            if key in function:
                return _function_for(parts[n:] or (None,), function[key])
        return None
    if isinstance(function, list):
        return next((f for f in map(_renamed, function) if f[0] == parts[-1]), (None, None))[1]
    return function


def _renamed(function: Any) -> tuple[str, Any]:
    """A list may hold ``(name, function)`` pairs."""
    if isinstance(function, tuple) and len(function) == 2:
        return str(function[0]), function[1]
    return name_of(function), function


def _reduced(out: State, source: State) -> bool:
    """Whether there is a row per group: the index is the keys and nothing more."""
    if COLUMNS in source.schema.traits and out.kind is K.FRAME:
        return out.schema.index == (None,) and out.labels[:1] == source.schema.keys[:1]
    if out.kind not in (K.FRAME, K.SERIES):
        return True
    return out.schema.index == source.schema.keys != source.schema.index
