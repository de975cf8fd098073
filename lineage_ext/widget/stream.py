"""From the session to the panels: keeps what is to be shown, and sends what changed in batches from its own thread.

The first change goes out at once; then at least FASTEST s pass, more with load, never more than SLOWEST. So a server
gets at most 20 messages a second (above 1000 it drops messages, the user's own output among them), and the records of
a busy second are sent once. Nothing happens on the user's thread.

Lock order: the session's turn, then ``Stream.lock``, then the graph's.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from lineage_ext import guard, threads
from lineage_ext.graph.samples import Samples
from lineage_ext.model import Run, RunKind
from lineage_ext.session import HALT, Sample, Session
from lineage_ext.widget import protocol
from lineage_ext.widget.activity import Activity
from lineage_ext.widget.described import Describer
from lineage_ext.widget.pending import Pending
from lineage_ext.widget.protocol import Key, ProgressRecord, Record, StatusRecord
from lineage_ext.widget.remembered import fill
from lineage_ext.widget.state import State
from lineage_ext.widget.status import status, told_apart

FASTEST = 0.05
SLOWEST = 0.25
PATCH_BYTES = 512_000  # a full patch is followed by SLOWEST, the smallest by FASTEST
PACE = 0.01  # s between the worker's looks at what a running cell recorded
PROGRESS = 0.25  # s between two looks at what a running cell does, and until memory is told if nothing else is
SAVED_BYTES = 2_000_000

Message = dict[str, Any]
Send = Callable[[Message, list[bytes]], None]


class Stream:
    """A processor with a thread. ``listen`` to be sent messages; ``text`` is what a late joiner starts from."""

    def __init__(self, session: Session, describer: Describer) -> None:
        self.lock = threading.RLock()
        self.epoch = uuid.uuid4().hex[:12]
        self.seq = 0
        self.state = State(session.graph.samples if session.graph is not None else Samples())
        self.describer = describer
        self._session = session
        self._activity = Activity(session, describer.done)
        self._pending = Pending()
        self._listeners: list[Send] = []
        self._since: float | None = None  # when the first record of what the session passes on came
        self._queued = 0  # records that didn't fit into the last patch
        self._sent = 0  # bytes of the last patch
        self._last = 0.0  # when it was sent
        self._status: StatusRecord | None = None
        self._running: dict[Key, None] = {}  # keys of progress that was told
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread: threads.Thread | None = None

    def attach(self) -> None:
        """Take what the session's graph remembers, and everything from then on."""
        session = self._session

        def remembered() -> None:
            if session.graph is not None:
                fill(self.state, self.describer, session.graph)
            self._tell_status()

        session.listen(self, remembered)

    # -- the processor: on the session's worker --------------------------------------------------------------------
    def on_start(self, run: Run) -> None:
        """A session or cell began."""
        self._tell_run(run)

    def on_end(self, run: Run) -> None:
        """A run ended."""
        self._tell_run(run)
        if run.kind is RunKind.CELL:
            self._over((ProgressRecord.kind, run.no))

    def on_sample(self, sample: Sample) -> None:
        """Memory was sampled; the graph remembers it."""
        with self.lock:
            if self._listeners:
                self._pending.sample(sample.time / 1e6, float(sample.rss))

    def on_flush(self) -> None:
        """The session has passed on all it had: send it as one."""
        with self.lock:
            self._tell_status()
            self._since = None
            if self._pending.urgent or (self._pending and time.monotonic() - self._last > PROGRESS):
                self._wake.set()

    def close(self) -> None:
        """The session ends: send what is left."""
        self._closed.set()
        self._wake.set()
        with self.lock:
            self._tell_status()
            self._send_all()
            self._post({"k": "bye", "reason": "closed"}, [])
            self._listeners.clear()

    def _tell_run(self, run: Run) -> None:
        with self.lock:
            for record in self.describer.records(run):
                self._tell(record)
            now = time.monotonic()
            self._since = self._since or now
            if now - self._since > FASTEST:  # the session has much to pass on: begin with what is there
                self._since = now
                self._wake.set()

    def _tell(self, record: Record) -> None:
        if self._listeners:
            self._pending.put(record)
        for kind, no in self.state.put(record):
            self.describer.forget(kind, no)
            if self._listeners:
                self._pending.gone(kind, no)

    def tell(self, record: Record) -> None:
        """Tell something that isn't a run: what is stale, which cells are gone."""
        with self.lock:
            self._tell(record)
        self._wake.set()

    def tell_status(self) -> None:
        """Tell the session's status at once."""
        with self.lock:
            self._tell_status()
        self._wake.set()

    def _tell_status(self) -> None:
        found = status(self._session, self.state.dropped, self._queued)
        if self._status is None or told_apart(found) != told_apart(self._status):
            self._status = found
            self._tell(found)

    def catch_up(self) -> None:
        """Have the session pass on what it has: who asks is answered as things stand now."""
        self._session.flush()

    # -- who listens -----------------------------------------------------------------------------------------------
    def listen(self, send: Send) -> None:
        """Call ``send`` with every message from now on, one at a time, mostly on the stream's thread."""
        with self.lock:
            self._send_all()  # so that what was pending for others isn't counted as news for this one
            self._listeners.append(send)
        self._session.pace = PACE
        self.resume()

    def leave(self, send: Send) -> None:
        """Don't call it any more."""
        with self.lock:
            self._listeners = [one for one in self._listeners if one is not send]
            if not self._listeners:
                self._pending = Pending()
                self._session.pace = None

    def text(self) -> str:
        """The state as JSON text, cut to SAVED_BYTES."""
        with self.lock:
            self._send_all()
            return self.state.snapshot(self.epoch, self.seq, SAVED_BYTES).decode()

    def resync(self, send: Send) -> None:
        """Send one listener everything, between two patches."""
        with self.lock:
            self._send_all()
            times, rss = self.state.samples.columns()
            records = protocol.array(protocol.encode_records(self.state.all()))
            send(self._message("snapshot"), [records, times.tobytes(), rss.tobytes()])

    # -- sending: on the stream's thread ---------------------------------------------------------------------------
    def resume(self) -> None:
        """Start the thread, if there is somebody to send to."""
        if self._thread is None and self._listeners and not self._closed.is_set():
            self._thread = threads.Thread(self._work)
            self._thread.start()

    def halt(self) -> None:
        """Before a fork: end the thread, until ``resume``."""
        thread, self._thread = self._thread, None
        self._wake.set()
        if thread is not None and not thread.is_current():
            thread.join(HALT)

    def _work(self) -> None:
        looked = 0.0
        while self._thread is not None and self._thread.is_current() and not self._closed.is_set():
            self._wake.wait(PROGRESS if self._session.open else None)
            self._wake.clear()
            before = time.thread_time_ns()
            began = time.perf_counter()
            with guard.guarded("panel"):
                if began - looked >= PROGRESS:
                    looked = began
                    self._tell_progress()
                self._sent = self.flush()
            threads.forget()
            self._session.counters.worker_ns += time.thread_time_ns() - before
            if self._sent:  # else what comes next is the first change after a pause
                self._closed.wait(min(FASTEST + (SLOWEST - FASTEST) * self._sent / PATCH_BYTES, SLOWEST))

    def _tell_progress(self) -> None:
        with self.lock:
            for record in self._activity.look():
                self._running[record.key] = None
                self._tell(record)

    def _over(self, key: Key) -> None:
        with self.lock:
            if key in self._running:
                del self._running[key]
                self.state.remove(key)

    def flush(self) -> int:
        """Send one patch of what changed. Returns its size in bytes, 0 if there was nothing to send."""
        with self.lock:
            if not self._listeners or not self._pending:
                return 0
            self.seq += 1
            self._last = time.monotonic()
            buffers = self._pending.take(PATCH_BYTES)
            self._queued = len(self._pending)
            self._post(self._message("patch"), buffers)
            if self._queued:
                self._wake.set()
            return sum(map(len, buffers))

    def _send_all(self) -> None:
        while self.flush():
            pass

    def _message(self, kind: str) -> Message:
        return {"k": kind, "v": protocol.VERSION, "epoch": self.epoch, "seq": self.seq, "ts": time.time() * 1000}

    def _post(self, message: Message, buffers: list[bytes]) -> None:
        for send in list(self._listeners):
            with guard.guarded("panel"):
                send(message, buffers)
