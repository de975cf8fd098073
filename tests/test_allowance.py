"""What the worker may take of the time of cells that run: a share of what passes, less once it can't keep up anyway."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lineage_ext.session.allowance import BEHIND, CROWDED, LATE, USUAL, Allowance


@dataclass
class Times:
    """Seconds that pass, and CPU seconds of the worker."""

    now: float = 0.0
    cpu: float = 0.0

    def allowance(self, most: float) -> Allowance:
        """One that reads these."""
        return Allowance(most, lambda: self.now, lambda: self.cpu)


def taken(times: Times, allowance: Allowance, *, each: float, lag: float = 0.0, crowded: bool = False) -> float:
    """What the worker takes at one look for records of ``each`` CPU seconds, of which there are plenty."""
    before = times.cpu
    allowance.begin(lag, crowded=crowded)
    while True:
        times.cpu += each
        times.now += each
        if not allowance.lasts():
            return times.cpu - before


@pytest.mark.parametrize(
    ("lag", "crowded", "share"),
    [(0.0, False, USUAL), (LATE - 0.01, False, USUAL), (LATE, False, BEHIND), (LATE, True, CROWDED)],
)
def test_it_is_a_share_of_the_time_that_passes(lag: float, crowded: bool, share: float) -> None:
    """However often the worker looks; less when it is late, more when the memory for records fills."""
    times = Times()
    allowance = times.allowance(1.0)
    for _ in range(4):  # what it begins with
        taken(times, allowance, each=0.001, lag=lag, crowded=crowded)
    began, spent = times.now, times.cpu
    for pause in (0.25, 0.02, 0.5) * 20:
        times.now += pause
        taken(times, allowance, each=0.001, lag=lag, crowded=crowded)
    assert (times.cpu - spent) / (times.now - began) == pytest.approx(share, rel=0.01)


def test_it_isnt_saved_up() -> None:
    """After an hour in which nothing was to be done a cell doesn't wait longer than after a moment."""
    times = Times()
    allowance = times.allowance(0.25)
    times.now += 3_600
    assert taken(times, allowance, each=0.001) == pytest.approx(0.25 * USUAL, abs=0.002)


def test_what_was_taken_while_no_cell_ran_isnt_owed_for_ever() -> None:
    """A worker that was busy for a minute between cells looks at the next one as soon as one look later."""
    times = Times()
    allowance = times.allowance(0.25)
    allowance.begin(0.0)
    times.now, times.cpu = 60.0, 60.0
    assert not allowance.lasts()
    times.now += 0.25
    allowance.begin(0.0)
    times.now += 0.25
    allowance.begin(0.0)
    assert allowance.lasts()
