"""What a stretch of work costs: two snapshots of the process around it (and ``sampler`` for memory in between).

On Linux a snapshot asks the kernel by ``getrusage`` and an open file under /proc (8 µs; psutil's ``memory_info`` alone
takes 20); elsewhere psutil is asked. The peak is exact when the kernel's own high-water mark rose during the work;
otherwise it is the highest of the samples and the two ends.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lineage_ext import compiled
from lineage_ext.model import ResourceFacet

HELD, _ = compiled.load("lineage_ext._held", Path(__file__).with_name("_held.c"))

_PEAK = re.compile(rb"VmHWM:\s*(\d+)")
_IO = re.compile(rb"read_bytes: (\d+)\nwrite_bytes: (\d+)")
_BLOCK = 512  # bytes; getrusage counts I/O in these
_read: Callable[[int, int], bytes] = HELD.read if HELD is not None else lambda fd, size: os.pread(fd, size, 0)
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

Numbers = tuple[int, int | None, int | None, int | None]
"""Resident bytes, the most there ever were, bytes read from and written to storage; None where it isn't told."""


class Proc:
    """Open files of this process under /proc. Reopened after a fork: they name the process that opened them.

    ``getrusage`` tells peak and I/O, too, in 1 µs where ``status`` takes 10 and ``io`` 3. But its peak begins with that
    of the process that started this one (perhaps a big server), and sandboxes may not keep it: so it is asked only once
    it tells no more than ``status`` does. Both only rise. ``io`` counts children that ended and were waited for, too
    (so does what ``!cp a b`` in a cell copies); getrusage tells of them by themselves.
    """

    def __init__(self) -> None:
        from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage  # Windows has none

        self._usage = partial(getrusage, RUSAGE_SELF)
        self._children = partial(getrusage, RUSAGE_CHILDREN)
        self._agree = False
        self.status = os.open("/proc/self/status", os.O_RDONLY)
        self.statm = os.open("/proc/self/statm", os.O_RDONLY)
        self.io: int | None = None
        with suppress(OSError):  # containers may forbid it
            self.io = os.open("/proc/self/io", os.O_RDONLY)

    def close(self) -> None:
        """Close the files."""
        for file in (self.status, self.statm, self.io):
            if file is not None:
                os.close(file)

    def memory(self) -> tuple[int, int | None]:
        """(resident bytes, high-water mark of it in bytes)."""
        rss = self.rss()
        found = _PEAK.search(_read(self.status, 4096))
        peak = int(found[1]) * 1024 if found else None
        self._agree = peak is not None and self._usage().ru_maxrss * 1024 <= peak
        return rss, peak

    def rss(self) -> int:
        """Resident bytes (1 µs)."""
        return int(_read(self.statm, 128).split(b" ", 2)[1]) * _PAGE

    def all(self) -> Numbers:
        """What ``memory`` and ``traffic`` tell."""
        if not self._agree:
            return *self.memory(), *self.traffic()
        if HELD is not None:
            return HELD.usage(self.statm)  # type: ignore[no-any-return]
        rss, own, ended = self.rss(), self._usage(), self._children()
        read, written = own.ru_inblock + ended.ru_inblock, own.ru_oublock + ended.ru_oublock
        return rss, own.ru_maxrss * 1024, read * _BLOCK, written * _BLOCK

    def traffic(self) -> tuple[int | None, int | None]:
        """Bytes read from and written to storage."""
        if self.io is not None:
            with suppress(OSError):
                found = _IO.search(_read(self.io, 512))
                if found:
                    return int(found[1]), int(found[2])
        return None, None


class Psutil:
    """The same where there is no /proc."""

    def __init__(self) -> None:
        import psutil

        self.process = psutil.Process()

    def memory(self) -> tuple[int, int | None]:
        """(resident bytes, high-water mark of it in bytes; only Windows tells)."""
        info = self.process.memory_info()
        return info.rss, getattr(info, "peak_wset", None)

    def rss(self) -> int:
        """Resident bytes."""
        return int(self.process.memory_info().rss)

    def all(self) -> Numbers:
        """What ``memory`` and ``traffic`` tell."""
        return *self.memory(), *self.traffic()

    def traffic(self) -> tuple[int | None, int | None]:
        """Bytes read and written."""
        try:
            counters: Any = self.process.io_counters()
        except (AttributeError, OSError):  # macOS has none
            return None, None
        return counters.read_bytes, counters.write_bytes


_source: Proc | Psutil | None = None


def source() -> Proc | Psutil:
    """Where numbers about this process come from."""
    global _source
    if _source is None:
        try:
            _source = Proc()
        except OSError:
            _source = Psutil()
    return _source


def let_go() -> None:
    """Close what is open to tell them; whoever asks again opens it again."""
    global _source
    before, _source = _source, None
    if isinstance(before, Proc):
        before.close()


def _in_child() -> None:
    """Those of the parent name the parent. To ask for the process's number each time takes 5 µs of a cell's time."""
    global _source
    _source = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class Snapshot(NamedTuple):
    """The process at a moment: times in ns, sizes in bytes. ``wall`` is monotonic, ``cpu`` of all threads."""

    wall: int
    cpu: int
    rss: int
    peak: int | None
    read_bytes: int | None
    write_bytes: int | None

    @classmethod
    def take(cls) -> Snapshot:
        """Now."""
        numbers = source().all()
        return cls(time.perf_counter_ns(), time.process_time_ns(), *numbers)


def measure(before: Snapshot, after: Snapshot, sampled: int = 0, own_ns: int = 0, beside_ns: int = 0) -> ResourceFacet:
    """What happened between two snapshots. ``sampled`` is the highest rss seen in between, 0 if none was;
    ``own_ns`` and ``beside_ns`` our own CPU on the user's threads and on the worker's."""
    exact = before.peak is not None and after.peak is not None and after.peak > before.peak
    peak = after.peak if exact and after.peak is not None else max(before.rss, after.rss, sampled)
    return ResourceFacet(
        wall_ns=after.wall - before.wall,
        cpu_ns=after.cpu - before.cpu,
        rss_start=before.rss,
        rss_end=after.rss,
        rss_peak=peak,
        peak_exact=exact,
        read_bytes=_difference(before.read_bytes, after.read_bytes),
        write_bytes=_difference(before.write_bytes, after.write_bytes),
        own_ns=own_ns,
        beside_ns=beside_ns,
    )


def _difference(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before
