"""What is kept of arguments that lead to data outside, for ``snapshot``: the names of files and databases."""

from __future__ import annotations

import io
import itertools
import os
import sqlite3
import weakref
from typing import Any

from lineage_ext.capture.caller import users
from lineage_ext.capture.dtypes import described
from lineage_ext.capture.log import EXTERNAL, OPAQUE
from lineage_ext.kinds import among, kept, module_of, name_of, static

_PLAIN = frozenset({str, int, bool, float, type(None), list, tuple, dict})
_BUFFERED = frozenset({io.BufferedReader, io.BufferedWriter, io.BufferedRandom})


def file(value: Any) -> Any:
    """An open file."""
    try:
        while (within := _within(value)) is not None:  # which the wrapper would ask, perhaps the user's
            value = within
        name = kept(value, "name") if users(type(value)) else getattr(value, "name", None)
    except ValueError:  # detached, closed
        name = None
    return (EXTERNAL, "file", name) if isinstance(name, str) else (OPAQUE, name_of(type(value)), None)


def _within(value: Any) -> Any:
    """What Python's or pandas' own wrapper of a file is around; None of anything else."""
    kind = type(value)
    if kind is io.TextIOWrapper:
        return value.buffer
    if among(kind, _BUFFERED):
        return value.raw
    if module_of(kind) in {"bz2", "lzma"}:
        return kept(value, "_fp")
    return kept(value, "buffer") if module_of(kind) == "pandas.io.common" and static(kind, "__getattr__") else None


def path(value: Any) -> Any:
    """Of the user's classes only readers and writers ask for the path (``asked``): ``__fspath__`` may do anything."""
    return (OPAQUE, name_of(type(value)), None) if users(type(value)) else os.fspath(value)


def asked(value: Any) -> Any:
    """An argument of a function that reads or writes files: of a path of the user's own class its text."""
    kind = type(value)
    if type(kind) is type and kind in _PLAIN:  # nearly all of a reader's 49
        return value
    if static(kind, "__fspath__") is None or not users(kind):
        return value
    try:
        return os.fspath(value)
    except Exception:  # the user's, who is told when pandas asks
        return value


def excel(value: Any) -> Any:
    """A workbook, or a file of HDF5. pandas has made a text of its path; without one it may be a file of the user's."""
    paths = (kept(value, name) for name in ("_io", "_path"))
    path = next((path for path in paths if issubclass(type(path), str)), None)
    return described(value) if path is None else (EXTERNAL, "file", str.__str__(path))


def handled(value: Any) -> Any:
    """What holds an open file of its own: a writer of workbooks, a reader in chunks."""
    handles = kept(value, "handles") or kept(value, "_handles")
    found = file(kept(handles, "handle"))
    return (EXTERNAL, "file", os.path.abspath(found[2])) if found[0] is EXTERNAL else described(value)


def workbook(value: Any) -> Any:
    """A writer of workbooks: what it writes is beside what it wrote before."""
    found = handled(value)
    return (EXTERNAL, "workbook", found[2]) if found[0] is EXTERNAL else found


_memories = itertools.count(1)
_of_connections: dict[int, tuple[int, int]] = {}  # id → number of its database, how often its tables changed
_of_engines: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()


def _in_memory(connection: Any, cursor: Any) -> str:
    """The number of a database in memory, which only its connection leads to; none for the first.

    A connection can't be held, nor weakly. One with the id of another that is gone has fewer tables than that had.
    """
    (changes,) = cursor.execute("PRAGMA schema_version").fetchone()
    number, before = _of_connections.get(id(connection), (0, 0))
    if not number or changes < before:
        number = next(_memories)
    _of_connections[id(connection)] = number, changes
    return str(number) if number > 1 else ""


def engine(value: Any) -> Any:
    """SQLAlchemy's, or a connection of it. Each has databases in memory of its own."""
    own = getattr(value, "engine", value)
    if own.url.drivername.startswith("sqlite") and own.url.database in {None, "", ":memory:"}:
        number = _of_engines.get(own) or _of_engines.setdefault(own, next(_memories))
        return (EXTERNAL, "sql", f"sqlite:///:memory:{number if number > 1 else ''}")
    return (EXTERNAL, "sql", own.url.render_as_string(hide_password=True))


def sqlite(value: Any) -> Any:
    """A connection: only it knows its file."""
    try:
        cursor = sqlite3.Connection.cursor(value)  # of our own: the user's, and the row factory, stay as they are
        cursor.row_factory = None
        for _, name, file in cursor.execute("PRAGMA database_list"):
            if name == "main":
                return (EXTERNAL, "sql", "sqlite:///" + (file or f":memory:{_in_memory(value, cursor)}"))
    except sqlite3.Error:  # closed, or another thread's
        pass
    return described(value)
