"""A circuit breaker: after a failure nothing is tried for a while, which doubles with each further one."""

from __future__ import annotations

FIRST = 0.5  # s
LONGEST = 60.0


class Breaker:
    """Times are seconds on any clock that only goes forward."""

    def __init__(self) -> None:
        self.failures = 0
        self.closed_at = 0.0  # when it may be tried again

    def failed(self, now: float) -> float:
        """Nothing is tried for that many seconds."""
        pause = min(FIRST * float(2**self.failures), LONGEST)
        self.failures += 1
        self.closed_at = now + pause
        return pause

    def succeeded(self) -> None:
        """It works."""
        self.failures, self.closed_at = 0, 0.0

    def open(self, now: float) -> bool:
        """Whether nothing is to be tried."""
        return now < self.closed_at
