"""What the graph keeps per operation."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

from lineage_ext.clock import SystemClock
from lineage_ext.graph import LineageGraph
from lineage_ext.model import ColumnMap, Dataset, Job, Position, Run, RunKind, RunState
from tests.graph.build import FRAME, frame, keep, link, same

N = 10_000


def session() -> Iterator[Run]:
    """Runs as capture makes them: everything new each time but shared schemas, maps and positions."""
    clock = SystemClock()
    schemas = [frame(*(f"c{i}" for i in range(n))) for n in range(3, 23)]
    maps = [ColumnMap((same(range(n)), keep(), link([0], [1]))) for n in range(3, 23)]
    sites = [Position(f"<cell {i // 10}>", i + 1, i + 1, 4, 40, f"frame_{i}.assign(x=1)") for i in range(200)]
    last = Dataset(1, FRAME, schemas[0], "inmemory://", "reports/sales/1", 10)
    for n in range(N):
        out = Dataset(n + 2, FRAME, schemas[n % 20], "inmemory://", f"reports/sales/{n + 2}", 10 + n)
        inputs = (last, out) if n % 4 == 5 else (last,)
        now = clock.now()
        yield Run(
            n + 1, clock.uuid7(), RunKind.OPERATION, RunState.COMPLETE, Job("notebooks", f"pandas.f{n % 50}"), now,
            now + 5_000, f"cell-{n // 30}", inputs, (out,), maps[n % 20], sites[n % 200],
        )  # fmt: skip
        last = out


def alive() -> int:
    """Runs and datasets in this process, those of other tests' sessions included."""
    return sum(type(o) in {Run, Dataset} for o in gc.get_objects())


def test_an_operation_takes_less_than_250_bytes() -> None:
    """Of 10 000 operations less than 200 bytes each stay, counting all tables; no Run and no Dataset does."""
    before = alive()
    tracemalloc.start()
    try:
        graph = LineageGraph()
        for run in session():
            graph.on_end(run)
        del run
        gc.collect()
        retained = tracemalloc.get_traced_memory()[0] / N
        kept = alive() - before
    finally:
        tracemalloc.stop()
    assert retained < 200
    assert kept < 50
    assert graph.producer(N + 1) is not None


def test_questions_keep_little() -> None:
    """Asking for datasets all over the session leaves less than 50 bytes per operation behind."""
    graph = LineageGraph()
    for run in session():
        graph.on_end(run)
    graph.edges(N + 1, "c0")
    tracemalloc.start()
    try:
        for no in (N // 3, N - 1):
            graph.edges(no, "c0")
            graph.upstream(no, "c1")
            graph.downstream(no, "c1")
        gc.collect()
        retained = tracemalloc.get_traced_memory()[0] / N
    finally:
        tracemalloc.stop()
    assert retained < 50
