"""Reading sessions back: which there are, their Runs as they were passed on, or a LineageGraph of one."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lineage_ext.errors import StoreError, UnknownName
from lineage_ext.graph import LineageGraph
from lineage_ext.model import (
    CodeFacet,
    ColumnMap,
    Dataset,
    DatasetKind,
    Facet,
    Job,
    Position,
    Run,
    RunKind,
    RunState,
    Schema,
)
from lineage_ext.store import plain, running
from lineage_ext.store.ddl import VERSION
from lineage_ext.store.waiting import Told


@dataclass(frozen=True, slots=True)
class Stored:
    """A session in a store: its run, and how many cells and operations it has.

    Without an end it is START as long as its process runs, and ABORT if that was killed (on Windows: in any case).
    """

    run: Run
    cells: int
    operations: int


def sessions(path: Path | str) -> list[Stored]:
    """The sessions of a store, latest first. Raises StoreError."""
    alive = running.held(Path(path).parent)
    with closing(_open(path)) as db:
        return [Stored(_session(row, alive), *_counts(db, row["session"])) for row in _session_rows(db)]


def load(path: Path | str, session_id: str | None = None) -> LineageGraph:
    """The graph of a session (by id or its beginning; None: the latest). Raises StoreError, UnknownName."""
    graph = LineageGraph()
    for run in runs(path, session_id):
        graph.on_end(run)
    return graph


def runs(path: Path | str, session_id: str | None = None) -> Iterator[Run]:
    """The Runs of a session: itself, its cells in order of start, its operations by end. Raises as ``load``."""
    alive = running.held(Path(path).parent)
    with closing(_open(path)) as db:
        try:
            yield from Reader(db, _find(db, session_id), alive).runs()
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{path} can't be read: {error}") from error


def _open(path: Path | str) -> sqlite3.Connection:
    path = Path(path)
    if not path.exists():
        raise StoreError(
            f"there is no store at {path}; a notebook with %load_ext lineage_ext, or lineage run, makes one in its "
            "project; --store names another"
        )
    try:
        db = _connect(path)
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise StoreError(f"{path} can't be read: {error}") from error
    if version != VERSION:
        db.close()
        if not version:
            raise StoreError(f"{path} is no store of lineage_ext, or an empty one")
        raise StoreError(f"{path} has version {version}, this lineage_ext reads version {VERSION}")
    return db


def _connect(path: Path) -> sqlite3.Connection:
    """Read-only; where even the side files of WAL can't be made, as a file that nobody changes."""
    where = path.resolve().as_uri()
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        db = sqlite3.connect(f"{where}?{mode}", uri=True, isolation_level=None, timeout=5, check_same_thread=False)
        db.row_factory = sqlite3.Row
        try:
            db.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            db.close()
            if "immutable" in mode:
                raise
        else:
            return db
    raise AssertionError


