"""Our side of the delivery: a bounded queue, the spool, and the courier's life. All of it on the session's worker."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from lineage_ext.emit.delivery import status
from lineage_ext.emit.delivery.processes import alive, launch
from lineage_ext.emit.delivery.spool import Spool

MOST_QUEUED = 8_000_000  # bytes in memory, while the disk takes nothing
BATCH = 1_000_000
STARTS = 3  # couriers of a session
PATIENCE = 10.0  # s until a courier that says nothing is taken for dead
HOME = str(Path(__file__).parents[3])
RUN = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from lineage_ext.emit.delivery.courier import deliver
deliver(*sys.argv[2:])
"""


class Sender:
    """Takes events as lines and sees to it that they are sent, in order.

    ``name`` sorts sessions by time; ``most`` bounds the bytes on disk. What fits neither there nor in memory is dropped
    and counted. Nothing raises.
    """

    def __init__(self, folder: Path, name: str, most: int) -> None:
        self._spool = Spool(folder.absolute(), name)
        self._end = self._spool.folder / f"{name}.end"
        self._most = most
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._starts = 0
        self._started = 0.0
        self._pid = os.getpid()
        self._news: status.Status | None = None
        self._delivered = False
        self.put_in = 0
        self.dropped = 0
        self.problem = ""

    def start(self) -> None:
        """Have the courier from the beginning: to start a process takes some ms, which no cell is to wait for."""
        with suppress(OSError):
            self._spool.prepare()
            self._have_courier()

    def put(self, line: bytes) -> None:
        """One more event, its line's end included."""
        self.put_in += 1
        if self._queued + len(line) > MOST_QUEUED:
            self.dropped += 1
            return
        self._queue.append(line)
        self._queued += len(line)

    def flush(self) -> None:
        """Write what is queued, and have a courier if there is anything to send."""
        if not self._queue or os.getpid() != self._pid:
            return
        try:
            while self._queue:
                self._write()
        except OSError as error:
            self.problem = f"the spool can't be written ({error.strerror or error})"
        if self._spool.written:
            self._have_courier()

    def _write(self) -> None:
        """Write one batch, or drop it where the spool is full. Raises OSError; then it stays in the queue."""
        batch, size = [], 0
        while self._queue and size < BATCH:
            batch.append(self._queue.popleft())
            size += len(batch[-1])
        if self._spool.waiting() + size > self._most:
            self.dropped += len(batch)
            self.problem = f"the spool holds {self._most:,} bytes, more are dropped"
        else:
            try:
                self._spool.append(b"".join(batch))
            except OSError:
                self._queue.extendleft(reversed(batch))
                raise
            self.problem = ""
        self._queued -= size

    def close(self, timeout: float) -> None:
        """The session is over: wait up to ``timeout`` s, but not for a backend that doesn't answer."""
        self.flush()
        self._spool.close()
        if os.getpid() != self._pid or not self._spool.written:
            return
        with suppress(OSError):
            self._end.touch()
            until = time.monotonic() + timeout
            while self._end.exists() and time.monotonic() < until and not self._hopeless():
                time.sleep(0.02)
            self._delivered = not self._end.exists()  # the courier takes everything away when all is sent

    def _hopeless(self) -> bool:
        news = self.news()
        return news is not None and bool(news.ended or news.problem)

    def told(self) -> str:
        """How far it is, in a sentence."""
        news = self.news() or status.Status()
        refused = f", {news.refused} refused ({news.refusal})" if news.refused else ""
        sent = self.put_in - self.dropped - news.refused if self._delivered else news.sent
        waiting = self.put_in - self.dropped - news.refused - sent
        wait = f", {waiting} wait" if waiting else ""
        dropped = f", {self.dropped} dropped" if self.dropped else ""
        replayed = f", {news.replayed} of earlier sessions" if news.replayed else ""
        to = f" to {news.to}" if news.to else ""
        why = "; ".join(filter(None, (self.problem, "" if self._delivered else news.problem)))
        return f"{self.put_in} events{to}: {sent} sent{wait}{refused}{dropped}{replayed}" + (f": {why}" if why else "")

    # -- the courier -------------------------------------------------------------------------------------------------
    def news(self) -> status.Status | None:
        """What the courier told last."""
        self._news = status.read(status.file_of(self._spool.folder, self._spool.name)) or self._news
        return self._news

    def _have_courier(self) -> None:
        news = self.news()
        if news is not None and (news.ended or alive(news.pid)):
            return  # one that has ended before us can't be helped by another
        starting = self._starts and time.monotonic() - self._started < PATIENCE * self._starts
        if self._starts < STARTS and not starting:
            self._starts += 1
            self._started = time.monotonic()
            self._start()

    def _start(self) -> None:
        if not sys.executable or getattr(sys, "frozen", False):
            self.problem = "there is no Python to send with; events wait in the spool"
            return
        paths = json.dumps([HOME, *(p for p in sys.path if isinstance(p, str))])
        errand = (str(self._spool.folder), self._spool.name, str(self._pid))
        try:
            launch([sys.executable, "-I", "-c", RUN, paths, *errand])
        except OSError as error:
            self.problem = f"no process can be started to send with ({error}); events wait in the spool"
