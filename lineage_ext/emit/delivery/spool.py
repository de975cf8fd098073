"""Events on disk, in order: whole lines in segments that only grow, and how far they have been sent.

``<name>-000001.ndjson`` …: written by the session, read and deleted by the courier, which never deletes the newest.
``<name>.sent`` holds how far the oldest one has been sent. A killed writer leaves at most half a line at the end, which
is left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SEGMENT = 1_000_000  # bytes; then the next one begins
_SEGMENT = re.compile(r"(.+)-(\d{6,})\.ndjson")


class Spool:
    """The writer's side: one session's events. Only ``append`` raises: OSError, with nothing written."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.written = 0  # bytes altogether
        self._number = 0
        self._file: int | None = None
        self._size = 0

    def prepare(self) -> None:
        """Make the folder, and say who writes. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / f"{self.name}.pid").write_text(str(os.getpid()))

    def append(self, lines: bytes) -> None:
        """Add whole lines, all of them or none."""
        if self._file is None or self._size >= SEGMENT or not os.fstat(self._file).st_nlink:  # somebody deleted it
            self._next()
        assert self._file is not None
        view = memoryview(lines)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)  # a full disk takes half of it
            raise
        self._size += len(lines)
        self.written += len(lines)

    def waiting(self) -> int:
        """Bytes in the folder, of all sessions, that aren't sent or not yet taken away."""
        return sum(_size(path) for path in segments(self.folder))

    def _next(self) -> None:
        self.prepare()
        number = self._number + 1
        path = self.folder / f"{self.name}-{number:06}.ndjson"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        file = os.open(path, flags, 0o600)
        self.close()
        self._file, self._number, self._size = file, number, 0

    def close(self) -> None:
        """Close the file. The next ``append`` begins a segment."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Backlog:
    """The courier's side: the lines of one session that aren't sent, one at a time. Only ``add`` raises."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self._segment, self._offset = self._progress()
        self._line = b""

    def next(self) -> bytes:
        """The oldest line that isn't sent, its end included; empty when there is none."""
        if self._line:
            return self._line
        known = segments(self.folder, self.name)  # listed before reading: to all but the newest nothing is added
        for path in known:
            if path.name > self._segment:
                self._segment, self._offset = path.name, 0
            self._line = self._read(path) if path.name == self._segment else b""
            if self._line or path == known[-1]:
                break
            path.unlink(missing_ok=True)
        return self._line

    def sent(self) -> None:
        """The line that ``next`` gave needs not be sent again."""
        self._offset += len(self._line)
        self._line = b""
        with suppress(OSError):
            (self.folder / f"{self.name}.sent").write_text(f"{self._segment} {self._offset}")

    def add(self, lines: bytes) -> None:
        """More lines in the place of a writer that is gone; half a line it left is cut off. Raises OSError."""
        for path in segments(self.folder, self.name)[-1:]:
            with path.open("r+b") as file:
                file.seek(file.read().rfind(b"\n") + 1)
                file.truncate()
                file.write(lines)

    def remove(self) -> None:
        """Delete all of it; what says that the session is over goes last."""
        for path in sorted(self.folder.glob(f"{self.name}[-.]*"), key=lambda path: path.suffix == ".end"):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                file.seek(self._offset)
                line = file.readline()
        except OSError:
            return b""
        return line if line.endswith(b"\n") else b""

    def _progress(self) -> tuple[str, int]:
        try:
            segment, offset = (self.folder / f"{self.name}.sent").read_text().split()
            return segment, int(offset)
        except (OSError, ValueError):
            return "", 0


def segments(folder: Path, name: str = "") -> list[Path]:
    """Segments of a session (or all), oldest first."""
    found = ((path, _SEGMENT.fullmatch(path.name)) for path in sorted(folder.glob(f"{name or '*'}-*.ndjson")))
    return [path for path, known in found if known and known[1] == (name or known[1])]


def names(folder: Path) -> Iterator[str]:
    """Sessions that have segments, by name: their ids begin with the time."""
    known = (_SEGMENT.fullmatch(path.name) for path in segments(folder))
    yield from dict.fromkeys(found[1] for found in known if found)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
