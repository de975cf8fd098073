"""An OTLP/HTTP receiver on loopback, as a collector would be one: what it got, as plain values."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """A span as it arrived."""

    name: str
    trace: str
    id: str
    parent: str
    start: int
    end: int
    status: int
    attributes: dict[str, Any]
    resource: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]]
    links: list[tuple[str, str]]


@dataclass
class Receiver:
    """What arrived so far. ``behave`` may answer in other ways than 200: it gets the handler."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)
    metrics: dict[str, list[Any]] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    behave: Any = None

    def take(self, path: str, body: bytes) -> None:
        """A request."""
        self.bodies.append(body)
        if path.endswith("/v1/traces"):
            for group in ExportTraceServiceRequest.FromString(body).resource_spans:
                resource = _attributes(group.resource.attributes)
                for scope in group.scope_spans:
                    self.spans += [_span(s, resource) for s in scope.spans if scope.scope.name == "lineage_ext"]
        else:
            for group in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for scope in group.scope_metrics:
                    self.metrics.update({m.name: _points(m) for m in scope.metrics})  # at once: the test reads them

    def wait(self, count: int, seconds: float = 60) -> list[Span]:
        """The spans, once there are ``count``."""
        for _ in range(int(seconds / 0.02)):
            if len(self.spans) >= count:
                break
            time.sleep(0.02)
        return self.spans

    def tree(self) -> list[Any]:
        """Names of the spans in order of their start, each with those below it: ``["a", ["b", ["c"]]]``."""
        return tree(self.spans)

    def span(self, name: str) -> Span:
        """The span of that name."""
        (found,) = (s for s in self.spans if s.name == name)
        return found


def tree(spans: list[Span], parent: str = "") -> list[Any]:
    """The spans below ``parent``; those whose parent isn't there are at the top."""
    ids = {s.id for s in spans}
    here = [s for s in spans if (s.parent if s.parent in ids else "") == parent]
    found: list[Any] = []
    for span in sorted(here, key=lambda s: s.start):
        found.append(span.name)
        found += [below] if (below := tree(spans, span.id)) else []
    return found


def _span(span: Any, resource: dict[str, Any]) -> Span:
    return Span(
        span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.start_time_unix_nano,
        span.end_time_unix_nano, span.status.code, _attributes(span.attributes), resource,
        [(e.name, _attributes(e.attributes)) for e in span.events],
        [(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
    )  # fmt: skip


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(v) for v in value.array_value.values]
    return getattr(value, kind) if kind else None


def _points(metric: Any) -> list[Any]:
    kind = metric.WhichOneof("data")
    return [
        (_attributes(p.attributes), p.sum if kind == "histogram" else p.as_double or p.as_int)
        for p in getattr(metric, kind).data_points
    ]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A running one."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's name
            """Take it, or do what ``behave`` does."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if found.behave is not None and found.behave(self):
                return
            found.take(self.path, gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing into the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
