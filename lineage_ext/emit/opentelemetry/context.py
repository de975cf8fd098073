"""W3C trace context: in, from whoever started us, and out, to the processes a cell starts.

In through ``TRACEPARENT`` (papermill, Airflow and subprocesses inherit it) or a span that is current when tracking
begins; out through the same variable, on request. HTTP headers are OpenTelemetry's instrumentations' to set: the cell's
span is current meanwhile. https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

NAMES = ("traceparent", "tracestate")


def incoming(environ: Mapping[str, str]) -> Context | None:
    """The context of the work this session is a part of, None if it stands alone."""
    current = trace.get_current_span()
    if current.get_span_context().is_valid:
        return trace.set_span_in_context(current)
    carrier = {name: environ[name.upper()] for name in NAMES if name.upper() in environ}
    context = TraceContextTextMapPropagator().extract(carrier, Context())
    return context if trace.get_current_span(context).get_span_context().is_valid else None


def outgoing(span: Any) -> dict[str, str]:
    """The variables that tell a subprocess of a span."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, trace.set_span_in_context(span, Context()))
    return {name.upper(): carrier[name] for name in NAMES if name in carrier}


def exported(span: Any, environ: MutableMapping[str, str] = os.environ) -> Mapping[str, str | None]:
    """Put them into the environment; what ``restored`` needs to take them out again."""
    new = outgoing(span)
    before = {name.upper(): environ.get(name.upper()) for name in NAMES}
    environ.update(new)
    if "TRACESTATE" not in new:
        environ.pop("TRACESTATE", None)
    return before


def restored(before: Mapping[str, str | None], environ: MutableMapping[str, str] = os.environ) -> None:
    """The environment as it was."""
    for name, value in before.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
