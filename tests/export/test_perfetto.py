"""``%lineage export perfetto``: a file that ui.perfetto.dev and chrome://tracing read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lineage_ext.export import export
from lineage_ext.session import Sample
from lineage_ext.testing import notebook

Events = list[dict[str, Any]]
FIELDS = {  # of the Trace Event Format: what each phase must have
    "X": {"name": str, "cat": str, "pid": int, "tid": int, "ts": float, "dur": float, "args": dict},
    "C": {"name": str, "pid": int, "ts": float, "args": dict},
    "M": {"name": str, "pid": int, "tid": int, "args": dict},
}


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Events:
    """The events of a session of two cells, the second of which fails."""
    with notebook() as book:
        book.cell("import pandas as pd\na = pd.DataFrame({'x': [3, 1]})\nb = a.sort_values('x')")
        with pytest.raises(KeyError):
            book.cell("token = 'hunter2'\na['nope']")
        for time in (1, 2):
            book.session.sample(Sample(time * 1_000_000_000, 1_000 * time))
        path = export(book.session, "perfetto", tmp_path_factory.mktemp("trace"))
    document = json.loads(path.read_text())
    assert document["displayTimeUnit"] == "ms"
    found: Events = document["traceEvents"]
    return found


def test_every_event_has_what_the_format_asks_for(events: Events) -> None:
    """Phases, types and units are those of the Trace Event Format."""
    for event in events:
        for name, kind in FIELDS[event["ph"]].items():
            assert isinstance(event[name], (int, float) if kind is float else kind), event
        assert event.get("dur", 0) >= 0
    assert {e["name"]: e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] != "thread_name"}
    assert [e["args"]["rss"] for e in events if e["ph"] == "C"] == [1_000, 2_000]


def test_operations_lie_within_their_cells(events: Events) -> None:
    """The viewer nests by time: a cell's span holds the spans of its operations."""
    cells = [e for e in events if e.get("cat") == "cell"]
    operations = [e for e in events if e.get("cat") == "operation"]
    assert (len(cells), len(operations)) == (2, 3)
    for operation in operations:
        begin, end = operation["ts"], operation["ts"] + operation["dur"]
        assert len([c for c in cells if c["ts"] <= begin <= end <= c["ts"] + c["dur"]]) == 1
    assert [o["args"].get("rows_out") for o in operations[:2]] == [2, 2]


def test_failures_are_told_and_credentials_are_not(events: Events) -> None:
    """A failed span carries its error."""
    failed = [e for e in events if e["ph"] == "X" and e["args"]["state"] == "FAIL"]
    assert {e["cat"] for e in failed} == {"cell", "operation"}
    assert all("KeyError" in e["args"]["error"] for e in failed)
    assert "hunter2" not in json.dumps(events)


def test_it_is_a_file_of_lines(tmp_path: Path) -> None:
    """An empty session makes a valid file, too."""
    with notebook() as book:
        path = export(book.session, "perfetto", tmp_path)
    assert [e["ph"] for e in json.loads(path.read_text())["traceEvents"]] == ["M"] * 3
