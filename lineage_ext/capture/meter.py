"""What recording costs on the users' threads: a sample of the records is measured by the thread's CPU clock.

``time.thread_time_ns`` takes 0.3-1 µs, as much as a third of a record, and a wall clock counts other threads' turns as
ours. So the first 32 records are measured, then one of 128, whose mean stands for all that follow: the first ones also
pay for what is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time_ns as thread_time
from typing import NamedTuple

__all__ = ["METER", "Meter", "Reading"]
FIRST = 32
RARELY = 127  # a mask


class Reading(NamedTuple):
    """``first`` of the ``records`` were all measured; of the others ``halves`` were. Times in ns."""

    records: int
    first: int
    first_ns: int
    halves: int
    halves_ns: int

    def cost(self) -> int:
        """ns of CPU so far, as far as known."""
        later = 2 * (self.records - self.first) * self.halves_ns // self.halves if self.halves else 0
        return self.first_ns + later


class Meter:
    """``records`` made, one of ``rarely + 1`` measured (a mask), in halves: ``enter`` and ``leave``."""

    __slots__ = ("first", "first_ns", "halves", "halves_ns", "others", "rarely", "records")

    def __init__(self) -> None:
        self.records = self.first = self.first_ns = self.halves = self.halves_ns = 0
        self.rarely = 0
        self.others: Callable[[], tuple[int, int, int, int, int]] | None = None  # a Reading of compiled hooks

    def begun(self) -> int:
        """When the measured part of a hook began, put off by what reading the clock takes; 0 if it isn't measured."""
        if self.records & self.rarely:
            return 0
        first, second = thread_time(), thread_time()
        return 2 * second - first

    def sample(self, began: int, halves: int = 1) -> None:
        """What ``begun`` the measuring of ends here."""
        if not began:
            return
        self.halves += halves
        self.halves_ns += max(0, thread_time() - began)
        if not self.rarely and self.halves >= 2 * FIRST:
            self.rarely = RARELY
            self.first, self.first_ns = self.records, self.halves_ns
            self.halves = self.halves_ns = 0

    def each(self) -> float:
        """ns of CPU a record takes, on the average of all so far."""
        records = sum(reading.records for reading in self._readings())
        return self.cost() / records if records else 0.0

    def cost(self) -> int:
        """ns of CPU so far, as far as known."""
        own = self.first_ns + self.halves_ns  # all of them were measured
        if self.rarely:
            own = Reading(self.records, self.first, self.first_ns, self.halves, self.halves_ns).cost()
        return own + Reading(*self.others()).cost() if self.others else own

    def _readings(self) -> list[Reading]:
        own = Reading(self.records, self.first, self.first_ns, self.halves, self.halves_ns)
        if not self.rarely:  # all of them were measured
            own = Reading(self.records, self.records, self.halves_ns, 0, 0)
        return [own, Reading(*self.others())] if self.others else [own]


METER = Meter()
