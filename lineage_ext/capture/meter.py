"""What recording costs on the users' threads: a sample of the records is measured by the thread's CPU clock.

``time.thread_time_ns`` takes 0.3-1 µs, as much as a third of a record, and a wall clock counts other threads' turns as
ours. So the first 32 records are measured, then one of 32, and the mean stands for all.
"""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time_ns as thread_time

__all__ = ["METER", "Meter", "thread_time"]
FIRST = 32


class Meter:
    """``records`` made, one of ``rarely + 1`` measured (a mask); calls ``counted`` as repeats of others."""

    __slots__ = ("counted", "measured_ns", "others", "rarely", "records", "samples")

    def __init__(self) -> None:
        self.records = self.counted = self.samples = self.measured_ns = 0
        self.rarely = 0
        self.others: Callable[[], tuple[int, int, int]] | None = None  # the same of compiled hooks

    def sampled(self, ns: int) -> None:
        """Half of a record, its ``enter`` or its ``leave``, took that long."""
        self.samples += 1
        self.measured_ns += ns
        if self.samples == 2 * FIRST:
            self.rarely = FIRST - 1

    def cost(self) -> int:
        """ns of CPU so far, as far as known."""
        found = [(self.records, self.samples, self.measured_ns), *([self.others()] if self.others else [])]
        return sum(2 * records * ns // samples for records, samples, ns in found if samples)


METER = Meter()
