"""Wakes the one thread that waits."""

from __future__ import annotations

import threading


class Bell:
    """As ``threading.Event``, for one that waits, and who has waited has heard it: there is nothing to clear.

    To ring it is one call of the interpreter's where an Event takes ten Python functions (43 µs at the end of a cell,
    whose work has put them out of the processor's caches), and an interrupt can't leave a lock of it held.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def set(self) -> None:
        """Ring. Twice before anybody waits is once."""
        try:  # ``suppress`` is three functions more
            self._lock.release()
        except RuntimeError:  # it has rung, and nobody has heard it yet
            return

    def wait(self, timeout: float) -> bool:
        """Wait for it, ``timeout`` seconds at most; whether it rang."""
        return self._lock.acquire(timeout=timeout)
