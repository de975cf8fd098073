"""What the interpreter knows of every State, in arrays: 28 bytes each, so a session may make millions.

Schemas are interned: one object per distinct schema of the session, so that shapes compare by identity.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from typing import Any

from lineage_ext.capture.labels import as_label
from lineage_ext.capture.log import ALIAS, ARRAY, FRAME, GROUPED, INDEX, SCALAR, SERIES, VALUE
from lineage_ext.model import DatasetKind, Schema
from lineage_ext.model.schema import identity
from lineage_ext.rules.call import Records, State

UNKNOWN, NO_DATA = -1, -2  # instead of the place of a schema
MOST_LABEL_NUMBERS = 2_048  # four times what capture keeps
MOST_RECORDS = 1_024
KINDS = {
    FRAME: DatasetKind.FRAME,
    SERIES: DatasetKind.SERIES,
    GROUPED: DatasetKind.GROUPED,
    ARRAY: DatasetKind.ARRAY,
    INDEX: DatasetKind.INDEX,
    SCALAR: DatasetKind.SCALAR,
    VALUE: DatasetKind.VALUE,
}


class States:
    """The table of States, and the session's schemas and label sets."""

    def __init__(self, first: int = 0) -> None:
        self._first = first  # numbers go on from one session to the next: this one's arrays begin here
        self._schema = array("i")
        self._rows = array("q")
        self._rowset = array("q")
        self._schemas: list[Schema] = []
        self._interned: dict[Hashable, Schema] = {}
        self._places: dict[int, int] = {}  # id(schema) → position in _schemas
        self._labels: dict[int, tuple[Hashable, ...]] = {}
        self._label_sets: dict[Hashable, tuple[Hashable, ...]] = {}
        self._types: dict[Any, str] = {}
        self._records: dict[int, Records] = {}  # of frames whose columns are records

    def intern(self, schema: Schema) -> Schema:
        """The session's one copy of a schema."""
        at = self._places.get(id(schema))
        if at is not None and self._schemas[at] is schema:
            return schema
        key = schema.identity
        known = self._interned.get(key)
        if known is None:
            known = self._interned[key] = schema
            self._places[id(schema)] = len(self._schemas)
            self._schemas.append(schema)
        return known

    def name_labels(self, number: int, raw: Any) -> None:
        """Remember what a labels number stands for (converted here, off the user's thread)."""
        if isinstance(raw, int):  # too wide to name
            labels: tuple[Hashable, ...] = tuple(range(raw))
        else:
            labels = tuple(map(_hashable, raw.tolist() if hasattr(raw, "tolist") else raw))
        self._labels[number] = self._label_sets.setdefault(identity(labels), labels)
        if len(self._label_sets) > MOST_LABEL_NUMBERS:
            self._label_sets.clear()
        if (
            len(self._labels) > MOST_LABEL_NUMBERS
        ):  # capture numbers anew what it forgot, so the oldest aren't asked for
            for old in list(self._labels)[: MOST_LABEL_NUMBERS // 4]:
                del self._labels[old]

    def labels(self, number: int) -> tuple[Hashable, ...]:
        """What was named by a labels number."""
        return self._labels.get(number, ())

    def __contains__(self, number: int) -> bool:
        return self._at(number) >= 0

    def _at(self, number: int) -> int:
        at = number - self._first
        return self._schema[at] if 0 <= at < len(self._schema) else UNKNOWN

    def drop(self, state: State) -> None:
        """Nothing tracked went into it: what it is given to isn't made from it either."""
        self.settle(state)
        self._schema[state.no - self._first] = NO_DATA

    def dropped(self, number: int) -> bool:
        """Whether that was said of a State."""
        return self._at(number) == NO_DATA

    def get(self, number: int) -> State:
        """A State by number; one never described is a VALUE without columns."""
        if number not in self:
            return State(number, DatasetKind.VALUE, self.intern(Schema(DatasetKind.VALUE, (None,))), None, number)
        at = number - self._first
        schema = self._schemas[self._schema[at]]
        rows = self._rows[at]
        state = State(number, schema.kind, schema, rows if rows >= 0 else None, self._rowset[at])
        state.records = self._records.get(number)
        return state

    def settle(self, state: State) -> None:
        """Remember a State as it is now."""
        at = state.no - self._first
        missing = at + 1 - len(self._schema)
        if missing > 0:
            self._schema.extend([UNKNOWN] * missing)
            self._rows.extend([-1] * missing)
            self._rowset.extend([0] * missing)
        state.schema = self.intern(state.schema)
        self._schema[at] = self._places[id(state.schema)]
        self._rows[at] = -1 if state.rows is None else state.rows
        self._rowset[at] = state.rowset or state.no
        if state.records is not None:
            self._records[state.no] = state.records
            if len(self._records) > MOST_RECORDS:
                del self._records[next(iter(self._records))]

    def new(
        self,
        number: int,
        kind: DatasetKind,
        labels: tuple[Hashable, ...],
        index: tuple[Hashable, ...],
        rows: int | None,
        rowset: int,
    ) -> State:
        """A State that stands for a reconstructed value."""
        state = State(number, kind, self.intern(Schema(kind, labels, index)), rows, rowset or number)
        self.settle(state)
        return state

    def output(self, atoms: list[Any]) -> State:
        """The State described by an output's atoms (see ``log``)."""
        number, kind, labels, names, rows, name, of, _, *types = atoms
        if kind == ALIAS:
            return self.get(number)
        schema, row = self._describe(kind, labels, names, name, types)
        return State(number, schema.kind, schema, rows, number, of or None, row)

    def add(self, atoms: list[Any], parent: State | None) -> State:
        """An object that no operation made: a row if its index is a known frame's columns."""
        state = self.output(atoms)
        if (
            state.kind is DatasetKind.SERIES
            and state.row is not None
            and (parent is None or parent.kind is not DatasetKind.SERIES)
        ):
            state.kind = DatasetKind.ROW
            state.schema = self.intern(Schema(DatasetKind.ROW, state.row))
        self.settle(state)
        return state

    def _describe(
        self, kind: int, labels: int, names: Any, name: Any, types: list[Any]
    ) -> tuple[Schema, tuple[Hashable, ...] | None]:
        index = names if isinstance(names, tuple) else (names,)
        if kind == FRAME:
            columns = self._labels.get(labels, ())
            return self.intern(Schema(DatasetKind.FRAME, columns, index, (), self._types_of(types, len(columns)))), None
        if kind == SERIES:
            schema = Schema(DatasetKind.SERIES, (name,), index, (), (self._type(types[0]),))
            return self.intern(schema), self._labels.get(labels) if labels >= 0 else None
        of_kind = KINDS[kind]
        if of_kind is DatasetKind.INDEX:
            return self.intern(Schema(of_kind, (), index)), None
        return self.intern(
            Schema(of_kind, (None,), (), (), (str(name),) if of_kind is DatasetKind.SCALAR else ())
        ), None

    def _types_of(self, dtypes: list[Any], n: int) -> tuple[str, ...]:
        """Type names by column, from the (dtype, placement) pairs of an output, or the dtypes of all columns."""
        if len(dtypes) == 1:
            return tuple(map(self._type, dtypes[0]))
        if len(dtypes) == 2:
            return (self._type(dtypes[0]),) * n
        found = [""] * n
        for dtype, placement in zip(dtypes[::2], dtypes[1::2], strict=True):
            name = self._type(dtype)
            for at in placement:
                found[at] = name
        return tuple(found)

    def _type(self, dtype: Any) -> str:
        kind = type(dtype)
        if kind.__module__.startswith("numpy"):
            known = self._types.get(dtype)
            if known is None:
                known = self._types[dtype] = str(dtype)
            return known
        return str(getattr(dtype, "name", dtype))  # CategoricalDtype hashes its categories: never a dict key


def _hashable(label: Any) -> Hashable:
    """pandas lets a list be a label; it is known by its text here."""
    label = as_label(label)
    try:
        hash(label)
    except TypeError:
        return repr(label)
    known: Hashable = label
    return known
