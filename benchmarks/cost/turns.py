"""Two sides measured by turns.

What else runs on the machine only ever adds to a time (it empties caches), so the best of each side's rounds counts:
of each part by itself, since a short one is more often undisturbed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

Work = Callable[[], object]


@dataclass(frozen=True)
class Spent:
    """CPU seconds of a thread, by parts of the work, and of the whole process; seconds the work took by the clock."""

    parts: tuple[float, ...]
    process: float
    clock: float

    @property
    def thread(self) -> float:
        """Of all parts."""
        return sum(self.parts)


class Marks(list[float]):
    """Where parts of the work end."""

    def mark(self) -> None:
        """Here."""
        self.append(time.thread_time())


def spent(work: Work, settle: Work = lambda: None, marks: Marks | None = None) -> Spent:
    """What ``work`` takes, between its ``marks``; ``settle`` waits for what it left to other threads, which counts
    for the process."""
    marks = Marks() if marks is None else marks
    marks.clear()
    gc.collect()
    process = time.process_time()
    marks.mark()
    began = time.perf_counter()
    work()
    clock = time.perf_counter() - began
    marks.mark()
    settle()
    process = time.process_time() - process
    return Spent(tuple(b - a for a, b in pairwise(marks)), process, clock)


def best(found: list[Spent]) -> Spent:
    """The least of each."""
    parts = tuple(map(min, zip(*(s.parts for s in found), strict=True)))
    return Spent(parts, min(s.process for s in found), min(s.clock for s in found))


def by_turns(rounds: int, *sides: Callable[[], Spent]) -> list[Spent]:
    """The best of each side; they take turns, and the order changes with each round."""
    found: list[list[Spent]] = [[] for _ in sides]
    for turn in range(rounds):
        order = range(len(sides)) if turn % 2 else reversed(range(len(sides)))
        for side in order:
            found[side].append(sides[side]())
    return [best(all_of_it) for all_of_it in found]


def shortest(work: Work, times: int = 10) -> float:
    """CPU seconds of one turn of many: seldom are all of them disturbed."""
    found = []
    for _ in range(times):
        began = time.thread_time()
        work()
        found.append(time.thread_time() - began)
    return min(found)


def yardstick() -> float:
    """ns of CPU of one round of a loop of Python, now: 30 to 50 on a machine that does nothing else."""

    def loop() -> None:
        total = 0
        for i in range(50_000):
            total += i

    return shortest(loop) / 50_000 * 1e9
