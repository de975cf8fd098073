"""Threads of ours, which programs that look at their threads don't meet.

``while threading.active_count() > 1: …`` and ``for t in threading.enumerate(): t.join()`` wait for a program's own
threads, and would never end with one of ours among them. What ``threading.settrace`` has traced are the program's own.
"""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from typing import Any

from lineage_ext import guard


class Thread:
    """As ``threading.Thread(target=…, args=…, daemon=True)``, but ``threading`` doesn't know of it."""

    def __init__(self, target: Callable[..., object], *args: object) -> None:
        self._target, self._args = target, args
        self._runs = _thread.allocate_lock()  # held until it has ended
        self.ident: int | None = None

    def start(self) -> None:
        """Begin. Raises RuntimeError where there can be no other thread."""
        self._runs.acquire()
        try:
            _thread.start_new_thread(self._run, ())
        except RuntimeError:
            self._runs.release()
            raise

    def _run(self) -> None:
        self.ident = _thread.get_ident()
        try:
            with guard.guarded("thread"):
                self._target(*self._args)
        finally:
            forget()
            self._runs.release()

    def is_current(self) -> bool:
        """Whether the calling code runs on it."""
        return self.ident == _thread.get_ident() and self.is_alive()

    def is_alive(self) -> bool:
        """Whether it was started and hasn't ended."""
        return self._runs.locked()

    def join(self, timeout: float = -1) -> None:
        """Wait until it has ended, so many seconds at most."""
        if self._runs.acquire(timeout=timeout):
            self._runs.release()


def forget() -> None:
    """Called by a thread of ours after a piece of work: whatever has asked ``current_thread()``, such as a line of a
    log, has made ``threading`` know of it."""
    _known.pop(_thread.get_ident(), None)


_known: dict[int, Any] = getattr(threading, "_active", {})
