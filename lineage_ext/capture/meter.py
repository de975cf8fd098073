"""What recording costs on the users' threads: a sample of the records is measured by the thread's CPU clock.

``time.thread_time_ns`` takes 0.3-1 µs, as much as a third of a record, and a wall clock counts other threads' turns as
ours. So the first 32 records are measured, then one of 128, whose mean stands for the others. A record is charged with
the mean of when it's asked: charging those before anew with each sample put 17 ms into one cell of 77 small ones.
"""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time_ns as thread_time
from typing import NamedTuple

__all__ = ["METER", "Meter", "Reading"]
FIRST = 32
RARELY = 127  # a mask
PRIOR = 4  # halves


class Charged(NamedTuple):
    """What so many records have been charged with, in ns."""

    records: int = 0
    ns: int = 0


class Reading(NamedTuple):
    """``first`` of the ``records`` were all measured; of the others ``halves`` were. Times in ns."""

    records: int
    first: int
    first_ns: int
    halves: int
    halves_ns: int

    def charge(self, before: Charged) -> Charged:
        """What all records are charged with, when those of ``before`` have been; no less than before."""
        return Charged(self.records, charge(*self, *before))


def charge(records: int, first: int, first_ns: int, halves: int, halves_ns: int, charged: int, ns: int) -> int:
    """ns that the records of a Reading are charged with, when so many have been with so many ns.

    The first ones, which also pay for what is done once, count as few halves: one sample is none.
    """
    if charged < first:
        charged, ns = first, first_ns
    if not first or records <= charged:
        return ns
    half = (PRIOR * first_ns / (2 * first) + halves_ns) / (PRIOR + halves)
    return ns + int(2 * (records - charged) * half)


Told = tuple[tuple[int, int, int, int, int], int]  # a Reading, and what its records are charged with
NONE: Told = ((0, 0, 0, 0, 0), 0)


class Meter:
    """``records`` made, one of ``rarely + 1`` measured (a mask), in halves: ``enter`` and ``leave``.

    ``left``: so many records until one isn't like the others, because it is measured or because it's time to look at
    the budget. Counting down is one small number that is there already; counting up made a new one for each record.
    """

    __slots__ = (
        "_look", "_told", "_until", "first", "first_ns", "halves", "halves_ns", "left",
        "measuring", "others", "rarely",
    )  # fmt: skip

    def __init__(self) -> None:
        self.first = self.first_ns = self.halves = self.halves_ns = self.rarely = 0
        self.left = self._until = 0  # records, and how many will have been made when none are left
        self.measuring = False  # a record of which ``enter`` was measured, and ``leave`` is to be
        self._look = 0  # with how many records the budget is to be looked at next
        self._told: tuple[Told, Told] = (NONE, NONE)  # by these hooks and the others; replaced as a whole: threads ask
        self.others: Callable[[], tuple[int, int, int, int, int]] | None = None  # a Reading of compiled hooks

    @property
    def records(self) -> int:
        """Made so far."""
        return self._until - self.left

    def special(self, look: Callable[[], int]) -> int:
        """Before a record that isn't like the others: when measuring it began, 0 if it isn't measured.

        ``look`` looks at the budget, and tells after how many records to look again; it's called if it's time to.
        """
        made = self.records
        if made >= self._look:
            self._look = made + look()
        this = made + 1
        self._until = min(this | self.rarely, max(this, self._look))
        self.left = self._until - made
        self.measuring = not this & self.rarely
        return self.begun() if self.measuring else 0

    def second(self) -> int:
        """When the second half of a measured record began; 0 if none was measured."""
        if not self.measuring:
            return 0
        self.measuring = False
        return self.begun()

    @staticmethod
    def begun() -> int:
        """When the measured part of a hook began, put off by what reading the clock takes."""
        first, second = thread_time(), thread_time()
        return 2 * second - first

    def sample(self, began: int, halves: int = 1) -> None:
        """What ``begun`` the measuring of ends here."""
        if not began:
            return
        if halves == 2:
            self.measuring = False
        self.halves += halves
        self.halves_ns += max(0, thread_time() - began)
        if not self.rarely and self.halves >= 2 * FIRST:
            self.rarely = RARELY
            self.first, self.first_ns = self.records, self.halves_ns
            self.halves = self.halves_ns = 0

    def each(self) -> float:
        """ns of CPU a record takes, on the average of all so far."""
        records = self.records + (self.others()[0] if self.others else 0)
        return self.cost() / records if records else 0.0

    def cost(self) -> int:
        """ns of CPU so far, as far as known; never less than before."""
        own, others = before = self._told
        if own[0] != (known := self._known()):
            own = (known, charge(*known, own[0][0], own[1]))
        if self.others is not None and others[0] != (known := self.others()):
            others = (known, charge(*known, others[0][0], others[1]))
        if own is not before[0] or others is not before[1]:  # from one cell to the next, nothing is recorded
            self._told = (own, others)
        return own[1] + others[1]

    def _known(self) -> tuple[int, int, int, int, int]:
        """A Reading of these hooks; making one takes as long as all the rest of ``cost``."""
        records = self._until - self.left
        if not self.rarely:  # all of them were measured
            return (records, records, self.halves_ns, 0, 0)
        return (records, self.first, self.first_ns, self.halves, self.halves_ns)


METER = Meter()
