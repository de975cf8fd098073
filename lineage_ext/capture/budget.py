"""What recording may cost, and what is left out, step by step, when a cell's recording costs more.

Recording may take ``share`` of a cell's time, and always 1 ms (a cell of 5 ms isn't worth saving 50 µs). Each further
step is taken when the cost has reached so many times that:

    1 ×     positions   two callers of an operation are noted instead of twelve
    2 ×     collapse    calls that repeat are counted after 4 rounds instead of 16
    4 ×     sampling    what untracked values came from is looked up for one execution of a place in 16 (``sampling``)
    32 ×    counting    where calls vary, and none repeats another, they are only counted (not those that reach files)

What untracked values came from is also looked up for a sample, ``lookups``, once that took very many steps of a cell:
the cell doesn't wait for it, who asks afterwards does. The last step comes also when the records that wait take more
than the memory set for them. A step is taken back as soon as the cost is below half of what led to it; each cell begins
without any. What was left out is told by the cell's DegradedFacet, by ``status`` and, the first time, by a note;
operations that were only counted are opaque.

Only what records take is held against it: a call that repeats another costs about as much as counting it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import IntEnum
from time import perf_counter_ns
from typing import TYPE_CHECKING

from lineage_ext.capture.caller import DEPTH, FEW_FRAMES, MOST_FRAMES
from lineage_ext.capture.log import LOG
from lineage_ext.capture.meter import METER
from lineage_ext.capture.points import WORLD
from lineage_ext.model import DatasetKind
from lineage_ext.rules.op import Op

if TYPE_CHECKING:
    from lineage_ext.model import DegradedFacet

FLOOR = 1_000_000  # ns of a cell that are free
BYTES_AN_ATOM = 14  # a pointer, and the share of an atom that is an object of its own
LEAST_WAITING = 100_000  # bytes of records that may wait in any case
MOST_RUNS = 1_000
EACH = 32  # records, or counted operations, between two looks
SELDOM = 128  # between those of a cell that is far below its budget


Counted = tuple[int, Op, str | None]  # a run, an operation, the value of a DatasetKind


class Step(IntEnum):
    """How much less is recorded."""

    NOTHING = 0
    POSITIONS = 1
    COLLAPSE = 2
    SAMPLING = 3
    COUNTING = 4


FACTORS = {Step.POSITIONS: 1, Step.COLLAPSE: 2, Step.SAMPLING: 4, Step.COUNTING: 32}
COLD_ENOUGH_MOST = {False: (64, 16, 192), True: (8, 4, 24)}  # of ``points.World``
NOTES = {
    Step.POSITIONS: "fewer callers of operations are noted",
    Step.COLLAPSE: "repeated calls are counted sooner",
    Step.SAMPLING: "where untracked values came from is looked up for a sample of operations",
    Step.COUNTING: "operations are only counted",
}
LOOKUPS = "lookups"
TOOK_LONG = "it takes long to look up where values of this cell came from: it is done for a sample of operations"


class Budget:
    """Of the cell that runs. ``clock`` and ``cost`` tell ns: that pass, and that recording has taken so far."""

    def __init__(self, clock: Callable[[], int] = perf_counter_ns, cost: Callable[[], int] = METER.cost) -> None:
        self._clock, self._cost = clock, cost
        self.step = Step.NOTHING
        self.counts: Counter[Counted] = Counter()  # those that the log doesn't know of yet; the hooks in C keep it
        self.end()

    def restart(
        self,
        share: Callable[[], float],
        memory: Callable[[], int],
        tell: Callable[[str], object],
        began: Callable[[int], int | None] = lambda run: None,
    ) -> None:
        """A session begins. ``share`` (0: no limit), ``memory`` (bytes) and when a cell run ``began`` are asked each
        time; ``tell`` gets the notes."""
        self._share, self._memory, self._tell, self._when = share, memory, tell, began
        self._run = self._began = self._spent_before = 0
        self._noted: set[str] = set()
        self.counted = 0  # operations of the session that were only counted
        self.counts.clear()
        self.degraded: dict[int, Counter[str]] = {}  # cell run → how often each step was taken in it
        self._take(Step.NOTHING)

    def end(self) -> None:
        """No session is left: nothing is limited, and nothing of it is held."""
        self.restart(lambda: 0.0, lambda: 0, lambda note: None)

    def begin(self, run: int) -> None:
        """A cell run makes its first record."""
        self._run, self._began, self._spent_before = run, self._when(run) or self._clock(), self._cost()
        self._take(Step.NOTHING)

    def check(self) -> int:
        """Take the next step, or take one back. Returns after how many records to look again: a look takes 1-2 µs."""
        spent, waiting = self._cost() - self._spent_before, len(LOG) * BYTES_AN_ATOM
        # asking the settings takes longer than the rest
        full = waiting > LEAST_WAITING and 0 < self._memory() < waiting
        limit = FLOOR
        if 2 * spent > FLOOR or full or self.step:
            limit = self._limit()
            self._adjust(spent, limit, full)
        return EACH if self.step or (limit and 2 * spent > limit) else SELDOM

    def waiting(self) -> float:
        """Which share of the memory for records that wait is taken; 0 where it has no limit."""
        memory = self._memory()
        return len(LOG) * BYTES_AN_ATOM / memory if memory > 0 else 0.0

    def _limit(self) -> int:
        """ns that recording may take in the cell so far; 0 for no limit."""
        share = self._share()
        return max(FLOOR, int(share * (self._clock() - self._began))) if share else 0

    def _adjust(self, spent: int, limit: int, full: bool) -> None:
        if full:
            self._take(Step.COUNTING)
        elif not limit:
            self._take(Step.NOTHING)
        elif self.step < Step.COUNTING and spent > FACTORS[Step(self.step + 1)] * limit:
            self._take(Step(self.step + 1))
        elif self.step and 2 * spent < FACTORS[self.step] * limit:
            self._take(Step(self.step - 1))

    def _take(self, step: Step) -> None:
        if step == self.step:
            return
        if step > self.step:
            self._note(step.name.lower(), f"over budget: {NOTES[step]}", self._run)
        self.step = step
        DEPTH.most = FEW_FRAMES if step >= Step.POSITIONS else MOST_FRAMES
        WORLD.cold, WORLD.enough, WORLD.most = COLD_ENOUGH_MOST[step >= Step.COLLAPSE]
        WORLD.counting = step == Step.COUNTING
        WORLD.usual = 0

    def _note(self, step: str, note: str, run: int) -> None:
        taken = self.degraded.setdefault(run, Counter())
        taken[step] += 1
        if len(self.degraded) > MOST_RUNS:
            self.degraded.pop(next(iter(self.degraded)), None)
        if step not in self._noted:
            self._noted.add(step)
            self._tell(f"{note}; %lineage config budget=0 records everything")

    def count(self, run: int, op: Op, kind: DatasetKind | None) -> None:
        """An operation of a cell run, on an object of that kind, is only counted."""
        value = None if kind is None else kind.value
        # Of these, none is hashed by code in Python: the worker might take what was counted between asking and adding.
        self.counts[run, op, value] += 1
        self.counted += 1
        WORLD.pending, WORLD.usual = True, 0
        if self.counted % EACH == 0:
            self.check()

    def sampling(self, run: int | None) -> bool:
        """Whether values of a cell run's operations are looked up for a sample only."""
        taken = self.degraded.get(run) if run is not None else None
        return taken is not None and (taken["sampling"] > 0 or taken[LOOKUPS] > 0)

    def long(self, run: int) -> None:
        """It took many steps to look up what the values of a cell run came from. The worker says so, not the cell."""
        taken = self.degraded.get(run)
        if self._share() and (taken is None or not taken[LOOKUPS]):
            self._note(LOOKUPS, TOOK_LONG, run)

    def status(self) -> str:
        """What was left out so far, in a line; empty if nothing was."""
        if not self.degraded:
            return ""
        cells = [set(taken) for taken in list(self.degraded.values())]
        steps = Counter(step for taken in cells for step in taken if step != LOOKUPS)
        over, long = sum(taken != {LOOKUPS} for taken in cells), sum(LOOKUPS in taken for taken in cells)
        said = ", ".join(f"{step.name.lower()} in {n}" for step in FACTORS if (n := steps[step.name.lower()]))
        parts = [f"{over} cells over budget ({self._share():.2%} of their time): {said}"] if over else []
        parts += [f"{self.counted} operations only counted"] if self.counted else []
        parts += [f"{long} cells whose values take long to look up: a sample of operations is"] if long else []
        return "; ".join(parts)

    def facet(self, run: int) -> DegradedFacet | None:
        """What was left out of a cell run."""
        taken = self.degraded.get(run)
        if not taken:
            return None
        from lineage_ext.model import DegradedFacet

        return DegradedFacet(tuple(taken.items()), self._share())


BUDGET = Budget()
