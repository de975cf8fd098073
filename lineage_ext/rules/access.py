"""Reading parts: ``df["a"]``, ``df[mask]``, ``df.loc[rows, columns]``, ``.iloc``, ``.at``, ``.iat``, ``xs``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
    ORDER,
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
    keep_index,
    keep_rows,
    same_rows,
    values_of,
)
from lineage_ext.rules.call import Expression, Function, Opaque
from lineage_ext.rules.column_levels import below, under, without
from lineage_ext.rules.expressions import names_in
from lineage_ext.rules.meaning import between, meant
from lineage_ext.rules.rows import PLACE, make_record
from lineage_ext.rules.spread import listed, spread

ALL = slice(None)
"""What stands for all rows or columns: None is a label like any other."""
BY_NUMBER = frozenset({"iloc", "iat"})
MASKS = frozenset({K.SERIES, K.ARRAY, K.VALUE, K.INDEX, K.SCALAR})


@dataclass(frozen=True, slots=True)
class Get(Word):
    """``object[key]``: a column, several columns, or the rows a mask or slice selects."""

    key: Param = "key"
    params_of: ClassVar[tuple[str, ...]] = ("key",)

    def explain(self, call: Call) -> None:
        """The column of that label, else columns by label and rows by the key."""
        source, key = call.this, call.get(self.key)
        out = call.out
        if source.kind is K.FRAME and out.kind is K.SERIES and _take_column(call, source, key):
            return
        if source.kind is K.FRAME and out.kind is K.FRAME and isinstance(key, State) and key.kind is K.FRAME:
            by_label(call, source)
            by_label(call, key, T.CONDITIONAL)
            keep_rows(call, source)
            return
        if _selects_rows(source, out, key):
            take(call, source, key, ALL)
        else:
            take(call, source, ALL, key)

    def once(self, call: Call) -> State | None:
        """Columns have all rows, a mask or slice takes some."""
        key, source = call.get(self.key), call.this
        if isinstance(key, State) and key.kind is K.FRAME:
            return None
        return source if not _selects_rows(source, call.out, key) or _thins(source, key) else None


@dataclass(frozen=True, slots=True)
class Locate(Word):
    """``indexer[rows, columns]`` or ``indexer[rows]``, by label (loc, at) or position (iloc, iat)."""

    key: Param = "key"
    params_of: ClassVar[tuple[str, ...]] = ("key",)

    def explain(self, call: Call) -> None:
        """Columns by label; rows by mask, index or order."""
        source, by_number = call.this, call.args.get("indexer") in BY_NUMBER
        rows, columns = split_key(source, call.get(self.key), by_number)
        take(call, source, rows, columns, by_number=by_number, located=True)

    def once(self, call: Call) -> State | None:
        """A mask or slice takes some rows; labels may name one twice."""
        rows, _ = split_key(call.this, call.get(self.key), call.args.get("indexer") in BY_NUMBER)
        return call.this if _thins(call.this, rows) else None


@dataclass(frozen=True, slots=True)
class Cross(Word):
    """``xs(key, axis, level)``: the rows at a label of the index, or with ``axis=1`` the columns that have it."""

    def explain(self, call: Call) -> None:
        """Rows chosen by the index; columns by label, to which ``level`` gives back what came off."""
        source, key, level = call.this, call.args.get("key"), call.args.get("level")
        if call.args.get("axis") not in (1, "columns"):
            take(call, source, key, ALL, located=True)
        elif level is None or call.out.kind not in COLUMNAR:
            take(call, source, ALL, key)
        else:
            left = without(source, key, level)
            _told(call, source, {s: left.get(call.out.labels[s], ()) for s in by_label(call, source)})
            keep_rows(call, source)


def split_key(source: State, key: Any, by_number: bool) -> tuple[Any, Any]:
    """The row part and the column part of an indexer's key."""
    several = len(source.schema.index) > 1
    if isinstance(key, tuple) and source.kind is K.FRAME and len(key) == 2:
        if several and not by_number and not _is_column_key(source, key[1]):
            return key, ALL
        return key[0], key[1]
    return key, ALL


