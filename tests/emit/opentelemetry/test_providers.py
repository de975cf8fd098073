"""Providers that the user set up, logfire's included, before or after we are loaded: used, and never replaced.

Each in a process of its own, since a process has one global provider.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.emit.opentelemetry.receiver import Receiver

SDK = """
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
metrics.set_meter_provider(MeterProvider([reader]))
finished = exporter.get_finished_spans
"""
LOGFIRE = """
import logfire
from logfire.testing import TestExporter
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
exporter, reader = TestExporter(), InMemoryMetricReader()
logfire.configure(send_to_logfire=False, console=False, metrics=logfire.MetricsOptions(additional_readers=[reader]),
                  additional_span_processors=[SimpleSpanProcessor(exporter)])
finished = lambda: [s for s in exporter.exported_spans if s.attributes.get("logfire.span_type") != "pending_span"]
"""
LOGFIRES_OWN = "Overriding of current EventLoggerProvider is not allowed\n"
"""What ``logfire.configure()`` prints by itself with the oldest SDK we take."""
LOAD = """
import lineage_ext
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.testing.notebook import Notebook
import pandas as pd
session = wiring.open_session("book", LineageConfig(store="memory"), ".lineage")
book = Notebook(session)
book.cell("import pandas as pd; df = pd.DataFrame({'a': [1]})")
"""
WORK = """
from opentelemetry import trace
inner = trace.get_tracer("users").start_as_current_span
book.cell("with inner('mine'): df = df.sort_values('a')", inner=inner)
after = trace.get_current_span().get_span_context().is_valid
session.close()
"""
TELL = """
import json
spans = [{"name": s.name, "trace": f"{s.context.trace_id:032x}", "id": f"{s.context.span_id:016x}",
          "parent": f"{s.parent.span_id:016x}" if s.parent else "", "run": s.attributes.get("lineage.run.id", "")}
         for s in finished()]
