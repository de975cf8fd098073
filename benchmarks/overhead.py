"""What tracking costs: per recorded operation, per nested call, for the demo's pipeline, and at load.

CPU time, both sides alternated within one run, medians. ``python benchmarks/overhead.py [--rounds N]``
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from lineage_ext.capture import recorder
from lineage_ext.config import LineageConfig
from lineage_ext.hosts.wiring import close_session, open_session

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "01_first_lineage.ipynb"
SMALL = {
    "df['a']": "for _ in range(n): df['a']",
    "a + b": "for _ in range(n): a + b",
    "df[['a','b']]": "for _ in range(n): df[['a', 'b']]",
    "df.at[i, 'a']": "for i in range(n): df.at[i % 1000, 'a']",
}
LOAD = """
import time, pandas, IPython
shell = IPython.InteractiveShell()
began = time.perf_counter()
shell.run_line_magic("load_ext", "lineage_ext")
print(time.perf_counter() - began)
"""


@contextlib.contextmanager
def tracked(source: str, name: str) -> Iterator[None]:
    """A session with one open cell, whose store lies in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        session = open_session("bench", LineageConfig(), folder)
        run = session.begin(source, filename=name)
        try:
            yield
        finally:
            session.end(run)
            close_session(session)


def thread_cost(loop: Callable[[int], None], n: int) -> float:
    """ns of this thread's CPU per iteration."""
    before = time.thread_time_ns()
    loop(n)
    return (time.thread_time_ns() - before) / n


def operations(rounds: int, n: int = 2_000) -> None:
    """Added cost of one outermost operation on the cell's thread."""
    df = pd.DataFrame({"a": np.arange(1_000), "b": 1.5})
    names = {"df": df, "a": df["a"], "b": df["b"]}
    print(f"{'operation':<22}{'plain µs':>10}{'tracked µs':>12}{'added µs':>10}")
    for title, line in SMALL.items():
        exec(compile(f"def loop(n):\n    {line}", "cell.py", "exec"), names)
        off, on = [], []
        for _ in range(rounds):
            off.append(thread_cost(names["loop"], n))
            with tracked(line, "cell.py"):
                names["loop"](100)
                on.append(thread_cost(names["loop"], n))
        plain, cost = statistics.median(off), statistics.median(on)
        print(f"{title:<22}{plain / 1e3:>10.2f}{cost / 1e3:>12.2f}{(cost - plain) / 1e3:>10.2f}")


def nested(rounds: int, n: int = 50_000) -> None:
    """Added cost of an instrumented function called within another one: one read of the guard.

    ``Series.values`` is about the shortest function there is, so what is added shows best.
    """
    series = pd.Series(np.arange(10))

    def loop(n: int) -> None:
        for _ in range(n):
            series.values  # noqa: B018

    off, on = [], []
    for _ in range(rounds):
        off.append(thread_cost(loop, n))
        with tracked("", "cell.py"), recorder.muted():
            on.append(thread_cost(loop, n))
    plain, cost = statistics.median(off), statistics.median(on)
    print(f"nested call: {plain:.0f} ns plain, +{cost - plain:.0f} ns")


def cells() -> list[str]:
    """The notebook's code, without magics."""
    notebook = json.loads(NOTEBOOK.read_text())
    sources = ("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code")
    return [s for s in sources if not s.lstrip().startswith("%")]


def run_cells(sources: list[str]) -> tuple[float, float]:
    """CPU seconds of (this thread, the whole process) for running the cells as modules of one namespace."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    process, thread = time.process_time(), time.thread_time()
    for i, source in enumerate(sources):
        exec(compile(source, f"cell_{i}.py", "exec"), namespace)
    return time.thread_time() - thread, time.process_time() - process


def run_tracked(sources: list[str]) -> tuple[float, float, str]:
    """The same under tracking, with a run per cell; the process's time includes explaining and storing everything."""
    with tempfile.TemporaryDirectory() as folder:
        session = open_session("bench", LineageConfig(), folder)
        namespace: dict[str, object] = {"__name__": "__main__"}
        process, thread = time.process_time(), time.thread_time()
        for i, source in enumerate(sources):
            run = session.begin(source, filename=f"cell_{i}.py")
            exec(compile(source, f"cell_{i}.py", "exec"), namespace)
            session.end(run)
        cell_thread = time.thread_time() - thread
        session.flush()
        spent = time.process_time() - process
        s = session.summary()
        note = f"{s.operations} operations, {s.coverage:.1%} explained, own cost {s.own_cell_ns / 1e6:.1f} ms in cells"
        close_session(session)
        return cell_thread, spent, note


def demo(rounds: int) -> None:
    """The demo's pipeline on 336 776 flights, with and without."""
    sources = cells()
    folder = tempfile.TemporaryDirectory()
    os.chdir(folder.name)
    with contextlib.redirect_stdout(io.StringIO()):
        run_cells(sources)
        off, on = [], []
        note = ""
        for _ in range(rounds):
            off.append(run_cells(sources))
            thread, process, note = run_tracked(sources)
            on.append((thread, process))
    thread = statistics.median(t for t, _ in on) / statistics.median(t for t, _ in off)
    process = statistics.median(p for _, p in on) / statistics.median(p for _, p in off)
    plain = statistics.median(t for t, _ in off)
    print(f"demo pipeline: {plain:.2f} s plain; cell thread ×{thread:.4f}, whole process ×{process:.4f} ({note})")


def load(rounds: int) -> None:
    """``%load_ext`` in a new process: the first time ever (empty code cache), and after."""
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LINEAGE_CACHE_DIR": cache, "PYTHONPATH": os.pathsep.join(sys.path)}
        seconds = []
        for _ in range(rounds + 1):
            done = subprocess.run(
                [sys.executable, "-c", LOAD], env=environment, cwd=folder, capture_output=True, text=True, check=True
            )
            seconds.append(float(done.stdout.split()[-1]))
    print(f"%load_ext: cold {seconds[0] * 1e3:.0f} ms, warm {statistics.median(seconds[1:]) * 1e3:.0f} ms (wall)")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}")
    operations(rounds)
    nested(rounds)
    load(rounds)
    demo(max(3, rounds // 2))


if __name__ == "__main__":
    main()
