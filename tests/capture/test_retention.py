"""Short-lived objects: nothing is kept alive, nothing is mixed up, and little is remembered of each."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from lineage_ext.config import LineageConfig
from lineage_ext.hosts.wiring import close_session, open_session
from lineage_ext.session import Session

CHAINS = 500


@pytest.fixture
def session(tmp_path: Any) -> Iterator[Session]:
    """A session with an open cell, in memory only: what it retains is all in this process."""
    opened = open_session("retention", LineageConfig(store="memory"), tmp_path)
    opened.begin("")
    yield opened
    close_session(opened)


def chain(i: int, seen: list[weakref.ref[Any]]) -> pd.DataFrame:
    """Create, transform, delete: all but the last frame are gone afterwards."""
    first = pd.DataFrame({f"in_{i}": [i, 2, 3], "b": [4.0, 5.0, 6.0]})
    first["c"] = first[f"in_{i}"] * 2
    seen.append(weakref.ref(first))
    return first[first["c"] > 1][["c"]]


def test_no_output_of_disjoint_chains_has_a_false_ancestor(session: Session) -> None:
    """500 chains that reuse each other's memory addresses: each output descends from its own root and no other."""
    outputs = [(i, session.identify(chain(i, []))) for i in range(CHAINS)]
    session.flush()
    for i, number in outputs:
        ancestors = [session.graph.dataset(a) for a in session.graph.ancestors(number)]
        names = {f.name for a in ancestors for f in a.fields if f.name.startswith("in_")}
        assert names == {f"in_{i}"}


def test_no_frame_is_kept_alive(session: Session) -> None:
    """A frame dies with its last reference, without a collection, although its operations are still unexplained."""
    seen: list[weakref.ref[Any]] = []
    gc.disable()
    try:
        for i in range(CHAINS):
            chain(i, seen)
        assert sum(reference() is not None for reference in seen) == 0
    finally:
        gc.enable()


def test_at_most_400_bytes_are_retained_per_operation(session: Session) -> None:
    """Memory after explaining thousands of operations on frames that are gone, per operation."""
    for i in range(100):
        chain(i, [])
    session.flush()
    gc.collect()
    tracemalloc.start()
    before, operations = tracemalloc.get_traced_memory()[0], session.counters.operations
    for i in range(CHAINS):
        chain(i % 50, [])
    session.flush()
    gc.collect()
    retained = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    done = session.counters.operations - operations
    assert done >= CHAINS * 6
    assert retained / done <= 400