data = reader.get_metrics_data()
scopes = [s for r in data.resource_metrics for s in r.scope_metrics if s.scope.name == "lineage_ext"]
names = [m.name for s in scopes for m in s.metrics]
print(json.dumps({"spans": spans, "metrics": names, "after": after}))
"""


def program(folder: Path, *parts: str, **environment: str) -> Any:
    """What the parts print, as JSON; nothing else may be printed, on either stream."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "TRACE", "LOGFIRE"))}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(parts)], capture_output=True, text=True, cwd=folder, timeout=120, check=False,
        env={**kept, "PYTHONPATH": str(Path(__file__).parents[3]), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.replace(LOGFIRES_OWN, "") == ""
    return json.loads(done.stdout) if done.stdout else None


@pytest.mark.parametrize("provider", [SDK, LOGFIRE], ids=["sdk", "logfire"])
@pytest.mark.parametrize("first", ["provider", "lineage_ext"])
def test_the_provider_of_the_process_is_used(tmp_path: Path, provider: str, first: str) -> None:
    """Set before or after we are loaded; the user's spans are parts of the cell they ran in."""
    parts = (provider, LOAD) if first == "provider" else (LOAD, provider)
    found = program(tmp_path, *parts, WORK, TELL)
    spans = {s["name"]: s for s in found["spans"]}
    cells = [s for s in found["spans"] if s["name"] == "book cell"]
    assert len(cells) == (2 if first == "provider" else 1), "cells that ended before anybody listened aren't told"
    cell = cells[-1]
    assert spans["mine"]["trace"] == cell["trace"] == cell["run"].replace("-", "")
    assert spans["mine"]["parent"] == cell["id"] == cell["trace"][16:]
    assert spans["pandas.DataFrame.sort_values"]["parent"] == cell["id"]
    assert spans["book"]["parent"] == ""
    assert {"lineage.cell.duration", "lineage.operation.duration"} <= set(found["metrics"])
    assert found["after"] is False


def test_configuring_logfire_late_takes_over_from_us(tmp_path: Path, receiver: Receiver) -> None:
    """We send to the endpoint of the environment until then, and to logfire from then on: nothing comes twice."""
    endpoint = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{receiver.url}/v1/traces", "LOGFIRE_IGNORE_NO_CONFIG": "1"}
    patient = "from lineage_ext.emit.opentelemetry import telemetry\ntelemetry.PATIENCE = 60"
    drop = "import os\nfor name in list(os.environ):\n    if name.startswith('OTEL_'): del os.environ[name]"
    found = program(tmp_path, patient, LOAD, drop, LOGFIRE, WORK, TELL, **endpoint)
    assert [s["name"] for s in found["spans"]] == ["mine", "pandas.DataFrame.sort_values", "book cell", "book"]
    assert sorted(s.name for s in receiver.wait(2)) == ["book cell", "pandas.DataFrame.__init__"]


def test_a_span_that_is_current_when_we_are_loaded_is_the_parent(tmp_path: Path) -> None:
    """A task of somebody's traced program."""
    task = "with trace.get_tracer('x').start_as_current_span('task'):\n  exec(LOAD)\n  exec(WORK)"
    found = program(tmp_path, SDK, f"LOAD, WORK = {LOAD!r}, {WORK!r}", task, TELL)
    spans = {s["name"]: s for s in found["spans"]}
    assert spans["book"]["parent"] == spans["task"]["id"]
    assert spans["book cell"]["parent"] == spans["book"]["id"]
    assert len({s["trace"] for s in found["spans"]}) == 1
    assert found["after"] is True


def test_a_provider_that_samples_by_ratio_keeps_its_trace_ids(tmp_path: Path) -> None:
    """It decides by their last 64 bits, two of which a UUID fixes: with our ids half would be all, or none."""
    ratio = SDK.replace("TracerProvider()", "TracerProvider(sampler=TraceIdRatioBased(0.999))")
    ratio = "from opentelemetry.sdk.trace.sampling import TraceIdRatioBased" + ratio
    found = program(tmp_path, ratio, LOAD, WORK, TELL)
    cells = [s for s in found["spans"] if s["name"] == "book cell"]
    assert all(s["trace"] != s["run"].replace("-", "") for s in cells)
    assert all(s["id"] == s["run"].replace("-", "")[16:] for s in cells)


REQUESTS = """
import threading, http.server
heard = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        heard.append(self.headers.get("traceparent"))
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
from opentelemetry.instrumentation.requests import RequestsInstrumentor
RequestsInstrumentor().instrument()
book.cell(f"import requests; requests.get('http://127.0.0.1:{server.server_port}/')")
session.close()
print(json.dumps([heard, [[s.name, f"{s.context.trace_id:032x}", f"{s.context.span_id:016x}",
                           f"{s.parent.span_id:016x}" if s.parent else ""] for s in finished()]]))
"""


def test_requests_carry_the_cells_trace(tmp_path: Path) -> None:
    """Through OpenTelemetry's own instrumentation, because the cell's span is current."""
    heard, spans = program(tmp_path, SDK, LOAD, "import json", REQUESTS)
    get = next(s for s in spans if s[0] == "GET")
    cell = next(s for s in spans if s[2] == get[3])
    assert cell[0] == "book cell"
    assert [h.split("-")[1:3] for h in heard] == [[cell[1], get[2]]]


def test_the_end_of_a_script_is_told_before_the_provider_shuts_down(tmp_path: Path, receiver: Receiver) -> None:
    """Which its owner does at exit: a provider set after us would do it before us."""
    batch = f"""
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry import trace
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter("{receiver.url}/v1/traces")))
trace.set_tracer_provider(provider)
book.cell("df = df.sort_values('a')")
"""
    program(tmp_path, LOAD, batch)
    assert sorted(s.name for s in receiver.wait(3)) == ["book", "book cell", "pandas.DataFrame.sort_values"]