def _session_rows(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM session ORDER BY started DESC, session DESC").fetchall()


def _find(db: sqlite3.Connection, session_id: str | None) -> sqlite3.Row:
    rows = _session_rows(db)
    if not rows:
        raise StoreError("no session was recorded yet")
    found = rows[:1] if session_id is None else [r for r in rows if r["id"].startswith(session_id)]
    if len(found) != 1:
        raise UnknownName(
            "session", session_id or "latest", [r["id"] for r in rows], "several begin so" if found else ""
        )
    return found[0]


def _counts(db: sqlite3.Connection, number: int) -> tuple[int, int]:
    count = [
        db.execute(f"SELECT count(*) FROM {t} WHERE session = ?", (number,)).fetchone()[0] for t in ("execution", "op")
    ]
    return count[0], count[1] + len(Told.of(db, number).rows)


def _session(row: sqlite3.Row, alive: Collection[str]) -> Run:
    return Run(
        row["no"], row["id"], RunKind.SESSION, _state(row, row["id"] in alive), Job(row["namespace"], row["name"]),
        row["started"], row["ended"], facets=_facets(row["facets"]),
    )  # fmt: skip


def _state(row: sqlite3.Row, runs: bool) -> RunState:
    state = RunState(row["state"] or "COMPLETE")
    return RunState.ABORT if state is RunState.START and not runs else state


def _facets(stored: str | None) -> tuple[Facet, ...]:
    return plain.facets_from(json.loads(stored)) if stored else ()


class Reader:
    """Turns the rows of one session into Runs. What is interned is read once."""

    def __init__(self, db: sqlite3.Connection, session: sqlite3.Row, alive: Collection[str] = ()) -> None:
        self._db = db
        self._session = session
        self._alive = alive
        self._number = session["session"]
        self._namespace = session["namespace"]
        self._ids: dict[int, str] = {}
        self._datasets: dict[int, Dataset] = {}
        for name in ("name", "schema", "col_map", "position"):
            setattr(self, f"_{name}", cache(getattr(self, f"_{name}")))

    def runs(self) -> Iterator[Run]:
        """The session, its cells, its operations; those that aren't explained last."""
        session, last = _session(self._session, self._alive), 0
        yield session
        for row in self._rows("execution", "started, no"):
            self._ids[row["no"]] = row["id"]
            last = max(last, row["no"])
            yield self._execution(row)
        for row in self._rows("dataset", "no"):
            self._datasets[row["no"]] = self._dataset(row)
        for row in self._rows("op", "at"):
            yield self._operation(row)
            last = max(last, row["no"])
        yield from Told.of(self._db, self._number).runs(session, self._ids, self._datasets, last + 1)

    def _rows(self, table: str, order: str) -> Iterator[sqlite3.Row]:
        return iter(self._db.execute(f"SELECT * FROM {table} WHERE session = ? ORDER BY {order}", (self._number,)))

    def _execution(self, row: sqlite3.Row) -> Run:
        facets = _facets(row["facets"])
        if row["source"] is not None:
            source = self._one("SELECT body FROM blob WHERE id = ?", row["source"])
            facets = tuple(replace(f, source=source) if isinstance(f, CodeFacet) else f for f in facets)
        return Run(
            row["no"], row["id"], RunKind.CELL, _state(row, self._session["id"] in self._alive),
            Job(self._namespace, self._name(row["name"])), row["started"], row["ended"], row["parent_id"],
            facets=facets,
        )  # fmt: skip

    def _operation(self, row: sqlite3.Row) -> Run:
        took = row["took"]
        run_id = row["id"] if isinstance(row["id"], str) else str(uuid.UUID(bytes=row["id"]))
        return Run(
            row["no"], run_id, RunKind.OPERATION, RunState(row["state"] or "COMPLETE"),
            Job(self._namespace, self._name(row["name"])), row["started"],
            None if took is None else row["started"] + took, self._ids.get(row["execution"], self._session["id"]),
            tuple(self._datasets[n] for n in _numbers(row["inputs"])),
            tuple(self._datasets[n] for n in _numbers(row["outputs"])),
            self._col_map(row["col_map"]), self._position(row["position"]), row["within"],
            1 if row["count"] is None else row["count"], _facets(row["facets"]),
        )  # fmt: skip

    def _dataset(self, row: sqlite3.Row) -> Dataset:
        kind, schema = self._schema(row["schema"])
        no = row["no"]
        usual = row["name"] is None
        return Dataset(
            no, kind, schema, "inmemory://" if usual else self._name(row["namespace"]),
            f"{self._session['name']}/{no}" if usual else self._name(row["name"]), row["rows"], row["of"],
            _facets(row["facets"]),
        )  # fmt: skip

    # -- what repeats ------------------------------------------------------------------------------------------------
    def _one(self, query: str, key: Any) -> Any:
        return self._db.execute(query, (key,)).fetchone()[0]

    def _name(self, key: int) -> str:
        return str(self._one("SELECT text FROM name WHERE id = ?", key))

    def _schema(self, key: int) -> tuple[DatasetKind, Schema]:
        stored = json.loads(self._one("SELECT body FROM schema WHERE id = ?", key))
        return DatasetKind(stored.get("dataset_kind", stored["kind"])), plain.schema_from(stored)

    def _col_map(self, key: int | None) -> ColumnMap:
        if key is None:
            return ColumnMap()
        return plain.column_map_from(json.loads(self._one("SELECT body FROM col_map WHERE id = ?", key)))

    def _position(self, key: int | None) -> Position | None:
        if key is None:
            return None
        row = self._db.execute("SELECT * FROM position WHERE id = ?", (key,)).fetchone()
        return Position(
            self._name(row["file"]), row["line"], row["end_line"], row["column"], row["end_column"], row["text"]
        )


def _numbers(stored: int | str | None) -> list[int]:
    if stored is None:
        return []
    return [stored] if isinstance(stored, int) else json.loads(stored)
