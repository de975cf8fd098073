"""Two logs, on request: runtime.jsonl has a line for every session, cell and operation when it ends, lineage.jsonl one
for every operation that made or read data. What the lines hold is said in ``lines``.

Whole lines go out in one ``os.write`` on a file opened for appending and locked meanwhile, so several processes may log
into one file. The kernel may break a write off where a process is killed or the disk is full: whoever writes next takes
the torn line away first. A log that has grown to ``most`` bytes is renamed to ``<name>.<time>.jsonl``.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lineage_ext import guard
from lineage_ext.errors import UsageError
from lineage_ext.model import Run, RunKind
from lineage_ext.session import Sample
from lineage_ext.store import lines

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows, which has no such locks
    fcntl = None

CHUNK = 1 << 18
BLOCK = 1 << 16
PATIENCE = 1.0
KEEP = 10  # rotated files of each log


class LogFile:
    """A file of lines that is appended to and rotated. ``note`` takes a sentence when it can't be written any more."""

    def __init__(self, path: Path, most: int, note: Callable[[str], None] | None = None) -> None:
        self.path = path
        self.most = most
        self.note = note or (lambda text: guard.report("log", text))
        self.writing = True
        self._waiting: list[bytes] = []
        self._size = 0
        self._file: int | None = None
        self._pid = os.getpid()

    def add(self, line: bytes) -> None:
        """A line, its end included; written by ``flush``, or when many wait."""
        if self.writing:
            self._waiting.append(line)
            self._size += len(line)
            if self._size >= CHUNK:
                self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting or not self.writing or os.getpid() != self._pid:
            return
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        try:
            self._append(data)
        except OSError as error:
            self.writing = False
            self.close()
            self.note(f"{self.path} can't be written ({error}); this log ends here")

    def close(self) -> None:
        """Write what waits and close the file."""
        self.flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _append(self, data: bytes) -> None:
        while True:
            file = self._current()
            with locked(file):
                if not self._is_current(file):  # rotated away while we waited
                    continue
                mend(file)
                try:
                    view = memoryview(data)
                    while view:  # a signal may cut a write short
                        view = view[os.write(file, view) :]
                except OSError:  # the disk is full
                    mend(file)
                    raise
                if os.fstat(file).st_size >= self.most:
                    self._rename()
                return

    def _is_current(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), os.stat(self.path))
        except FileNotFoundError:
            return False

    def _current(self) -> int:
        """The open file; opened again when another process has rotated it away, or someone deleted it."""
        if self._file is not None:
            if self._is_current(self._file):
                return self._file
            os.close(self._file)
            self._file = None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        return self._file

    def _rename(self) -> None:
        seconds, rest = divmod(time.time_ns(), 1_000_000_000)  # one reading: between two a second may begin
        stamp = f"{time.strftime('%Y%m%dT%H%M%S', time.localtime(seconds))}-{rest:09}-{os.getpid()}"
        with suppress(FileNotFoundError):  # somebody deleted it
            self.path.rename(self.path.with_name(f"{self.path.stem}.{stamp}.jsonl"))
        for old in sorted(self.path.parent.glob(f"{self.path.stem}.*.jsonl"))[:-KEEP]:
            old.unlink(missing_ok=True)


@contextmanager
def locked(file: int) -> Iterator[None]:
    """Nobody else writes meanwhile, where there are locks; a process that was stopped is waited for a second."""
    held = False
    end = time.monotonic() + PATIENCE
    while fcntl is not None and not held and time.monotonic() < end:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = True
        except BlockingIOError:
            time.sleep(0.002)
        except OSError:  # a file system without locks
            break
    try:
        yield
    finally:
        if held:
            fcntl.flock(file, fcntl.LOCK_UN)


def mend(file: int) -> None:
    """Cut a torn line off the end of a file."""
    size = os.fstat(file).st_size
    end = size
    while end and os.pread(file, 1, end - 1) != b"\n":
        start = max(end - BLOCK, 0)
        at = os.pread(file, end - start, start).rfind(b"\n")
        end = start + at + 1 if at >= 0 else start
    if end < size:
        os.ftruncate(file, end)


class RuntimeLog:
    """Processor that writes a line for every run that ends."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._session = ""
        self._operations: Counter[str] = Counter()

    def on_start(self, run: Run) -> None:
        """Learn the session's id."""
        if run.kind is RunKind.SESSION:
            self._session = run.id

    def on_end(self, run: Run) -> None:
        """Write it down."""
        operations = None
        if run.kind is RunKind.OPERATION:
            self._operations[run.parent_id or ""] += run.count
            self._operations[self._session] += run.count if run.parent_id != self._session else 0
        else:
            operations = self._operations.pop(run.id, 0)
        self._file.add(lines.encode(lines.runtime(run, self._session, operations)))
        if run.kind is not RunKind.OPERATION:
            self._file.flush()

    def on_sample(self, sample: Sample) -> None:
        """Samples aren't logged."""

    def on_flush(self) -> None:
        """Write what waits."""
        self._file.flush()

    def close(self) -> None:
        """The session ended."""
        self._file.close()


class LineageLog:
    """Processor that writes a line for every operation with inputs or outputs."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._session = ""

    def on_start(self, run: Run) -> None:
        """Learn the session's id."""
        if run.kind is RunKind.SESSION:
            self._session = run.id

    def on_end(self, run: Run) -> None:
        """Write it down."""
        if run.inputs or run.outputs:
            self._file.add(lines.encode(lines.lineage(run, self._session)))

    def on_sample(self, sample: Sample) -> None:
        """Samples aren't logged."""

    def on_flush(self) -> None:
        """Write what waits."""
        self._file.flush()

    def close(self) -> None:
        """The session ended."""
        self._file.close()


LOGS: dict[str, Callable[[LogFile], RuntimeLog | LineageLog]] = {"runtime": RuntimeLog, "lineage": LineageLog}


def open_log(
    kind: str, folder: Path | str, most: int = 50_000_000, note: Callable[[str], None] | None = None
) -> RuntimeLog | LineageLog:
    """The processor for ``folder/<kind>.jsonl``; kinds are ``runtime`` and ``lineage``. Raises UsageError."""
    if kind not in LOGS:
        raise UsageError(f"there is no log {kind!r}; there are {', '.join(LOGS)}")
    return LOGS[kind](LogFile(Path(folder) / f"{kind}.jsonl", most, note))
