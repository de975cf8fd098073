"""What is measured, for a collector and for Prometheus."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from lineage_ext.emit.opentelemetry.prometheus import address
from tests.emit.delivery.backend import wait_for
from tests.emit.opentelemetry.conftest import Open
from tests.emit.opentelemetry.receiver import Receiver

CELLS = [
    "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\ndf.to_csv(path, index=False)\ndf = pd.read_csv(path)",
    "df['x']",
    "df.sort_values('a').pipe(lambda d: d)",
]


def work(notebook: object, tmp_path: Path) -> None:
    """Three cells, one of which fails."""
    for cell in CELLS:
        try:
            notebook.cell(cell, path=str(tmp_path / "x.csv"))  # type: ignore[attr-defined]
        except KeyError:
            continue


def test_a_collector_gets_the_metrics(receiver: Receiver, book: Open, tmp_path: Path) -> None:
    """Durations, rows, opaque operations, memory, our own overhead."""
    with book() as notebook:
        work(notebook, tmp_path)
        operations = notebook.session.summary().operations
    found = receiver.metrics
    # the end of the session waits for two seconds, which a busy machine may need for others
    wait_for(lambda: sum(n for _, n in found.get("lineage.operations", ())) == operations)
    assert {p["lineage.direction"]: n for p, n in found["lineage.rows"]} == {"read": 2, "write": 2}
    names = {p["lineage.operation.name"] for p, _ in found["lineage.operation.duration"]}
    assert {"pandas.read_csv", "pandas.DataFrame.sort_values"} <= names
    assert [p["error.type"] for p, _ in found["lineage.operation.duration"] if "error.type" in p] == ["KeyError"]
    assert {p["lineage.run.state"] for p, _ in found["lineage.cell.duration"]} == {"COMPLETE", "FAIL"}
    assert {"worker"} <= {p["lineage.thread"] for p, n in found["lineage.overhead"] if n > 0}


def families(text: str) -> dict[str, float]:
    """Samples by name, of a page that Prometheus itself would take."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def test_prometheus_reads_a_page(book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a port of this machine; the user's own registry isn't touched."""
    before = prometheus_client.generate_latest()
    with book(prometheus="127.0.0.1:0") as notebook:
        work(notebook, tmp_path)
        operations = notebook.session.summary().operations
        (telemetry,) = notebook.session.around
        port = telemetry._prometheus.port  # type: ignore[attr-defined]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
            found = families(page.read().decode())
        assert prometheus_client.generate_latest().count(b"lineage_") == before.count(b"lineage_") == 0
    assert found["lineage_operations_total"] == operations
    assert found["lineage_cell_duration_seconds_count"] == 3
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics")


def test_prometheus_reads_a_file(book: Open, tmp_path: Path) -> None:
    """For node_exporter's textfile collector; written whole, at the latest when the session ends."""
    path = tmp_path / "metrics" / "lineage.prom"
    with book(prometheus=str(path)) as notebook:
        work(notebook, tmp_path)
        operations = notebook.session.summary().operations
    found = families(path.read_text())
    assert found["lineage_operations_total"] == operations
    assert found["lineage_rows_total"] == 4
    assert [p.name for p in path.parent.iterdir()] == ["lineage.prom"]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("9464", ("localhost", 9464)),
        ("0.0.0.0:9464", ("0.0.0.0", 9464)),
        ("x/lineage.prom", ("", None)),
        ("C:/x.prom", ("", None)),
    ],
)
def test_places(place: str, found: tuple[str, int | None]) -> None:
    """A bare port is this machine's only."""
    assert address(place) == found


def test_a_port_that_is_taken_is_told(book: Open, tmp_path: Path) -> None:
    """The notebook runs on without that page."""
    with book(prometheus="127.0.0.1:0") as first:
        (telemetry,) = first.session.around
        port = telemetry._prometheus.port  # type: ignore[attr-defined]
        with book(prometheus=f"127.0.0.1:{port}") as second:
            assert "OpenTelemetry:" in str(second.session.summary())
