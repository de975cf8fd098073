"""The store of the last Runs."""

from __future__ import annotations

from lineage_ext.model import RunKind
from lineage_ext.session import Sample
from lineage_ext.store.memory import MemoryStore
from tests.graph.build import flights


def test_it_keeps_the_last_runs_as_they_were_passed_on() -> None:
    """Started and ended ones in order, the very objects, at most as many as asked for."""
    store = MemoryStore(most=5)
    book, _ = flights(store)
    store.on_sample(Sample(1, 2))
    book.close()
    assert list(store.ended) == book.runs[-5:]
    assert store.ended[-1].kind is RunKind.SESSION
    assert len(store.started) == 5
    assert store.samples[0].rss == 2
    assert store.closed
