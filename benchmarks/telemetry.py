"""What telling others costs: OpenTelemetry off and on, on the cell's thread and beside it; and what masking costs.

Sessions that differ in one setting take turns within one process; the best of many rounds of CPU time, since anything
else that runs only adds to it. The collector is a local socket that takes everything.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd

from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.model import CodeFacet, Run
from lineage_ext.session import Session
from lineage_ext.session.gate import Gate

ROUNDS = 40
EACH = 50
OPERATIONS = 10  # in a cell, for the cost per record


class Collector(BaseHTTPRequestHandler):
    """Takes everything."""

    def do_POST(self) -> None:  # the server's name
        """A batch."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quietly."""


def opened(folder: str, **settings: object) -> Session:
    """A recording session whose worker stands still, so that nothing else wants the interpreter."""
    session = wiring.open_session("bench", LineageConfig(store="memory", **settings), Path(folder))
    session.halt()
    return session


def best(
    *functions: Callable[[], object], each: int = EACH, between: Callable[[], object] = lambda: None
) -> list[float]:
    """µs of CPU of one call of each, in turns; ``between`` isn't counted."""
    found = [float("inf")] * len(functions)
    for _ in range(ROUNDS):
        for i, function in enumerate(functions):
            before = time.thread_time_ns()
            for _ in range(each):
                function()
            found[i] = min(found[i], (time.thread_time_ns() - before) / each / 1e3)
            between()
    return found


def cell(session: Session) -> Callable[[], object]:
    """A cell begins and ends."""
    return lambda: session.end(session.begin("x"))


def settle(sessions: list[Session]) -> None:
    """Let the workers' part be done, which is no part of the cell's."""
    for session in sessions:
        session.flush()


def runs_of(session: Session) -> list[Run]:
    """Operations as capture records them."""
    runs: list[Run] = []

    def keep(run: Run) -> Run:
        runs.append(run)
        return run

    session.redact = keep
    frame = pd.DataFrame({"key": [1, 2], "value": [3, 4]})
    begun = session.begin("work")
    for _ in range(50):
        frame[frame["value"] > 3].groupby("key").sum()
    session.end(begun)
    session.flush()
    session.redact = None
    return [r for r in runs if r.inputs]


def told(name: str, us: float, bound: float | None = None) -> None:
    """A row."""
    print(f"{name:66} {us:8.2f} µs" + ("" if bound is None else f"   (at most {bound})"))


def off(folder: str) -> None:
    """Where nobody listens."""
    sessions = [opened(folder, otel="off"), opened(folder, otel="auto")]
    runs = runs_of(sessions[1])
    assert not [m for m in sys.modules if m.startswith("opentelemetry")]
    assert len({len(s.processors) for s in sessions}) == 1, "nothing is called for an operation"
    ends = [lambda s=s: [s._dispatch("end", r) for r in runs] for s in sessions]
    without, with_ = best(*ends, each=1)
    told("off: an operation, where otel is auto instead of off", max(with_ - without, 0) / len(runs), 0.1)
    without, with_ = best(*map(cell, sessions), between=lambda: settle(sessions))
    told("off: a cell, the same", max(with_ - without, 0))
    for session in sessions:
        session.close()


def on(folder: str) -> None:
    """Where somebody does."""
    sessions = [opened(folder, otel="off"), opened(folder, otel="on")]
    without, with_ = best(*map(cell, sessions), between=lambda: settle(sessions))
    told("on: a cell, on its own thread: its span begins and is made current", with_ - without)
    told(f"on: a record of a cell with {OPERATIONS} operations, on its thread", (with_ - without) / (OPERATIONS + 1), 5)
    runs = runs_of(sessions[0])
    settle(sessions)
    ends = [lambda s=s: [s._dispatch("end", r) for r in runs] for s in sessions]
    without, with_ = best(*ends, each=1)
    told("on: an operation, on the worker: its span and metrics", (with_ - without) / len(runs))
    for session in sessions:
        session.close()


def gate(folder: str) -> None:
    """What masking costs the worker."""
    session = opened(folder, otel="off")
    runs = runs_of(session)
    session.close()
    gate = Gate(LineageConfig())
    (us,) = best(lambda: [gate.through(r) for r in runs], each=1)
    told("gate: an operation with nothing to mask, on the worker", us / len(runs))
    source = "df = pd.read_csv('x.csv')\ntotal = df.groupby('key')['price'].sum()\n" * 10
    cells = iter([runs[0].with_(facets=(CodeFacet(f"{source}# {n}"),)) for n in range(ROUNDS * 5)])
    (us,) = best(lambda: gate.through(next(cells)), each=5)
    told("gate: a cell of 20 lines, on the worker", us)


def main() -> None:
    """Print the table."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in [n for n in os.environ if n.startswith("OTEL_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        off(folder)
        os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
        on(folder)
        gate(folder)


if __name__ == "__main__":
    main()
