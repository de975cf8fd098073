"""What the store costs at scale: µs and bytes per operation, for batches as the session's flushes make them.

python benchmarks/scale_store.py [OPERATIONS]        # default 200 000
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from lineage_ext.clock import SystemClock
from lineage_ext.model import Job, Run, RunKind, RunState
from lineage_ext.store.jsonl import open_log
from lineage_ext.store.reading import load
from lineage_ext.store.sqlite import SqliteStore

sys.path.insert(0, str(Path(__file__).parent))
from scale_graph import session

EACH = 10_000


def main(operations: int) -> None:
    """Write, measure, read back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lineage.sqlite"
        start = Run(0, SystemClock().uuid7(), RunKind.SESSION, RunState.START, Job("notebooks", "notebook"), 0)
        for batch in (100, 2_000):
            path.unlink(missing_ok=True)
            store = SqliteStore(path, print)
            store.on_start(start)
            spent = write(store, operations, batch)
            store.close()
            size = path.stat().st_size
            print(
                f"sqlite, batches of {batch:>5,}: {spent / operations * 1e6:5.1f} µs of CPU "
                f"and {size / operations:4.0f} B an operation; 1 000 000 operations = {size / operations:.0f} MB"
            )
        began = time.process_time()
        graph = load(path)
        spent = time.process_time() - began
        print(f"read back as a graph: {spent / operations * 1e6:.1f} µs an operation")
        assert sum(1 for _ in graph.datasets()) > operations
        for kind in ("runtime", "lineage"):
            log = open_log(kind, Path(folder), 10**12)
            log.on_start(start)
            spent = write(log, operations, 2_000)
            log.close()
            size = (Path(folder) / f"{kind}.jsonl").stat().st_size
            print(f"{kind}.jsonl: {spent / operations * 1e6:.1f} µs of CPU and {size / operations:.0f} B an operation")


def write(store: SqliteStore, operations: int, batch: int) -> float:
    """Seconds of CPU spent in the store."""
    spent = 0.0
    waiting: list[Run] = []
    for n, run in enumerate(session(operations, 300), 1):
        waiting.append(run)
        if n % batch == 0 or n == operations:
            began = time.process_time()
            for one in waiting:
                store.on_end(one)
            store.on_flush()
            spent += time.process_time() - began
            waiting.clear()
    return spent


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
