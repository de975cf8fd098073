"""Numbers of what repeats: each value once in its table, found there by a hash or text.

A statement lets go of the interpreter lock, and a busy user thread may take 5 ms to give it back: so what a transaction
meets for the first time is looked up and put in together. Until then a row that refers to it holds a ``New``, whose
number SQLite's binding asks for when the row itself is put in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, TypeVar

SIZES = (64, 32, 16)  # of statements for many; fewer have one that is as wide as they are
MOST_KNOWN = 50_000
T = TypeVar("T")


class New:
    """A value that this transaction met first. ``id`` is known once ``Ids.settle`` was called."""

    __slots__ = ("found_by", "id", "values")

    def __init__(self, found_by: Any, values: tuple[Any, ...]) -> None:
        self.found_by = found_by
        self.values = values
        self.id = 0

    def __conform__(self, protocol: object) -> int:
        """What SQLite stores of it."""
        return self.id


class Ids:
    """Those of one table. What a transaction added is forgotten again if it is rolled back.

    ``column`` is unique and tells a value that is there; with "" there may be several rows of one value.
    """

    def __init__(self, db: sqlite3.Connection, table: str, columns: str, column: str = "hash") -> None:
        self._db = db
        self._find = f"SELECT {column}, id FROM {table} WHERE {column} IN " if column else ""
        self._insert = f"INSERT INTO {table} ({columns})"
        self._known: dict[Any, int | New] = {}
        self._fresh: list[Any] = []
        self._new: dict[Any, New] = {}  # by what finds them: two keys may have one row

    def get(self, key: Any) -> int | New | None:
        """The id of a value met before."""
        return self._known.get(key)

    def put(self, key: Any, found_by: Any, values: tuple[Any, ...]) -> New:
        """The id that a value gets, which is found by ``found_by`` (None: by nothing) if it is there."""
        place = (key,) if found_by is None else found_by
        new = self._new.get(place)
        if new is None:
            new = self._new[place] = New(found_by, values)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = new
        self._fresh.append(key)
        return new

    def settle(self) -> None:
        """Find or put in what is new."""
        if not self._new:
            return
        for some in chunks([new for new in self._new.values() if new.found_by is not None]):
            sought = [new.found_by for new in some]
            for found_by, at in self._db.execute(f"{self._find}({','.join('?' * len(some))})", sought).fetchall():
                self._new[found_by].id = at
        for some in chunks([new for new in self._new.values() if not new.id]):
            last = insert(self._db, self._insert, [new.values for new in some])
            for new, at in zip(some, range(last - len(some) + 1, last + 1), strict=True):  # no other writer is between
                new.id = at

    def done(self, committed: bool) -> None:
        """The transaction ended."""
        for key in self._fresh:
            new = self._known.pop(key, None)
            if committed and isinstance(new, New):
                self._known[key] = new.id
        self._fresh.clear()
        self._new.clear()


def chunks(items: list[T]) -> Iterator[list[T]]:
    """As few as there are with statements of a few widths: SQLite reads each once, which takes as long as it runs."""
    at = 0
    for size in SIZES:
        while len(items) - at >= size:
            yield items[at : at + size]
            at += size
    if at < len(items):
        yield items[at:]


def insert(db: sqlite3.Connection, head: str, rows: list[tuple[Any, ...]]) -> int:
    """Put in rows of one width by one statement, which begins with ``head``. Returns the rowid of the last."""
    marks = f"({','.join('?' * len(rows[0]))})"
    statement = f"{head} VALUES {','.join([marks] * len(rows))}"
    return db.execute(statement, [value for row in rows for value in row]).lastrowid or 0
