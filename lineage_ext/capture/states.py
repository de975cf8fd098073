"""What the interpreter knows of every State, in arrays: 28 bytes each, so a session may make millions.

Schemas are interned: one object per distinct schema of the session, so that shapes compare by identity.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from typing import Any

from lineage_ext.capture.label_table import LabelTable
from lineage_ext.capture.log import ALIAS, ARRAY, FRAME, GROUPED, INDEX, SCALAR, SERIES, VALUE
from lineage_ext.model import DatasetKind, Schema
from lineage_ext.rules.call import RecordColumns, State

UNKNOWN, NO_DATA = -1, -2  # instead of the place of a schema
NO_LABELS = -1  # instead of their number, in an output
LABELS_OF = 2  # place in an output of the number of its labels
MOST_OF_RECORDS = 1_024
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
        self.labels = LabelTable()
        self._types: dict[Any, str] = {}
        self._records: dict[int, RecordColumns] = {}  # of frames whose columns are records

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
            if len(self._records) > MOST_OF_RECORDS:
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

    def pin(self, atoms: list[Any]) -> None:
        """An output that is looked up later: its labels' number may be forgotten by then."""
        if atoms[LABELS_OF] != NO_LABELS:
            atoms[LABELS_OF] = self.labels.of(atoms[LABELS_OF])

    def _labels_of(self, labels: int | tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        return labels if isinstance(labels, tuple) else self.labels.of(labels)

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
        self, kind: int, labels: int | tuple[Hashable, ...], names: Any, name: Any, types: list[Any]
    ) -> tuple[Schema, tuple[Hashable, ...] | None]:
        index = names if isinstance(names, tuple) else (names,)
        if kind == FRAME:
            columns = self._labels_of(labels)
            return self.intern(Schema(DatasetKind.FRAME, columns, index, (), self._types_of(types, len(columns)))), None
        if kind == SERIES:
            schema = Schema(DatasetKind.SERIES, (name,), index, (), (self._type(types[0]),))
            return self.intern(schema), self._labels_of(labels) if labels != NO_LABELS else None
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
