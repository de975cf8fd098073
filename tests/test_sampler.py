"""Memory sampled while something runs, in C and in Python."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from lineage_ext import resources, sampler, threads
from lineage_ext.sampler import Sampler
from lineage_ext.session import HALT, Sample

MB = 1_000_000
INTERVAL = 0.01


@pytest.fixture(params=["C", "Python"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """In which the sampler's thread works."""
    if request.param == "C" and (resources.HELD is None or not os.path.exists("/proc/self/statm")):
        pytest.skip("it wasn't built")
    if request.param == "Python":
        monkeypatch.setattr(sampler, "HELD", None)
    return str(request.param)


@pytest.mark.usefixtures("language")
def test_it_keeps_the_highest_of_each_measurement() -> None:
    """Measurements may overlap; each has its own maximum. Samples go to the listener, in order, with their times."""
    samples: list[Sample] = []
    found, began = Sampler(INTERVAL, samples.append, time.time_ns), time.time_ns()
    outer = found.begin()
    block = np.ones(15 * MB)
    several(samples)
    del block
    inner = found.begin()
    several(samples)
    assert found.end(inner) < found.end(outer) - 60 * MB
    times = [sample.time for sample in samples]
    assert len(samples) > 5
    assert began < times[0] < times[-1] <= time.time_ns()
    assert times == sorted(times)
    found.close()


def test_in_c_it_sees_what_happens_within_one_call(language: str) -> None:
    """A sort keeps Python's lock from its begin to its end, and takes memory meanwhile."""
    samples: list[Sample] = []
    found = Sampler(INTERVAL, samples.append, time.time_ns)
    data = np.random.default_rng(1).random(3_000_000).tolist()
    ticket = found.begin()
    several(samples)  # its thread is there: to begin it takes Python's lock
    began, cpu = time.time_ns(), time.thread_time_ns()
    data.sort()
    took, cpu, highest = time.time_ns() - began, time.thread_time_ns() - cpu, found.end(ticket)

    def within() -> list[int]:
        """Times of those taken meanwhile, as far as its thread has told of them: it may have just begun to."""
        return [sample.time for sample in list(samples) if began < sample.time < began + took * 0.9]

    assert cpu > 20 * INTERVAL * 1e9
    if language == "C":
        wait(lambda: len(within()) > 5)
    else:
        times = [began, *within(), began + took]
        assert max(b - a for a, b in pairwise(times)) > 0.8 * cpu
    assert highest > 0
    found.close()


@pytest.mark.usefixtures("language")
def test_it_sleeps_when_nothing_is_measured_and_ends_when_closed() -> None:
    """No samples while idle, it wakes for the next measurement; no thread afterwards."""
    samples: list[Sample] = []
    found = Sampler(INTERVAL, samples.append, time.time_ns)
    found.end(found.begin())

    def nothing_comes() -> bool:
        """But what was under way."""
        count = len(samples)
        time.sleep((sampler.IDLE + 10) * INTERVAL)
        return len(samples) == count

    wait(nothing_comes)
    count = len(samples)
    ticket = found.begin()
    wait(lambda: len(samples) > count)
    assert found.end(ticket) > 0
    thread = thread_of(found)
    found.close()
    wait(lambda: not thread.is_alive())


@pytest.mark.usefixtures("language")
def test_it_halts_at_once_and_goes_on() -> None:
    """Before a fork it ends, asleep or not, without waiting for its interval; after it, it works again."""
    found = Sampler(3_600.0, lambda sample: None, time.time_ns)
    found.begin()
    time.sleep(0.02)
    before, thread = time.monotonic(), thread_of(found)
    found.halt()
    assert not thread.is_alive() or time.monotonic() - before >= HALT  # all the time that a fork waits for it
    wait(lambda: not thread.is_alive())
    found.interval = INTERVAL
    samples: list[Sample] = []
    found.listener = samples.append
    found.resume()
    wait(lambda: len(samples) > 0)
    found.close()


def test_samples_that_nobody_can_take_are_bounded() -> None:
    """While a call keeps Python's lock for long, the latest 64 are kept."""
    if resources.HELD is None or not os.path.exists("/proc/self/statm"):
        pytest.skip("it wasn't built")
    watch = resources.HELD.Watch(resources.Proc().statm, 100_000, 1_000, 20)
    thread = threading.Thread(target=watch.run)  # comes back when there are so many
    watch.want(True)
    thread.start()
    thread.join()

    def the_latest() -> bool:
        """Of half a second's five thousand; as soon as its thread had its turn all the time."""
        watch.drain()
        time.sleep(0.5)
        found = watch.drain()
        assert len(found) <= 64
        assert found == sorted(found, key=lambda pair: pair[0])
        return len(found) == 64 and time.perf_counter_ns() - found[-1][0] < 1e8

    wait(the_latest)
    watch.stop()
    assert not watch.run()
    watch.drain()
    assert watch.drain() == []


def thread_of(found: Sampler) -> threads.Thread:
    """Its own: other tests' sessions may have one, too."""
    assert found._thread is not None
    assert found._thread.is_alive()
    return found._thread


def several(samples: list[Sample]) -> None:
    """Wait for more new ones than the batch that was under way: for some that were taken since now."""
    until = len(samples) + 2 * sampler.BATCH
    wait(lambda: len(samples) > until)


def wait(condition: Callable[[], bool]) -> None:
    """Up to a minute of our own, on a busy machine."""
    for _ in range(6_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it didn't happen")
