"""Feast's OpenLineage server over SQLite: whether it takes every event, and which lineage it gives back.

Its routes for one dataset hold no name with a slash in it, as those of files have: ``shop.marts.revenue`` is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.emit.consumers import story
from tests.emit.consumers.servers import ask, free_port, running

CONFIGURATION = """
project: lineage
provider: local
registry: registry.db
online_store: {{type: sqlite, path: online.db}}
offline_store: {{type: file}}
entity_key_serialization_version: 3
openlineage:
  enabled: true
  consumer: {{enabled: true, store_type: sql, connection_string: "sqlite:///{folder}/openlineage.db"}}
"""
Event = dict[str, Any]
MEMORY = "inmemory://"  # what single operations pass on; a write's lineage is told end to end besides


class Feast:
    """A running server; ``url`` is what ``OPENLINEAGE_URL`` is to be."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._api = f"{url}/api/v1/lineage"

    def faults(self, sent: int) -> Iterator[str]:
        """What is wrong with what it has of the story, of which ``sent`` events were sent."""
        taken = ask(f"{self._api}/openlineage/events?limit=1000")["events"]
        if len(taken) != sent:
            yield f"it has {len(taken)} of {sent} events"
        edges = {
            (_file(e["source_name"]), _file(e["target_name"]))
            for e in ask(f"{self._api}/openlineage/graph")["edges"]
            if e["source_type"] == e["target_type"] == "dataset"
            and MEMORY not in (e["source_namespace"], e["target_namespace"])
        }
        if edges != story.EDGES:
            yield f"edges {sorted(edges)}"
        columns = self._columns("bigquery", "shop.marts.revenue")
        if columns != story.REVENUE:
            yield f"columns {sorted(columns)}"

    def _columns(self, namespace: str, name: str) -> set[tuple[str, str, str]]:
        found = ask(f"{self._api}/openlineage/datasets/{namespace}/{name}/columns?direction=upstream")
        lineage = [c for c in found["column_lineage"] if c["input_namespace"] != MEMORY]
        return {(c["output_field"], _file(c["input_name"]), c["input_field"]) for c in lineage}

    def refused(self, events: list[Event]) -> int:
        """How many of these it doesn't take."""
        answer = ask(f"{self._api}/batch", events)
        return int(answer["summary"]["failed"]) if answer else 0


def _file(name: str) -> str:
    return name.rpartition("/")[2]


@contextmanager
def feast(python: Path, folder: Path) -> Iterator[Feast]:
    """A server of the Feast that is installed beside ``python``."""
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(CONFIGURATION.format(folder=folder))
    found = Feast(f"http://127.0.0.1:{(port := free_port())}")
    command = [str(python.with_name("feast")), "-c", str(folder), "serve_lineage"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "FEAST_USAGE": "False", "OPENLINEAGE_DISABLED": "true"}
    with running(command, f"{found.url}/api/v1/lineage/openlineage/jobs", folder / "log", environment):
        yield found
