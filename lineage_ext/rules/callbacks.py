"""Operations that run a function of the user's: apply, map, transform, combine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
    ROWS,
    Call,
    Confidence,
    K,
    Param,
    State,
    T,
    Word,
    by_label,
    keep_rows,
    row_axis,
    values_of,
)
from lineage_ext.rules.call import Function, Opaque
from lineage_ext.rules.expressions import parts_read, read_set
from lineage_ext.rules.rows import make_record

RETURNED = "what the function returned"
READ_INSIDE = "read inside the function"
DICTS = frozenset({"dict", "defaultdict", "OrderedDict", "Counter"})


@dataclass(frozen=True, slots=True)
class Apply(Word):
    """``apply(func, axis)``: each column by itself, or each row from the columns the function reads."""

    function: Param = "func"
    params_of: ClassVar[tuple[str, ...]] = ("function",)

    def explain(self, call: Call) -> None:
        """Per column along the rows; per row from the function's read-set."""
        source = call.this
        for i, out in enumerate(call.outs):
            if source.kind is K.FRAME and not row_axis(call):
                self._by_row(call, source, i)
            else:
                self._by_column(call, source, i)
            foreign(call, values_of(out), i)
            if out.kind not in COLUMNAR and out.kind is not K.SERIES:
                call.rows_from(source, out=i)

    def _by_row(self, call: Call, source: State, i: int) -> None:
        out = call.outs[i]
        function = _function(call.args.get(self.function))
        keep_rows(call, source, out=i)
        parts = parts_read(source, function, out.labels) if out.kind is K.FRAME else None
        for slot, slots in enumerate(parts or ()):
            call.link(
                (slot,), source, slots, T.TRANSFORMATION,
                out=i, cross=True, confidence=Confidence.INFERRED, reason="read from the source text",
            )  # fmt: skip
        if parts is not None or (out.kind is K.FRAME and not returned(call, list(out.columns), i)):
            return
        slots, sure, reason = read_set(source, function, call.touched)
        named = isinstance(call.args.get(self.function), str) and not call.args.get("**kwargs")
        if named and out.kind is K.SERIES:  # pandas' own method, over the whole row
            sure, reason = Confidence.EXACT, ""
        if out.kind is K.FRAME and out.labels == source.labels and not slots:
            by_label(call, source, T.TRANSFORMATION, out=i)
        call.link(values_of(out), source, slots, T.TRANSFORMATION, out=i, cross=True, confidence=sure, reason=reason)

    def _by_column(self, call: Call, source: State, i: int) -> None:
        out = call.outs[i]
        if source.kind is K.FRAME and out.kind is K.SERIES:
            make_record(out, out.row or source.labels)
        same = out.rows == source.rows and out.kind in (source.kind, K.SERIES)
        how = T.TRANSFORMATION if same and out.kind is not K.ROW else T.AGGREGATION
        rest = by_label(call, source, how, out=i)
        if rest:
            call.link(
                rest, source, values_of(source), how, out=i, cross=True,
                confidence=Confidence.INFERRED, reason="the function made new columns",
            )  # fmt: skip
        if same and out.kind is not K.ROW:
            keep_rows(call, source, out=i)
        else:
            call.rows_from(source, out=i)


@dataclass(frozen=True, slots=True)
class Map(Word):
    """``map(function or mapping)``, ``transform``: value by value. A series or dict of tracked values is a table to
    look up in: the value given only decides which of them is taken."""

    function: tuple[Param, ...] = ("func", "arg")  # the name differs between versions of pandas

    def explain(self, call: Call) -> None:
        """Each column from itself, or from the values of the mapping, joined on its index."""
        source = call.this
        mappings = list(call.states([call.get(p) for p in self.function]))
        looked_up = bool(mappings) and any(map(_is_table, map(call.args.get, self.function)))
        for i, out in enumerate(call.outs):
            if source.kind is K.ROW and out.kind is K.SERIES:
                make_record(out, out.row or source.labels)
            for slot in by_label(call, source, T.JOIN if looked_up else T.TRANSFORMATION, out=i):
                self._of_several(call, source, slot, i)
            if source.kind is K.FRAME and not row_axis(call):  # the function is given rows
                call.link(values_of(out), source, values_of(source), T.TRANSFORMATION, out=i, cross=True)
            keep_rows(call, source, out=i)
            for mapping in mappings:
                how = T.IDENTITY if looked_up else T.TRANSFORMATION
                call.link(values_of(out), mapping, values_of(mapping), how, out=i, cross=True)
                call.link(values_of(out), mapping, mapping.levels, T.JOIN, out=i, cross=True)
                call.link(values_of(out), mapping, (ROWS,), T.FILTER, out=i, cross=True)
            foreign(call, values_of(out), i)

    def _of_several(self, call: Call, source: State, slot: int, i: int) -> None:
        """``(column, function)``, which ``transform`` makes of several functions."""
        label = call.outs[i].labels[slot]
        above = label[:-1] if isinstance(label, tuple) else ()
        found = source.at(above[0] if len(above) == 1 else above)
        call.link(
            (slot,), source, found or values_of(source), T.TRANSFORMATION, out=i, cross=True,
            confidence=Confidence.EXACT if found else Confidence.INFERRED,
        )  # fmt: skip


def returned(call: Call, columns: list[int], i: int) -> list[int]:
    """Link each column that a record made last by the function has a label for; returns the other columns."""
    labels, told = call.outs[i].labels, set[int]()
    for record in call.returned:
        pairs = [(c, slot) for c in columns for slot in record.at(labels[c])]
        targets, sources = [c for c, _ in pairs], [slot for _, slot in pairs]
        call.link(targets, record, sources, out=i, confidence=Confidence.INFERRED, reason=RETURNED)
        call.link(  # what picked it out of its frame
            targets, record, (ROWS,), T.FILTER, out=i, cross=True, confidence=Confidence.INFERRED, reason=RETURNED
        )
        told.update(targets)
    return [c for c in columns if c not in told]


def foreign(call: Call, slots: Sequence[int], i: int, how: T = T.TRANSFORMATION) -> None:
    """What the user's function looked up elsewhere feeds what it made, or decided on."""
    for seen in call.seen:
        call.link(
            slots, seen, (*values_of(seen), ROWS), how, out=i, cross=True,
            confidence=Confidence.INFERRED, reason=READ_INSIDE,
        )  # fmt: skip
    captured = call.captured
    if captured is None:
        return
    for slot in slots:
        label = call.outs[i].labels[slot]
        own = captured.at(label) or (captured.at(label[0]) if isinstance(label, tuple) else ())
        call.link((slot,), captured, own, how, out=i, cross=True, confidence=Confidence.INFERRED, reason=READ_INSIDE)


def _is_table(value: Any) -> bool:
    if isinstance(value, State):
        return bool(value.levels)
    return isinstance(value, dict) or (isinstance(value, Opaque) and value.type in DICTS)


def _function(value: Any) -> Function | None:
    return value if isinstance(value, Function) else None
