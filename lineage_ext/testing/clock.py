"""A clock that stands still between readings, so that a session can be replayed to the letter."""

from __future__ import annotations

from itertools import count

from lineage_ext.clock import uuid7


class FixedClock:
    """Starts at ``start`` (ns since the epoch) and goes on by ``step`` ns with each reading; ids count up."""

    def __init__(self, start: int = 1_700_000_000_000_000_000, step: int = 1_000_000) -> None:
        self._times = count(start, step)
        self._ids = count(1)

    def now(self) -> int:
        """The next time, ns since the epoch."""
        return next(self._times)

    def uuid7(self) -> str:
        """The next id: a UUIDv7 of the next time and a counter."""
        return uuid7(self.now(), next(self._ids).to_bytes(10, "big"))