def _is_column_key(source: State, key: Any) -> bool:
    if isinstance(key, slice | State | Opaque | Function):
        return True
    keys = key if isinstance(key, list) else [key]
    return all(isinstance(k, bool) or source.at(k) or below(source, k) for k in keys)


def column_slots(source: State, key: Any, by_number: bool = False) -> tuple[int, ...] | None:
    """Column slots an indexer's column part means; None if it can't be told. Raises NoRule for an unknown label."""
    if _everything(key):
        return tuple(source.columns)
    if isinstance(key, list):
        if key and all(isinstance(k, bool) for k in key):
            return tuple(i for i, k in enumerate(key) if k)
        parts = [column_slots(source, k, by_number) for k in key]
        return None if any(p is None for p in parts) else tuple(s for p in parts for s in p or ())
    if isinstance(key, slice):
        return _slice_slots(source, key, by_number)
    if by_number and isinstance(key, int):
        return (key % len(source.labels),) if source.labels else ()
    if isinstance(key, State | Opaque | Function | Expression):
        return None
    found = source.at(key) or below(source, key) or meant(source, key)
    found = found or (source.schema.slots(key) if isinstance(key, str) else ())
    if not found and source.kind is K.ROW and isinstance(key, int) and key < len(source.labels):
        return (key % len(source.labels),)  # before pandas 3 a number may be a position
    if found or (isinstance(key, tuple) and any(isinstance(part, slice) for part in key)):
        return found or None
    raise NoRule("a label that isn't among the columns")


def _slice_slots(source: State, key: slice, by_number: bool) -> tuple[int, ...] | None:
    if by_number:
        parts = (key.start, key.stop, key.step)
        n = range(len(source.labels))
        return tuple(n[key]) if all(p is None or isinstance(p, int) for p in parts) else None
    found = between(source, key.start, key.stop)
    return None if found is None else tuple(found[:: key.step or 1])


def _everything(key: Any) -> bool:
    return isinstance(key, slice) and key.start is None and key.stop is None and key.step is None


def take(call: Call, source: State, rows: Any, columns: Any, *, by_number: bool = False, located: bool = False) -> None:
    """The output holds ``rows`` of the columns its labels or ``columns`` name."""
    out = call.out
    if out.kind in COLUMNAR or source.kind not in COLUMNAR:
        if source.kind is K.ROW and out.kind is K.SERIES:
            make_record(out, out.row or source.labels)
        _below(call, source, columns, by_label(call, source))
        if isinstance(columns, State):
            listed(call, columns)
    else:
        _one(call, source, columns, by_number)
    if _everything(rows):
        _all_rows(call, source)
        return
    keep_index(call, source)
    call.rows_from(source)
    _rows_by(call, source, rows, by_number, located)
    if out.kind is K.ROW and isinstance(rows, State) and rows.kind is K.ROW:  # each label by its own condition
        by_label(call, rows, T.FILTER)
        spread(out, out.columns)


def _below(call: Call, source: State, key: Any, slots: list[int]) -> None:
    """``df["v"]`` of columns (v, min), (v, max): those below a label, which comes off theirs."""
    _told(call, source, {s: under(source, key, call.out.labels[s]) for s in slots})


def _told(call: Call, source: State, found: dict[int, tuple[int, ...]]) -> None:
    """Columns of the output from what was found for them. Nothing: their labels don't tell, but they came from some."""
    for slot, slots in found.items():
        if not slots:
            raise NoRule("a column of a label that its source hasn't")
        call.link((slot,), source, slots, cross=True)


