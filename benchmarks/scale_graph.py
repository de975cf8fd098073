"""What the graph costs at scale: bytes per operation, µs to remember one, ms to answer, on 100 000 operations.

python benchmarks/scale_graph.py [OPERATIONS]

Frames of 10 columns, so 1 000 000 column edges. `shapes` is the number of different column maps: a real session repeats
few; `every` (no two operations alike) is the worst case.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator

from lineage_ext.clock import SystemClock
from lineage_ext.graph import LineageGraph
from lineage_ext.model import (
    ORDER,
    ROWS,
    Block,
    ColumnMap,
    Dataset,
    DatasetKind,
    Job,
    Position,
    Run,
    RunKind,
    RunState,
    Schema,
    Transformation,
)

T = Transformation
COLUMNS = 10
SITES = 500
QUESTIONS: dict[str, Callable[[LineageGraph, int], object]] = {
    "first": lambda graph, last: graph.edges(last, "c0"),
    "column": lambda graph, last: graph.edges(last, "c0"),
    "frame": lambda graph, last: graph.edges(last),
    "rows": lambda graph, last: graph.rows(last),
    "trace": lambda graph, last: graph.upstream(last, "c0"),
    "down": lambda graph, last: graph.downstream(1),
    "path": lambda graph, last: graph.path(1, last),
}


def main(operations: int) -> None:
    """Print a line for each kind of session."""
    print(f"{operations:,} operations on frames of {COLUMNS} columns = {operations * COLUMNS:,} column edges")
    print("ms of CPU to answer; `first` is the first question of the session, the others best of three")
    print(f"{'shapes':>7} {'µs/op':>6} {'B/op':>5}" + "".join(f"{name:>9}" for name in QUESTIONS))
    for shapes in (30, 1_000, operations):
        measure(operations, shapes)


def measure(operations: int, shapes: int) -> None:
    """Remember a session, then ask."""
    runs = list(session(operations, shapes))
    graph = LineageGraph()
    began = time.process_time()
    for run in runs:
        graph.on_end(run)
    each = (time.process_time() - began) / operations * 1e6
    last = runs[-1].outputs[0].no
    first = best(lambda: graph.edges(last, "c0"), 1)
    times = [first, *(best(lambda ask=ask: ask(graph, last)) for ask in list(QUESTIONS.values())[1:])]  # type: ignore[misc]
    size = retained(operations, shapes)
    label = "every" if shapes == operations else f"{shapes:,}"
    print(f"{label:>7} {each:6.1f} {size:5.0f}" + "".join(f"{ms:9.1f}" for ms in times))


def best(question: Callable[[], object], times: int = 3) -> float:
    """Shortest of several askings, in ms."""
    found = []
    for _ in range(times):
        began = time.process_time()
        question()
        found.append((time.process_time() - began) * 1e3)
    return min(found)


def retained(operations: int, shapes: int) -> float:
    """Bytes per operation the graph keeps, its share of what interpreting keeps anyway included."""
    tracemalloc.start()
    graph = LineageGraph()
    for run in session(operations, shapes):
        graph.on_end(run)
    size = tracemalloc.get_traced_memory()[0] / operations
    tracemalloc.stop()
    return size


def session(operations: int, shapes: int) -> Iterator[Run]:
    """A session of ``operations``: each takes one of the last 20 frames, every fifth a second one as well."""
    rng = random.Random(7)
    clock = SystemClock()
    schema = Schema(DatasetKind.FRAME, tuple(f"c{i}" for i in range(COLUMNS)), (None,), (), ("float64",) * COLUMNS)
    maps = [column_map(rng, join=i % 5 == 0) for i in range(min(shapes, 1_000_000))]
    sites = [Position("<cell>", i + 1, i + 1, 0, 20, f"df{i} = df.assign()") for i in range(SITES)]
    jobs = [f"pandas.DataFrame.operation_{i}" for i in range(100)]
    file = Dataset(1, DatasetKind.EXTERNAL, schema, "file", "/data/file.csv")
    recent = [file]
    for n in range(operations):
        at = n % len(maps)
        inputs = [recent[-1], *([rng.choice(recent)] if at % 5 == 0 else [])]
        out = Dataset(n + 2, DatasetKind.FRAME, schema, "inmemory://", f"notebook/{n + 2}", n)
        now = clock.now()
        yield Run(
            n + 1, clock.uuid7(), RunKind.OPERATION, RunState.COMPLETE, Job("notebooks", jobs[n % 100]), now,
            now + 1_000, f"cell {n // 20}", tuple(inputs), (out,), maps[at], sites[n % SITES],
        )  # fmt: skip
        recent = [*recent[-19:], out]


def column_map(rng: random.Random, *, join: bool) -> ColumnMap:
    """Nine columns as they are, one made of two; a filter now and then; a join brings half its columns along."""
    target, a, b = rng.sample(range(COLUMNS), 3)
    kept = tuple(i for i in range(COLUMNS) if i != target)
    blocks = [
        Block(0, 0, kept, kept, T.IDENTITY),
        Block(0, 0, (target,), (a, b), T.TRANSFORMATION, cross=True),
        Block(0, 0, (ROWS, ORDER), (ROWS, ORDER), T.IDENTITY),
    ]
    if rng.random() < 0.2:
        blocks.append(Block(0, 0, (ROWS,), (a,), T.FILTER))
    if join:
        half = tuple(rng.sample(range(COLUMNS), COLUMNS // 2))
        blocks.append(Block(0, 1, half, half, T.IDENTITY))
        blocks.append(Block(0, 1, (ROWS,), (ROWS, b), T.JOIN, cross=True))
    return ColumnMap(tuple(blocks))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
