"""Cost of a stretch of work, measured on this very process."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from lineage_ext import resources
from lineage_ext.resources import HELD, Proc, Psutil, Snapshot, measure

MB = 1_000_000


@pytest.fixture(params=[Proc, Psutil])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Proc | Psutil:
    """Either source of numbers, in use."""
    if request.param is Proc and not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc")
    found: Proc | Psutil = request.param()
    monkeypatch.setattr(resources, "_source", found)
    return found


def test_both_sources_agree_about_memory(source: Proc | Psutil) -> None:
    """What /proc tells is what psutil tells."""
    import psutil

    rss, peak = source.memory()
    assert rss == pytest.approx(psutil.Process().memory_info().rss, rel=0.02)
    assert source.rss() == pytest.approx(rss, rel=0.02)
    assert peak is None or peak >= rss - MB


def test_getrusage_and_proc_tell_the_same(tmp_path: object) -> None:
    """What a snapshot reads the quick way, once both agree about the peak, is what /proc tells, of children, too."""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc")
    found = Proc()
    missing = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - found.rss()
    block = np.ones((missing + 40 * MB) // 8)  # more than any process had that started this one
    del block  # at its peak the process may grow between one question and the other
    subprocess.run(["dd", "if=/dev/zero", f"of={tmp_path}/file", "bs=1M", "count=16", "conv=fsync"], check=True)
    found.memory()
    assert found._agree
    (_, *quick), (rss, *slow) = found.all(), (*found.memory(), *found.traffic())
    assert quick == pytest.approx(slow, abs=MB)
    assert found.all()[0] == pytest.approx(rss, abs=MB)


@pytest.mark.skipif(resources.HELD is None or not os.path.exists("/proc/self/smaps"), reason="it wasn't built")
def test_numbers_are_read_without_giving_up_pythons_lock() -> None:
    """Else the ends of a cell wait for a thread that computes; what is read is the same."""
    assert HELD.read(Proc().statm, 128).split()[0] == os.pread(Proc().statm, 128, 0).split()[0]
    with pytest.raises(OSError, match="Bad file descriptor"):
        HELD.read(-1, 128)
    done, turns = threading.Event(), [0]

    def others() -> None:
        while not done.is_set():
            turns[0] += 1
            time.sleep(0)  # gives it up

    def taken(read: Callable[[int, int], bytes], seconds: float) -> bool:
        before, until = turns[0], time.monotonic() + seconds
        while turns[0] == before and time.monotonic() < until:
            read(slow.fileno(), 4096)
        return turns[0] != before

    thread, interval = threading.Thread(target=others), sys.getswitchinterval()
    with open("/proc/self/smaps", "rb") as slow:
        thread.start()
        sys.setswitchinterval(10)  # from now on nobody gets it but by its being given up
        try:
            before = turns[0]
            while turns[0] < before + 2:  # it no longer waits by the old interval
                time.sleep(0.001)
            assert not taken(HELD.read, 0.3)
            assert taken(lambda fd, size: os.pread(fd, size, 0), 60)
        finally:
            sys.setswitchinterval(interval)
            done.set()
            thread.join()


def test_bytes_written_are_counted(source: Proc | Psutil, tmp_path: object) -> None:
    """I/O is storage I/O; None where the system doesn't tell."""
    before = source.traffic()
    with open(f"{tmp_path}/file", "wb") as file:
        file.write(b"x" * 4 * MB)
        file.flush()
        os.fsync(file.fileno())
    after = source.traffic()
    if before[1] is not None and after[1] is not None:
        assert after[1] - before[1] >= 4 * MB or after[1] == before[1]  # a RAM disk has no storage behind it


def test_the_peak_is_exact_when_the_high_water_mark_rose() -> None:
    """Memory that was given back before the end is in the peak, to the page."""
    before = Snapshot.take()
    if before.peak is None:
        pytest.skip("no high-water mark here")
    missing = max(before.peak - before.rss, 0)
    block = np.ones((missing + 80 * MB) // 8)
    del block
    cost = measure(before, Snapshot.take())
    assert cost.peak_exact
    assert cost.rss_peak >= before.rss + missing + 70 * MB
    assert cost.rss_end < cost.rss_peak - 60 * MB


def test_the_peak_is_the_highest_sample_otherwise() -> None:
    """Below the process's own record only samples tell, and the facet says so."""
    block = np.ones(30 * MB)
    del block
    before = Snapshot.take()
    after = Snapshot.take()
    cost = measure(before, after, sampled=before.rss + 5 * MB)
    assert not cost.peak_exact
    assert cost.rss_peak == before.rss + 5 * MB


def test_time_is_wall_and_cpu() -> None:
    """Sleeping takes wall time only; computing takes CPU, of every thread."""
    before = Snapshot.take()
    time.sleep(0.1)
    slept = measure(before, Snapshot.take())
    assert slept.wall_ns >= 0.1e9
    assert slept.cpu_ns < 0.08e9
    used: list[int] = []

    def compute() -> None:
        began = time.thread_time_ns()
        sum(range(3_000_000))
        used.append(time.thread_time_ns() - began)

    before, thread = Snapshot.take(), threading.Thread(target=compute)
    thread.start()
    thread.join()
    assert measure(before, Snapshot.take()).cpu_ns > 0.99 * used[0] > 0.01e9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_measures_itself() -> None:
    """The open files of the parent tell about the parent."""
    Snapshot.take()
    block = np.ones(12 * MB)
    pid = os.fork()
    if pid == 0:
        del block
        extra = np.ones(25 * MB)
        own = Snapshot.take().rss
        os._exit(0 if own > 195 * MB and len(extra) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert len(block)


def test_what_is_open_is_closed_when_nobody_measures_any_longer() -> None:
    """The last session's end; whoever measures again opens it again."""
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("no /proc")
    Snapshot.take()
    resources.let_go()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(2):
        assert Snapshot.take().rss > MB
        assert len(os.listdir("/proc/self/fd")) > before
        resources.let_go()
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_snapshot_takes_microseconds() -> None:
    """It is taken twice a cell, so it may cost 50 µs at most (measured: 7)."""
    times = []
    for _ in range(200):
        start = time.perf_counter_ns()
        Snapshot.take()
        times.append(time.perf_counter_ns() - start)
    assert sorted(times)[100] < 50_000
