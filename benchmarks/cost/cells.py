"""What a cell costs that does nothing, and what loading the extension costs."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.cost.shell import Shell, folder
from benchmarks.cost.table import Row
from benchmarks.cost.turns import by_turns

CELLS = 200
LOAD = """
import json, sys, time, pandas, IPython
shell = IPython.InteractiveShell()
shell.run_cell("1")
before, began = set(sys.modules), (time.thread_time(), time.process_time())
shell.run_line_magic("load_ext", "lineage_ext")
spent = time.thread_time() - began[0], time.process_time() - began[1]
print(json.dumps([*spent, sorted({m.partition(".")[0] for m in set(sys.modules) - before})]))
"""
HEAVY = {
    "anywidget", "black", "duckdb", "ipywidgets", "libcst", "marimo", "matplotlib", "networkx", "openlineage",
    "opentelemetry", "polars", "pyarrow", "requests", "rich", "sklearn", "sqlglot", "sqlparse", "tqdm",
}  # fmt: skip


def rows(rounds: int) -> Iterator[Row]:
    """A cell, and loading for the first time ever and after."""
    with folder():
        shell = Shell()
        empty = ["pass"] * CELLS
        shell.tracked(empty)
        without, with_ = by_turns(2 * rounds, lambda: shell.plain(empty), lambda: shell.tracked(empty))
        thread, process = (with_.thread - without.thread) / CELLS, (with_.process - without.process) / CELLS
        yield Row("a cell that does nothing", thread * 1e3, process * 1e3, 0.3, "ms")
    with folder() as here:
        first, *later = [load(here) for _ in range(rounds + 1)]
        yield Row("%load_ext, the very first time", first[0] * 1e3, first[1] * 1e3, 1_500, "ms")
        thread, process = statistics.median(t for t, _, _ in later), statistics.median(p for _, p, _ in later)
        yield Row("%load_ext", thread * 1e3, process * 1e3, 150, "ms")
        heavy = HEAVY & {name for _, _, names in (first, *later) for name in names}
        yield Row(f"heavy modules it imports {sorted(heavy) or ''}".strip(), len(heavy), None, 0, "modules")


def load(here: str) -> tuple[float, float, list[str]]:
    """CPU seconds (thread, process) of loading in a new process that has pandas, and the packages it imported."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, cwd=here,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    thread, process, names = json.loads(done.stdout.splitlines()[-1])
    return thread, process, names
