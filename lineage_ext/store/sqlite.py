"""The store on disk: every session of a project in one SQLite file, written in batches beside the user's work.

What a session passes on together (within a quarter of a second) goes in as one transaction, or as some if there is
much of it to explain. Each statement lets go of the interpreter lock, which costs a thread that computes beside it
70 µs to take and to get back: a transaction for each start and each end of a cell were 24 in the demo's second.

WAL with synchronous NORMAL: a killed process loses what waited, a power cut may lose the last transactions, neither
damages the file. No failure leaves this file: when the disk is full or read-only, the session goes on in memory and
``note`` is told once. A damaged file is moved aside, not deleted.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lineage_ext import guard
from lineage_ext.model import Run, RunKind
from lineage_ext.session import Sample
from lineage_ext.session.note import Notes
from lineage_ext.store.ddl import TABLES, VERSION, WAITING

if TYPE_CHECKING:
    from lineage_ext.store.writing import Writer

BATCH = 2_000  # runs; more wait for no flush
PATIENCE = 0.1  # s that what the session passes on may wait for the rest of it
BUSY = 2_000  # ms to wait for other writers; then the batch waits for the next flush
LAST = 10.0  # s to wait for them at the end, when there is no next one
MOST_WAITING = 200_000


class SqliteStore:
    """Processor that writes one session to ``path``. ``note`` takes a sentence for the user when it has to give up."""

    patient = True

    def __init__(self, path: Path | str, note: Callable[[str], None] | None = None) -> None:
        self.path = Path(path)
        self.note = note or (lambda text: guard.report("store", text))
        self.writing = True
        self._waiting: list[tuple[str, Run]] = []
        self._notes: list[Notes] = []
        self._open: dict[str, Run] = {}  # the session and its running cells
        self._db: sqlite3.Connection | None = None
        self._writer: Writer | None = None
        self._moved = False
        self._dropped = 0
        self._gathers = False
        self._since = 0.0  # when the first of those that wait came
        self._pid = os.getpid()

    # -- the processor -------------------------------------------------------------------------------------------------
    def on_start(self, run: Run) -> None:
        """Write it at once, or with what is passed on with it: a killed kernel must leave its START behind."""
        self._take("start", run)
        self._written(at_once=True)

    def on_end(self, run: Run) -> None:
        """Put it to the others that wait; the end of a session or cell is written with all before it."""
        self._take("end", run)
        self._written(at_once=run.kind is not RunKind.OPERATION)

    def on_sample(self, sample: Sample) -> None:
        """A cell is running: write what waited long enough."""
        self._written(at_once=False)

    def on_notes(self, notes: Notes) -> None:
        """Write what is told of operations that wait to be explained, until they were."""
        if self.writing:
            for what, run in notes.cells:
                self._take(what, run)
            self._notes.append(notes)
        if not notes.explained:
            self.flush()

    def on_batch(self) -> None:
        """The session passes on what it has, until ``on_flush``: it is written together."""
        self._gathers = True

    def on_flush(self) -> None:
        """The session has passed on all it had."""
        self._gathers = False
        self.flush()

    def close(self) -> None:
        """Write what is left and close the file."""
        until = time.monotonic() + LAST
        self.flush()
        while self._waiting and self.writing and os.getpid() == self._pid and time.monotonic() < until:
            time.sleep(0.02)
            self.flush()
        self._disconnect()
        self.writing = False

    def _take(self, what: str, run: Run) -> None:
        if not self.writing:
            return
        if run.kind is not RunKind.OPERATION:
            self._open.pop(run.id, None)
            if what == "start":
                self._open[run.id] = run
        if not self._waiting:
            self._since = time.monotonic()
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((what, run))
        else:
            self._dropped += 1

    def _written(self, *, at_once: bool) -> None:
        long = self._waiting and time.monotonic() - self._since > PATIENCE
        if (at_once and not self._gathers) or long or len(self._waiting) >= BATCH:
            self.flush()

    # -- writing ---------------------------------------------------------------------------------------------------
    def flush(self) -> None:
        """Write all that waits as one transaction."""
        if not (self._waiting or self._notes) or not self.writing or os.getpid() != self._pid:
            return
        try:
            self._write()
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
        except Exception as error:  # a Run that can't be stored must not hold up the others for ever
            guard.report("store", error)
            self._write_singly()

    def _write(self) -> None:
        if self._writer is None:
            from lineage_ext.store.writing import Writer  # on the worker: %load_ext doesn't wait for it

            self._writer = Writer(self._connect())
            first = self._waiting[0][1] if self._waiting else None
            begun = [] if first is not None and first.kind is RunKind.SESSION else [*self._open.values()]
            self._waiting[:0] = [("start", run) for run in begun]  # a new file in the middle of a session
        self._writer.write(self._waiting, self._notes)
        self._waiting.clear()
        self._notes.clear()

    def _write_singly(self) -> None:
        waiting = self._waiting
        self._notes.clear()
        for at, item in enumerate(waiting):
            self._waiting = [item]
            try:
                self._write()
            except (sqlite3.Error, OSError) as error:
                self._waiting = waiting[at:]
                self._failed(error)
                return
            except Exception as error:
                guard.report("store", error)
        self._waiting = []

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(
            self.path, timeout=BUSY / 1000, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._db = db
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        create(db)
        return db

    def _failed(self, error: Exception) -> None:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            if self._writer is None:
                self._disconnect()  # it had not come to create the tables
            return  # another process writes; the batch waits
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} and not self._moved:
            self._moved = True
            self._begin_anew(error)
        else:
            self._give_up(error)

    def _begin_anew(self, error: Exception) -> None:
        self._disconnect()
        try:
            kept = move_aside(self.path)
        except OSError as problem:
            self._give_up(problem)
            return
        self.note(f"{self.path} couldn't be read ({error}); it was kept as {kept.name} and a new one begun")
        self.flush()

    def _give_up(self, error: Exception) -> None:
        self.writing = False
        self._waiting.clear()
        self._notes.clear()
        self._disconnect()
        self.note(f"{self.path} can't be written ({error}); this session is remembered in memory only")

    def _disconnect(self) -> None:
        self._writer = None
        db, self._db = self._db, None
        if db is not None:
            try:
                db.close()
            except sqlite3.Error as error:
                guard.report("store", error)


class Mismatch(sqlite3.Error):
    """The file was written by another version of ours: left as it is."""


def create(db: sqlite3.Connection) -> None:
    """The tables, unless they are there. Raises Mismatch, sqlite3.Error (then the connection is to be closed)."""
    if _version(db) == 0:
        db.execute("BEGIN IMMEDIATE")
        if _version(db) == 0:  # another process may have been faster
            for statement in TABLES.split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    if _version(db) != VERSION:
        raise Mismatch(f"it has version {_version(db)}, this lineage_ext writes version {VERSION}")
    db.execute(WAITING)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def move_aside(path: Path) -> Path:
    """Rename a database and its side files to ``….corrupt-<time>``. Raises OSError."""
    kept = path.with_name(f"{path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}")
    path.rename(kept)
    for end in ("-wal", "-shm"):
        side = path.with_name(path.name + end)
        if side.exists():
            side.rename(kept.with_name(kept.name + end))
    return kept
