"""Providers of tracers and meters: the user's global ones, else our own.

The global ones are never set by us: who sets them later (``logfire.configure()``) would be refused, and his settings
lost. They are told from the API's placeholders by exact type; real ones may wrap anything.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

from lineage_ext.emit.opentelemetry.quiet import install, quiet
from lineage_ext.model import NotebookFacet, Run
from lineage_ext.version import VERSION

_PLACEHOLDERS = frozenset({
    ("opentelemetry.trace", "ProxyTracerProvider"),
    ("opentelemetry.trace", "NoOpTracerProvider"),
    ("opentelemetry.metrics._internal", "_ProxyMeterProvider"),
    ("opentelemetry.metrics._internal", "NoOpMeterProvider"),
})  # fmt: skip
BATCHES = {
    "schedule_delay_millis": (1_000, "OTEL_BSP_SCHEDULE_DELAY"),
    "max_queue_size": (10_000, "OTEL_BSP_MAX_QUEUE_SIZE"),
}
"""Unless the environment says otherwise: spans show after a second, and a loop of pandas makes thousands at once."""
MISSING = "there is no exporter {name!r} of {signal}; pip install 'lineage-ext[otel]' brings otlp_proto_http"


def tracers() -> Any:
    """The global provider of tracers, which may be a placeholder; None where nobody has imported the API."""
    trace = sys.modules.get("opentelemetry.trace")
    return trace.get_tracer_provider() if trace is not None else None


def meters() -> Any:
    """The same for meters."""
    metrics = sys.modules.get("opentelemetry.metrics")
    return metrics.get_meter_provider() if metrics is not None else None


def real(provider: Any) -> Any:
    """The provider if somebody has set it, None if it is a placeholder or there is none."""
    kind = type(provider)
    return None if (kind.__module__, kind.__qualname__) in _PLACEHOLDERS else provider


def own_tracers(exporters: Iterable[str], session: Run) -> Any:
    """A tracer provider of our own that sends to these exporters in batches. Raises LookupError for an unknown one."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

    made = [_exporter("traces", name) for name in exporters]
    provider = TracerProvider(sampler=_sampler(), resource=_resource(session), shutdown_on_exit=False)
    for exporter in made:
        batches: dict[str, Any] = {n: value for n, (value, name) in BATCHES.items() if name not in os.environ}
        provider.add_span_processor(BatchSpanProcessor(quiet(exporter, SpanExportResult.FAILURE), **batches))
    install()
    return provider


def own_meters(exporters: Iterable[str], readers: Iterable[Any], session: Run) -> Any:
    """The same for meters, with ``readers`` besides."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricExportResult, PeriodicExportingMetricReader

    found = [quiet(_exporter("metrics", name), MetricExportResult.FAILURE) for name in exporters]
    made = [PeriodicExportingMetricReader(exporter) for exporter in found]
    provider = MeterProvider([*made, *readers], resource=_resource(session), shutdown_on_exit=False)
    install()
    return provider


def _exporter(signal: str, name: str) -> Any:
    from importlib.metadata import entry_points  # 20 ms, if nobody else has it

    found = list(entry_points(group=f"opentelemetry_{signal}_exporter", name=name))
    if not found:
        raise LookupError(MISSING.format(name=name, signal=signal))
    return found[0].load()()


def _sampler() -> Any:
    """None: what the environment says; only ratios need a sampler that knows our ids."""
    from lineage_ext.emit.opentelemetry.ids import Ratio

    name = os.environ.get("OTEL_TRACES_SAMPLER", "").lower()
    if "traceidratio" not in name:
        return None
    from opentelemetry.sdk.trace.sampling import ParentBased

    ratio = Ratio(float(os.environ.get("OTEL_TRACES_SAMPLER_ARG") or 1.0))
    return ParentBased(ratio) if name.startswith("parentbased") else ratio


def _resource(session: Run) -> Any:
    """Who tells: the notebook, unless ``OTEL_SERVICE_NAME`` or ``OTEL_RESOURCE_ATTRIBUTES`` name it otherwise."""
    from opentelemetry.sdk.resources import Resource

    place: NotebookFacet | None = session.facet(NotebookFacet)
    attributes: dict[str, str | int] = {
        "service.instance.id": session.id,
        "process.pid": os.getpid(),
        "telemetry.distro.name": "lineage-ext",
        "telemetry.distro.version": VERSION,
    }
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if not named:
        attributes["service.name"] = session.job.name
    if place is not None and place.host:
        attributes["lineage.host"] = place.host
    return Resource.create(attributes)
