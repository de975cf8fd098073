"""What OpenLineage costs: on the cell's thread, as a delay of cells whose backend fails, and beside them.

CPU time where it tells enough, wall time for delays; emission on and off alternated within one run, medians.
``python benchmarks/emit.py [--rounds N]``
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lineage_ext.config import LineageConfig
from lineage_ext.emit.openlineage import Emitter, Settings, encode
from lineage_ext.graph import LineageGraph
from lineage_ext.hosts.wiring import open_session

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.graph.build import Notebook, T, frame, keep, link, same

STATES = ("off", "well", "refusing", "hanging", "503", "dying", "full disk")
CELL = "small = df[df['a'] > 5].assign(c=df['a'] * 2)\nsmall.head(3).to_csv(path, index=False)"


class Backend:
    """A server on loopback in one of the states, in a process of its own; its URL is "" for "off"."""

    def __init__(self, state: str) -> None:
        self.url = ""
        if state != "off":
            command = [sys.executable, __file__, "--serve", state]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert self.process.stdout is not None
            self.url = self.process.stdout.readline().strip()
            atexit.register(self.process.kill)


def serve(state: str) -> None:
    """What that process runs: tells its URL, then answers as its state demands."""

    class Handler(BaseHTTPRequestHandler):
        taken = 0

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            Handler.taken += 1
            if state == "hanging":
                time.sleep(60)
            if state == "dying" and Handler.taken > 20:
                return
            self.send_response(503 if state == "503" else 201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))  # whatever rank the benchmark has
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if state == "refusing":
        server.server_close()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    if state == "refusing":
        time.sleep(3600)
    server.serve_forever()


@contextlib.contextmanager
def tracked(url: str, granularity: str = "sink", *, full: bool = False) -> Iterator[Any]:
    """A session that emits to ``url`` (or nothing); with ``full`` its spool can't be written."""
    os.environ.pop("OPENLINEAGE_DISABLED", None)
    os.environ["OPENLINEAGE_URL"] = url
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if full:
            (Path(folder) / "openlineage").touch()
        config = LineageConfig(granularity=granularity, openlineage_flush=0.0)
        session = open_session("bench", config, folder)
        try:
            yield session
        finally:
            session.close()


def run_cell(session: Any, names: dict[str, Any], code: Any) -> int:
    """ns a cell takes, from before its begin to after its end."""
    began = time.perf_counter_ns()
    run = session.begin(CELL, filename="cell.py")
    exec(code, names)
    session.end(run)
    return time.perf_counter_ns() - began


def delays(rounds: int, cells: int = 25) -> None:
    """A cell that writes a file, every 20 ms, while the backend is in each state."""
    code = compile(CELL, "cell.py", "exec")
    df = pd.DataFrame({"a": np.arange(1_000), "b": 1.5})
    backends = {state: Backend("well" if state == "full disk" else state) for state in STATES}
    took: dict[str, list[float]] = {state: [] for state in STATES}
    with tempfile.TemporaryDirectory() as folder:
        names = {"df": df, "path": f"{folder}/x.csv"}
        for _ in range(rounds):
            for state, backend in backends.items():
                with tracked(backend.url, full=state == "full disk") as session:
                    for _ in range(cells):
                        took[state].append(run_cell(session, names, code) / 1e6)
                        time.sleep(0.02)
    titles = ("backend", "median ms", "+ ms", "99 % ms", "worst ms", "+ ms")
    print("".join(t.rjust(11) for t in titles) + f"   ({rounds * cells} cells)")
    usual = took["off"]
    for state, times in took.items():
        median, worst = statistics.median(times), max(times)
        most = statistics.quantiles(times, n=100)[-1]
        more = median - statistics.median(usual), worst - max(usual)
        print(state.rjust(11) + "".join(f"{v:>11.2f}" for v in (median, more[0], most, worst, more[1])))


def thread(rounds: int, n: int = 2_000) -> None:
    """Added CPU of the cell's thread per recorded operation, each of which is told as two events."""
    series = pd.DataFrame({"a": np.arange(1_000)})["a"]

    def loop() -> float:
        before = time.thread_time_ns()
        for _ in range(n):
            series + 1
        return (time.thread_time_ns() - before) / n / 1e3

    sides: dict[str, list[float]] = {"off": [], "operation": []}
    backend = Backend("well")
    for _ in range(rounds):
        for side, times in sides.items():
            with tracked("" if side == "off" else backend.url, "operation") as session:
                run = session.begin("series + 1", filename=__file__)
                times.append(loop())
                session.end(run)
    off, on = (statistics.median(times) for times in sides.values())
    print(f"\nper record on the cell's thread: {off:.2f} µs without, {on:.2f} µs with emission: {on - off:+.2f} µs")


def beside() -> None:
    """CPU of the worker per told run, and for a write behind a long session."""
    print(f"\n{'beside the cells':<44}{'ms CPU':>8}{'kB':>8}")
    for title, operations, columns, level in (
        ("a write, 10 operations, 10 columns", 10, 10, "sink"),
        ("a write, 1 000 operations, 50 columns", 1_000, 50, "sink"),
        ("a write, 100 000 operations, 10 columns", 100_000, 10, "sink"),
        ("an operation, 10 columns", 1_000, 10, "operation"),
    ):
        graph, lines = LineageGraph(), []
        emitter = Emitter(graph, lambda e: lines.append(encode(e)), Settings(granularity=level))  # noqa: B023
        book = long_session(graph, emitter, operations, columns)
        done, before = len(lines), time.thread_time_ns()
        if level == "sink":
            book.write("/data/out.csv", book.last)
            runs = 1
        else:
            book.end()
            runs = operations
        ms = (time.thread_time_ns() - before) / 1e6 / runs
        kb = sum(map(len, lines[done:])) / 1e3 / runs
        print(f"{title:<44}{ms:>8.2f}{kb:>8.1f}")


def long_session(graph: LineageGraph, emitter: Emitter, operations: int, columns: int) -> Any:
    """A notebook with that many operations on a frame in one cell, most of them changes in place; ``last`` is it."""
    book: Any = Notebook((graph, emitter))
    book.begin("work")
    schema = frame(*(f"c{i}" for i in range(columns)))
    book.last = book.read("/data/in.csv", schema)
    blocks = [[link([i], [i, (i + 1) % columns]), same(j for j in range(columns) if j != i), keep()] for i in range(7)]
    rows = [same(range(columns)), link([-2001], [0], T.FILTER), keep()]
    for n in range(operations):
        out = book.dataset(schema)
        book.op("DataFrame.assign", [book.last], [out], blocks[n % 7] if n % 10 else rows)
        book.last = out
    return book


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--serve", choices=STATES)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
    rounds = given.rounds
    delays(rounds)
    thread(rounds)
    beside()


if __name__ == "__main__":
    main()
