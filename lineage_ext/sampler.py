"""The highest memory while something runs: samples of it by a thread that sleeps when nobody wants them.

In C (``_held.c``) samples are taken by a thread that has nothing to do with Python's lock, so they show what happens
within one long call, too; Python's own thread takes the lock from the user's code four times a second, for all that
were taken, instead of forty. In Python each sample needs it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from itertools import count
from time import perf_counter_ns
from typing import Any

from lineage_ext import guard, threads
from lineage_ext.resources import HELD, Proc, source
from lineage_ext.session import HALT, Sample

IDLE = 20  # intervals
BATCH = 5  # samples


class Watch:
    """As the one in C: ``run`` in a thread of its own, the rest anywhere."""

    def __init__(self, read: Callable[[], int], interval: float) -> None:
        self._read = read
        self._interval = interval  # seconds
        self._samples: deque[tuple[int, int]] = deque(maxlen=64)
        self._wanted = self._stopped = False
        self._busy = threading.Event()
        self._closed = threading.Event()

    def run(self) -> bool:
        """Sample till there is one; False once it was stopped."""
        idle = 0
        while self._busy.wait() and not self._closed.wait(self._interval):
            if self._wanted:
                self._samples.append((perf_counter_ns(), self._read()))
                return True
            idle += 1
            if idle > IDLE:
                self._busy.clear()
                if self._wanted:  # since a moment
                    self._busy.set()
        return False

    def drain(self) -> list[tuple[int, int]]:
        """The samples since, as (ns of ``time.perf_counter_ns``, resident bytes)."""
        return [self._samples.popleft() for _ in range(len(self._samples))]

    def want(self, wanted: bool) -> None:
        """Whether samples are to be taken."""
        self._wanted = wanted
        if wanted and not self._busy.is_set():
            self._busy.set()

    def stop(self) -> None:
        """Have ``run`` end at once."""
        self._closed.set()
        self._busy.set()


class Sampler:
    """A thread that reads the rss every ``interval`` seconds while something is being measured, and sleeps otherwise.

    ``begin()`` gives a ticket, ``end(ticket)`` the highest rss since; each sample goes to ``listener``. It falls asleep
    some intervals after the last work: to wake it takes more of a short cell's time than all else of it. At 50 ms the
    one in Python takes 0.35-0.43 % of a busy interpreter (at 10 ms up to 2.7 %).
    """

    def __init__(self, interval: float, listener: Callable[[Sample], None], now: Callable[[], int]) -> None:
        self.interval = interval
        self.listener = listener
        self.now = now
        self.measuring: dict[int, list[int]] = {}  # ticket → when it began, the highest rss so far
        self._tickets = count(1)
        self._watch: Any = None
        self._thread: threads.Thread | None = None

    def begin(self) -> int:
        """Start measuring."""
        ticket = next(self._tickets)
        self.measuring[ticket] = [perf_counter_ns(), 0]
        self.resume()
        return ticket

    def end(self, ticket: int) -> int:
        """Stop measuring; the highest rss sampled, 0 if the work was shorter than the interval."""
        watch = self._watch
        if watch is not None:
            self._collect(watch)
        _, highest = self.measuring.pop(ticket, (0, 0))
        if watch is not None and not self.measuring:
            watch.want(False)
        return highest

    def resume(self) -> None:
        """Sample if something is being measured."""
        if not self.measuring:
            return
        if self._thread is None:
            self._watch = watch = _watch(self.interval)
            self._thread = threads.Thread(self._work, watch)
            self._thread.start()
        self._watch.want(True)

    def halt(self) -> None:
        """Before a fork: end the thread, until ``resume``."""
        thread = self._thread
        self.close()
        if thread is not None:
            thread.join(HALT)

    def close(self) -> None:
        """Let the thread end."""
        watch, self._thread, self._watch = self._watch, None, None
        if watch is not None:
            watch.stop()

    def _work(self, watch: Any) -> None:
        with guard.guarded("sampler"):
            while watch.run():
                self._collect(watch)
                threads.forget()

    def _collect(self, watch: Any) -> None:
        """What was sampled since; the sampler's thread and those that end a measurement call it."""
        for at, rss in watch.drain():
            for measured in list(self.measuring.values()):
                if at >= measured[0]:
                    measured[1] = max(measured[1], rss)
            self.listener(Sample(self.now() - (perf_counter_ns() - at), rss))


def _watch(interval: float) -> Any:
    where = source()
    if HELD is not None and isinstance(where, Proc):
        return HELD.Watch(where.statm, int(interval * 1e9), BATCH, IDLE)
    return Watch(where.rss, interval)
