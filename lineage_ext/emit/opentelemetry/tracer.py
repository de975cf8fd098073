"""A tracer whose spans have the ids of their runs, where its provider lets us say which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.context import Context

from lineage_ext.emit.opentelemetry.ids import RunIds
from lineage_ext.version import VERSION

SCOPE = "lineage_ext"


class Tracer:
    """The tracer of ``provider`` for us.

    The SDK's tracer asks its ``id_generator``, which may be set; logfire's holds the SDK's in ``tracer``, and changes
    it when it is configured again. A provider that samples by ratio makes its own trace ids: it decides by them.
    """

    def __init__(self, provider: Any) -> None:
        self.provider = provider
        self._tracer = provider.get_tracer(SCOPE, VERSION)

    def start(
        self, run_id: str, name: str, context: Context, started: int, attributes: Mapping[str, Any] | None = None
    ) -> Any:
        """A span that began at ``started`` (ns since the epoch). An empty context makes it a root."""
        ids = self._ids()
        if ids is not None:
            ids.use(run_id)
        try:
            return self._tracer.start_span(name, context, attributes=attributes, start_time=started)
        finally:
            if ids is not None:
                ids.done()

    def _ids(self) -> RunIds | None:
        inner = self._tracer
        while hasattr(inner, "tracer"):
            inner = inner.tracer
        usual = getattr(inner, "id_generator", None)
        if usual is None or isinstance(usual, RunIds):
            return usual
        inner.id_generator = ids = RunIds(usual, traces="TraceIdRatioBased" not in _described(inner))
        return ids


def _described(tracer: Any) -> str:
    describe = getattr(getattr(tracer, "sampler", None), "get_description", None)
    return str(describe()) if describe is not None else ""
