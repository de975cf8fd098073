"""Ids are nobody else's, and cost no turn at Python's lock."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from lineage_ext.clock import AT_ONCE, SystemClock


def test_ids_of_several_threads_are_all_different() -> None:
    """Whoever asks while random bytes are read anew gets some of its own."""
    clock = SystemClock()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: clock.uuid7(), range(8 * AT_ONCE)))
    assert len(set(found)) == len(found)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_gives_ids_of_its_own() -> None:
    """What the parent has in store isn't given a second time."""
    clock = SystemClock()
    clock.uuid7()
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, "".join(clock.uuid7()[14:] for _ in range(20)).encode())
        os._exit(0)
    os.wait()
    told = os.read(read, 10_000).decode()
    os.close(read)
    os.close(write)
    size = len(told) // 20
    theirs = {told[at : at + size] for at in range(0, len(told), size)}
    assert len(theirs) == 20
    assert theirs.isdisjoint({clock.uuid7()[14:] for _ in range(2 * AT_ONCE)})


def test_random_bytes_are_read_for_many_ids_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read gives up the lock, and a cell that computes gives it back milliseconds later."""
    reads: list[int] = []
    real = os.urandom
    monkeypatch.setattr(os, "urandom", lambda size: (reads.append(size), real(size))[1])
    clock = SystemClock()
    for _ in range(4 * AT_ONCE):
        clock.uuid7()
    assert len(reads) <= 5
