"""Arize Phoenix, a tracing backend over SQLite that takes OTLP over HTTP: which tree of spans it gives back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.emit.consumers import story
from tests.emit.consumers.servers import ask, free_port, running

PATIENCE = 60.0  # s until what it took can be asked for
CELL = "consumers/story cell"


class Phoenix:
    """A running one; ``url`` is what ``OTEL_EXPORTER_OTLP_ENDPOINT`` is to be."""

    def __init__(self, url: str) -> None:
        self.url = url

    def faults(self) -> Iterator[str]:
        """What is wrong with what it has of the story: each operation stands below its cell, each cell has a trace."""
        spans = self._spans()
        cells = [s for s in spans if s["name"] == CELL]
        if len(cells) != len(story.CELLS):
            yield f"{len(cells)} of {len(story.CELLS)} cells: {sorted(s['name'] for s in spans)}"
        ids = {s["context"]["span_id"]: s for s in spans}
        for span in spans:
            above = ids.get(span["parent_id"] or "")
            if span["name"].startswith("pandas.") and (above is None or above["name"] != CELL):
                yield f"{span['name']} isn't below a cell"
        merge = [s for s in spans if s["name"] == "pandas.DataFrame.merge"]
        if len(merge) != 1 or merge[0]["attributes"].get("lineage.rows.out") != 2:
            yield f"merge: {merge}"
        if [s["name"] for s in spans if s["status_code"] == "ERROR"].count(CELL) != 1:
            yield "the failing cell isn't an error"

    def _spans(self) -> list[dict[str, Any]]:
        until = time.monotonic() + PATIENCE
        found: list[dict[str, Any]] = []
        while time.monotonic() < until and not any(s["name"] == "consumers/story" for s in found):
            time.sleep(0.5)  # the session's span comes last
            found = ask(f"{self.url}/v1/projects/default/spans?limit=1000")["data"]
        return found


@contextmanager
def phoenix(python: Path, folder: Path) -> Iterator[Phoenix]:
    """A server of the Phoenix that is installed beside ``python``."""
    folder.mkdir()
    found = Phoenix(f"http://127.0.0.1:{(port := free_port())}")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("OTEL_")},
        "PHOENIX_WORKING_DIR": str(folder), "PHOENIX_HOST": "127.0.0.1", "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(free_port()), "PHOENIX_TELEMETRY_ENABLED": "false",
    }  # fmt: skip
    with running([str(python.with_name("phoenix")), "serve"], f"{found.url}/healthz", folder / "log", environment):
        yield found
