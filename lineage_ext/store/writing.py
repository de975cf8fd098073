"""From Runs to rows, within one transaction: ``Writer`` interns what repeats and remembers what it may keep.

Rows go in by as few statements as can be: each lets go of the interpreter lock once, and a busy user thread may take
5 ms to give it back (1 000 rows one by one: 12 ms and more, by 64: 1 ms).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from lineage_ext.graph.interning import Interned, map_key
from lineage_ext.graph.tables import uuid_number
from lineage_ext.model import (
    CodeFacet,
    ColumnMap,
    Dataset,
    DatasetKind,
    Facet,
    Position,
    Run,
    RunKind,
    RunState,
    Schema,
)
from lineage_ext.session.note import Notes
from lineage_ext.store import plain, waiting
from lineage_ext.store.ids import Ids, New, chunks, insert

POSITION = 'file, line, end_line, "column", end_column, text'


class Marks:
    """A set of numbers in little more than a bit each."""

    def __init__(self) -> None:
        self._pages: dict[int, int] = {}

    def add(self, number: int) -> bool:
        """Mark a number; whether it was new."""
        page = self._pages.get(number >> 10, 0)
        bit = 1 << (number & 1023)
        self._pages[number >> 10] = page | bit
        return not page & bit

    def discard(self, number: int) -> None:
        """Take a mark away."""
        self._pages[number >> 10] &= ~(1 << (number & 1023))


class Writer:
    """Puts the Runs of one session into one database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._session: int | None = None
        self._prefix = ""
        self._at = 0
        self._executions: dict[str, int] = {}
        self._marks = Marks()
        self._marked: list[int] = []
        self._names, self._positions = Ids(db, "name", "text", "text"), Ids(db, "position", POSITION, "")
        self._schemas, self._maps, self._blobs = (Ids(db, t, "hash, body") for t in ("schema", "col_map", "blob"))
        self._ids = (self._names, self._positions, self._schemas, self._maps, self._blobs)  # others hold names
        # numbers of values seen by identity, so that each is hashed once and not per run
        self._schema_numbers: Interned[Schema] = Interned(attrgetter("identity"))
        self._map_numbers: Interned[ColumnMap] = Interned(map_key)
        self._position_numbers: Interned[Position] = Interned()

    def write(self, runs: Sequence[tuple[str, Run]], notes: Sequence[Notes] = ()) -> None:
        """All of ``runs`` ("start" or "end", Run) and ``notes``, or nothing. Raises sqlite3.Error."""
        self._db.execute("BEGIN IMMEDIATE")
        committed = False
        try:
            self._rows(runs)
            for some in notes:
                self._note(some)
            self._db.execute("COMMIT")
            committed = True
        finally:
            self._done(committed)

    def _done(self, committed: bool) -> None:
        if not committed:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            for number in self._marked:
                self._marks.discard(number)
        self._marked.clear()
        for ids in self._ids:
            ids.done(committed)

    def _rows(self, runs: Iterable[tuple[str, Run]]) -> None:
        executions: dict[int, tuple[Any, ...]] = {}
        operations, datasets = [], []
        for _, run in runs:
            if run.kind is RunKind.SESSION:
                self._put_session(run)
            elif run.kind is RunKind.CELL:
                executions[run.no] = self._execution(run)
            else:
                datasets += [self._dataset(d) for d in (*run.inputs, *run.outputs) if self._is_new(d.no)]
                operations.append(self._operation(run))
        for ids in self._ids:
            ids.settle()
        for table, rows in (("execution", list(executions.values())), ("dataset", datasets), ("op", operations)):
            for some in chunks(rows):
                insert(self._db, f"INSERT OR REPLACE INTO {table}", some)

    def _note(self, notes: Notes) -> None:
        if notes.operations:
            row = (self._session, notes.operations[-1].at, plain.storable(plain.dumps(waiting.body(notes))))
            self._db.execute("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", row)
        if notes.explained:
            self._db.execute("DELETE FROM waiting WHERE session = ? AND at <= ?", (self._session, notes.explained))

    def _put_session(self, run: Run) -> None:
        self._prefix = f"{run.job.name}/"
        space, name = plain.storable(run.job.namespace), plain.storable(run.job.name)
        values = (run.no, space, name, str(run.state), run.started, run.ended, _facets(run.facets))
        known = self._db.execute("SELECT session FROM session WHERE id = ?", (run.id,)).fetchone()
        if known:
            self._session = known[0]
            self._db.execute(
                "UPDATE session SET no=?, namespace=?, name=?, state=?, started=?, ended=?, facets=? WHERE session=?",
                (*values, self._session),
            )
        else:
            self._session = self._db.execute(
                "INSERT INTO session (no, namespace, name, state, started, ended, facets, id) VALUES (?,?,?,?,?,?,?,?)",
                (*values, run.id),
            ).lastrowid

    def _execution(self, run: Run) -> tuple[Any, ...]:
        self._executions[run.id] = run.no
        code: CodeFacet | None = run.facet(CodeFacet)
        source = self._blob(code.source) if code else None
        if code:
            rest = replace(code, source="")
            others: tuple[Facet, ...] = (rest, *(f for f in run.facets if f is not code))
        else:
            others = run.facets
        cell_id = plain.storable(code.cell_id) if code else None
        return (
            self._session, run.no, run.id, run.parent_id, self._name(run.job.name), _state(run.state), run.started,
            run.ended, source, cell_id, code.execution_count if code else None, _facets(others),
        )  # fmt: skip

    def _operation(self, run: Run) -> tuple[Any, ...]:
        self._at += 1
        return (
            self._session, self._at, run.no, _id(run.id), self._executions.get(run.parent_id or ""),
            self._name(run.job.name), _state(run.state), run.started,
            None if run.ended is None else run.ended - run.started,
            _numbers(run.inputs), _numbers(run.outputs), self._map(run.column_map),
            None if run.position is None else self._position(run.position), run.within,
            None if run.count == 1 else run.count, _facets(run.facets) if run.facets else None,
        )  # fmt: skip

    def _is_new(self, number: int) -> bool:
        new = self._marks.add(number)
        if new:
            self._marked.append(number)
        return new

    def _dataset(self, d: Dataset) -> tuple[Any, ...]:
        usual = d.namespace == "inmemory://" and d.name == f"{self._prefix}{d.no}"
        return (
            self._session, d.no, self._schema(d), d.rows, d.of, None if usual else self._name(d.namespace),
            None if usual else self._name(d.name), _facets(d.facets) if d.facets else None,
        )  # fmt: skip

    # -- what repeats ------------------------------------------------------------------------------------------------
    def _name(self, text: str) -> int | New:
        found = self._names.get(text)
        if found is None:
            shown = plain.storable(text)
            found = self._names.put(text, shown, (shown,))
        return found

    def _schema(self, d: Dataset) -> int | New:
        key = (self._schema_numbers.put(d.schema), d.kind)
        return _hashed(self._schemas, key, lambda: _schema_body(d.schema, d.kind))

    def _map(self, column_map: ColumnMap) -> int | New | None:
        if not column_map.blocks:
            return None
        key = self._map_numbers.put(column_map)
        return _hashed(self._maps, key, lambda: plain.dumps(plain.column_map(column_map)))

    def _blob(self, text: str) -> int | New:
        return _hashed(self._blobs, blake2b(text.encode(errors="replace")).digest(), lambda: text)

    def _position(self, p: Position) -> int | New:
        key = self._position_numbers.put(p)
        found = self._positions.get(key)
        if found is None:
            values = (self._name(p.file), p.line, p.end_line, p.column, p.end_column, plain.storable(p.text))
            found = self._positions.put(key, None, values)
        return found


def _hashed(ids: Ids, key: Any, body: Callable[[], str]) -> int | New:
    found = ids.get(key)
    if found is None:
        text = plain.storable(body())
        hashed = blake2b(text.encode(), digest_size=16).digest()
        found = ids.put(key, hashed, (hashed, text))
    return found


def _schema_body(schema: Schema, kind: DatasetKind) -> str:
    stored = plain.schema(schema)
    return plain.dumps(stored if kind is schema.kind else {**stored, "dataset_kind": str(kind)})


def _facets(facets: Iterable[Facet]) -> str | None:
    stored = plain.facets(facets)
    return plain.storable(plain.dumps(stored)) if stored else None


def _state(state: RunState) -> str | None:
    return None if state is RunState.COMPLETE else str(state)


def _numbers(datasets: Sequence[Dataset]) -> int | str | None:
    if not datasets:
        return None
    return datasets[0].no if len(datasets) == 1 else f"[{','.join(str(d.no) for d in datasets)}]"


def _id(text: str) -> bytes | str:
    number = uuid_number(text)
    return text if number is None else number.to_bytes(16, "big")
