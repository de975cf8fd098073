"""How much of a running cell's time the worker may take.

Both need Python's lock, so what the worker takes the cell waits for. A cell of a thousand small operations a second has
more explained than it computes: with no limit one of 1.0 s took 2.8 s (2 000 small frames filtered, copied, extended in
a loop, 16 000 operations). What isn't explained while it runs is explained after it, in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable

USUAL = 0.2  # of the time that passes: it keeps up with a thousand operations a second
BEHIND = 0.1  # once that isn't enough, and what a kill would lose is old anyhow
CROWDED = 0.5  # where the memory for records is half full, so that none need be left out
LATE = 2.0  # s


class Allowance:
    """CPU seconds that the worker may take: a share of the time that passes, of the latest ``most`` seconds at most.

    ``clock`` tells seconds that pass, ``cpu`` the calling thread's.
    """

    def __init__(
        self, most: float, clock: Callable[[], float] = time.perf_counter, cpu: Callable[[], float] = time.thread_time
    ) -> None:
        self.most = most
        self._clock, self._cpu = clock, cpu
        self._left = USUAL * most
        self._at = clock()
        self._before = 0.0

    def begin(self, lag: float, *, crowded: bool = False) -> None:
        """The worker looks; what it hasn't passed on yet is ``lag`` seconds old. What it does from now on counts."""
        now = self._clock()
        share = CROWDED if crowded else USUAL if lag < LATE else BEHIND
        most = share * self.most
        # what was taken without a limit, between cells or for imports, isn't held against the next one for long
        self._left = min(max(self._left, -most) + share * (now - self._at), most)
        self._at, self._before = now, self._cpu()

    def lasts(self) -> bool:
        """Whether anything is left of it. What was begun is finished, and taken from what follows."""
        now = self._cpu()
        self._left -= now - self._before
        self._before = now
        return self._left > 0