def _one(call: Call, source: State, columns: Any, by_number: bool) -> None:
    """A series or scalar out of a frame or record: a column, a cell, or a whole row."""
    out = call.out
    if source.kind is K.ROW and _everything(columns):
        columns = call.get("key")
    slots = None if _everything(columns) else column_slots(source, columns, by_number)
    if out.kind is K.SERIES and slots is None and (out.row is not None or out.rows == len(source.labels)):
        labels = source.labels if out.row is None else out.row
        make_record(out, labels, name=PLACE if source.kind is K.FRAME else ())
        call.link(out.keys, source, source.levels, cross=True)
        by_label(call, source)
        return
    if source.kind is K.ROW and out.kind is K.SERIES and slots and out.rows == len(slots):  # ``row[["a", "b"]]``
        make_record(out, tuple(source.labels[s] for s in slots))
        call.link(out.columns, source, slots)
        return
    if isinstance(columns, State):
        call.link(values_of(out), columns, values_of(columns), T.CONDITIONAL, cross=True)
    call.link(values_of(out), source, slots or tuple(source.columns), cross=True)


def _all_rows(call: Call, source: State) -> None:
    if call.out.kind in (K.SCALAR, K.ROW):
        call.rows_from(source)
    else:
        keep_rows(call, source)


def _rows_by(call: Call, source: State, rows: Any, by_number: bool, located: bool) -> None:
    """What decided which rows: a mask, the index, or their order."""
    for key in call.states(rows):
        influence_rows(call, key, values_of(key), T.FILTER)
        if not same_rows(key, source):
            influence_rows(call, key, (ROWS,), T.FILTER)
        if not by_number:
            _matched(call, source, key, located)
    if isinstance(rows, Expression):
        influence_rows(call, source, names_in(source, rows.text), T.FILTER)
    elif isinstance(rows, Function):
        influence_rows(call, source, _touched(call, source), T.FILTER)
    elif by_number or (isinstance(rows, slice) and not located):
        influence_rows(call, source, (ORDER,), T.FILTER)
    elif not isinstance(rows, State):
        influence_rows(call, source, source.levels, T.FILTER)


def _matched(call: Call, source: State, key: State, located: bool) -> None:
    """A mask of other rows is aligned by both indexes; labels are looked up in the index, in their order."""
    if (located or source.kind is K.SERIES) and not is_mask(key, source):
        influence_rows(call, source, source.levels, T.FILTER)
        influence_rows(call, key, (ORDER,), T.IDENTITY, target=(ORDER,))
    elif key.kind is K.SERIES and not same_rows(key, source):
        influence_rows(call, source, source.levels, T.JOIN)
        influence_rows(call, key, key.levels, T.JOIN)


def is_mask(key: State, source: State) -> bool:
    """Whether a key says yes or no to each row. Of what has no type that is believed if it is as long."""
    types = [t for t in key.schema.types if t]
    if key.kind is K.INDEX and not types:
        return False
    return all(t.startswith("bool") for t in types) if types else key.rows == source.rows


def _thins(source: State, rows: Any) -> bool:
    return isinstance(rows, slice) or (isinstance(rows, State) and is_mask(rows, source))


def _touched(call: Call, source: State) -> tuple[int, ...]:
    slots = tuple(s for label in call.touched for s in source.at(label))
    return slots or values_of(source)


def _take_column(call: Call, source: State, key: Any) -> bool:
    if isinstance(key, State | list | slice | Function | Expression | Opaque):
        return False
    slots = source.at(key)
    if not slots:
        return False
    call.link((0,), source, slots, cross=True)
    keep_rows(call, source)
    return True


def _selects_rows(source: State, out: State, key: Any) -> bool:
    if isinstance(key, slice | Expression):
        return True
    if source.kind not in COLUMNAR:
        return True
    if source.kind is K.ROW and isinstance(key, State):
        return key.kind in MASKS or key.kind is K.ROW
    if isinstance(key, State):
        return key.kind in MASKS and out.kind is K.FRAME and out.labels == source.labels
    if isinstance(key, list):
        return bool(key) and all(isinstance(k, bool) for k in key) and len(key) != len(out.labels)
    return isinstance(key, Function | Opaque) and out.labels == source.labels


__all__ = ["ALL", "Cross", "Get", "Locate", "become", "column_slots", "is_mask", "split_key", "take"]
