"""Memory sampled while something runs, in C and in Python."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from lineage_ext import resources, sampler
from lineage_ext.sampler import Sampler
from lineage_ext.session import Sample

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
    time.sleep(0.1)
    del block
    inner = found.begin()
    time.sleep(0.1)
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
    ticket, began = found.begin(), time.time_ns()
    data.sort()
    took, highest = time.time_ns() - began, found.end(ticket)
    within = [sample for sample in samples if began < sample.time < began + took * 0.9]
    found.close()
    assert took > 20 * INTERVAL * 1e9
    assert (len(within) > 5) is (language == "C")
    assert highest > 0 or language == "Python"


@pytest.mark.usefixtures("language")
def test_it_sleeps_when_nothing_is_measured_and_ends_when_closed() -> None:
    """No samples while idle, it wakes for the next measurement; no thread afterwards."""
    samples: list[Sample] = []
    found = Sampler(INTERVAL, samples.append, time.time_ns)
    found.end(found.begin())
    time.sleep(0.05)
    count = len(samples)
    time.sleep((sampler.IDLE + 10) * INTERVAL)
    assert len(samples) == count
    ticket = found.begin()
    wait(lambda: len(samples) > count)
    assert found.end(ticket) > 0
    thread = thread_of(found)
    found.close()
    wait(lambda: not thread.is_alive())


@pytest.mark.usefixtures("language")
def test_it_halts_at_once_and_goes_on() -> None:
    """Before a fork it ends, asleep or not, without waiting for its interval; after it, it works again."""
    found = Sampler(5.0, lambda sample: None, time.time_ns)
    found.begin()
    time.sleep(0.02)
    before, thread = time.monotonic(), thread_of(found)
    found.halt()
    assert time.monotonic() - before < 1
    assert not thread.is_alive()
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
    thread = threading.Thread(target=watch.run)
    watch.want(True)
    thread.start()
    time.sleep(0.2)
    watch.stop()
    thread.join()
    found = watch.drain()
    assert len(found) == 64
    assert found == sorted(found, key=lambda pair: pair[0])
    assert time.perf_counter_ns() - found[-1][0] < 1e9
    assert watch.drain() == []


def thread_of(found: Sampler) -> threading.Thread:
    """Its own: other tests' sessions may have one, too."""
    assert found._thread is not None
    assert found._thread.is_alive()
    return found._thread


def wait(condition: Callable[[], bool]) -> None:
    """Up to two seconds."""
    deadline = time.monotonic() + 2
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()
