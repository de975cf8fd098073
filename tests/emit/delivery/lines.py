"""Events for those that only carry them."""

from __future__ import annotations

import json

from lineage_ext.clock import uuid7
from lineage_ext.emit.openlineage.facet import EVENT, PRODUCER


def line(n: int, size: int = 0) -> bytes:
    """The ``n``-th event, with a job that says so; ``size`` bytes longer than it must be."""
    event = {
        "eventType": "START",
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "run": {"runId": uuid7(n, n.to_bytes(10, "big")), "facets": {}},
        "job": {"namespace": "notebooks", "name": f"event_{n}", "facets": {}},
        "inputs": [],
        "outputs": [],
        "producer": PRODUCER + "x" * size,
        "schemaURL": EVENT,
    }
    return json.dumps(event).encode() + b"\n"


def numbers(events: list[dict[str, object]]) -> list[int]:
    """The numbers of the events, in their order."""
    return [int(e["job"]["name"].rpartition("_")[2]) for e in events]  # type: ignore[index]
