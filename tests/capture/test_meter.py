"""What recording costs the user's threads is told as it is known, without going back on what was told."""

from __future__ import annotations

import pytest

from lineage_ext.capture.meter import Charged, Meter, Reading

FIRST = Reading(32, 32, 320_000, 0, 0)  # 10 µs each


@pytest.mark.parametrize(
    ("now", "ns"),
    [
        (FIRST, 320_000),  # measured, all of them
        (FIRST._replace(records=42), 420_000),  # none of the later ones was: as the first ones
        (
            FIRST._replace(records=128, halves=2, halves_ns=340_000),
            11_900_000,
        ),  # a dear one doesn't stand for 96
        (FIRST._replace(records=10_032, halves=156, halves_ns=156_000), 20_300_000),  # many outweigh the first: 2 µs
    ],
)
def test_what_is_not_measured_costs_the_mean_of_what_is(now: Reading, ns: int) -> None:
    """To a few per cent, from the first record on."""
    assert now.charge(Charged()).ns == pytest.approx(ns, rel=0.15)


def test_a_sample_changes_nothing_of_what_was_charged() -> None:
    """A cell pays for its own records: neither a cheap nor a dear sample is felt as the cost of all before."""
    before = FIRST._replace(records=127).charge(Charged())
    for sample in (0, 340_000):
        after = FIRST._replace(records=128, halves=2, halves_ns=sample).charge(before)
        assert 0 < after.ns - before.ns < 340_000


def test_hooks_that_begin_anew_take_nothing_back() -> None:
    """As after a reload."""
    before = FIRST._replace(records=1_000).charge(Charged())
    assert FIRST._replace(records=40).charge(before).ns == before.ns


def test_records_are_counted_and_looked_at_now_and_then() -> None:
    """The first 32 are measured, then one of 128; the budget is looked at as often as it asks for."""
    meter, looks, measured = Meter(), [], []

    def look() -> int:
        looks.append(meter.records)
        return 50

    for this in range(1, 300):
        if not meter.left and meter.special(look):
            measured.append(this)
            meter.sample(1)
            assert meter.second()
            meter.sample(1)
        meter.left -= 1
        assert meter.records == this
    assert measured == [*range(1, 33), 128, 256]
    assert looks == [0, 50, 100, 150, 200, 250]
