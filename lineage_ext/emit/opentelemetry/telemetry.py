"""Notices where telemetry goes to, at the beginning of the session and of each cell, and has it sent there.

A provider that somebody has set for the process comes first, whenever that happens; else one of our own, if the
settings or the environment ask for it; else nothing is imported and no processor listens.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from lineage_ext import guard
from lineage_ext.emit.opentelemetry import providers
from lineage_ext.emit.opentelemetry.quiet import ours, remove
from lineage_ext.emit.opentelemetry.settings import Settings
from lineage_ext.session import Outward, Session

if TYPE_CHECKING:
    from lineage_ext.emit.opentelemetry.metrics import Metrics
    from lineage_ext.emit.opentelemetry.prometheus import Prometheus
    from lineage_ext.emit.opentelemetry.spans import Spans
    from lineage_ext.model import TraceFacet

PATIENCE = 2.0  # seconds that the end of a session waits for a backend
FILE_EVERY = 5.0  # seconds between two writings of the Prometheus file


class Telemetry:
    """OpenTelemetry for one session. ``attach`` it; it detaches itself when the session closes."""

    def __init__(self, session: Session, settings: Settings | None = None) -> None:
        self._session = session
        self._settings = settings or Settings.read(session.config, os.environ)
        self._spans: Spans | None = None
        self._metrics: Metrics | None = None
        self._prometheus: Prometheus | None = None
        self._tracers: Any = None  # the providers in use
        self._meters: Any = None
        self._own: list[Any] = []  # those to shut down
        self._ending: list[threading.Thread] = []  # those that do
        self._written = 0.0
        self._seen: tuple[Any, Any] = (None, None)  # what the API gave last: most cells find the same

    def attach(self) -> None:
        """Begin: at once what we set up ourselves, and what others have set up; later what they will."""
        if not self._settings.use_global:
            return
        self._session.around = (*self._session.around, self)
        self._session.after_close.append(self._close)
        for begin in (self._begin_traces, self._begin_metrics):
            try:
                begin()
            except Exception as error:  # a missing exporter, a port that is taken: the session goes on without
                guard.report("opentelemetry", error)
                self._session.notes.append(f"OpenTelemetry: {error}")

    # -- around each cell --------------------------------------------------------------------------------------------
    def enter(self, run_id: str, parent_id: str, started: int) -> TraceFacet | None:
        """A cell begins: its span becomes current."""
        if "opentelemetry" in sys.modules:
            self._look()
        spans = self._spans
        if spans is None or spans.tracer is None:
            return None
        span = spans.start_cell(run_id, parent_id, started, spans.tracer)
        return spans.cells.enter(run_id, span)

    def leave(self, run_id: str) -> None:
        """It ended."""
        if self._spans is not None:
            self._spans.cells.leave(run_id)

    # -- where it goes -----------------------------------------------------------------------------------------------
    def _begin_traces(self) -> None:
        tracers = providers.real(providers.tracers())
        if tracers is None and self._settings.traces:
            tracers = providers.own_tracers(self._settings.traces, self._session.run)
            self._own.append(tracers)
        if tracers is not None:
            self._trace_to(tracers)

    def _begin_metrics(self) -> None:
        settings, readers = self._settings, []
        if settings.prometheus:
            from lineage_ext.emit.opentelemetry.prometheus import Prometheus

            self._prometheus = Prometheus(settings.prometheus)
            readers.append(self._prometheus.reader)
        meters = providers.real(providers.meters())
        exporters = settings.metrics if meters is None else ()
        if exporters or readers:
            own = providers.own_meters(exporters, readers, self._session.run)
            self._own.append(own)
            self._measure_in(own)
        if meters is not None:
            self._meters = meters
            self._measure_in(meters)

    def _look(self) -> None:
        """Whether somebody has set a provider since the last cell."""
        tracers, meters = providers.tracers(), providers.meters()
        if tracers is not self._seen[0]:
            real = providers.real(tracers)
            if real is not None and real is not self._tracers:
                self._trace_to(real)
        if meters is not self._seen[1]:
            real = providers.real(meters)
            if real is not None and real is not self._meters:
                self._meters = real
                self._measure_in(real)
        self._seen = tracers, meters

    def _trace_to(self, provider: Any) -> None:
        from lineage_ext.emit.opentelemetry.tracer import Tracer

        self._session.flush()  # what ended before goes to whom it was for; most often there is nothing
        self._tracers = provider
        spans = self._spans or self._listen_for_spans()
        spans.use(Tracer(provider))
        for other in [own for own in self._own if hasattr(own, "get_tracer") and own is not provider]:
            self._own.remove(other)  # nothing more goes there, and what it has is sent beside
            self._ending.append(_shut_down(other))
        if provider not in self._own:  # its owner shuts it down at exit, perhaps before us: what is left goes first
            atexit.unregister(self._session.close)
            atexit.register(self._session.close)

    def _listen_for_spans(self) -> Spans:
        from lineage_ext.emit.opentelemetry.cells import Cells
        from lineage_ext.emit.opentelemetry.context import incoming
        from lineage_ext.emit.opentelemetry.spans import Spans

        session, settings = self._session, self._settings
        run = session.gate.through(session.run) or session.run
        cells = Cells(environment=settings.environment)
        self._spans = Spans(run, incoming(os.environ), cells, one_trace=settings.one_trace)
        session.processors = (*session.processors, Outward(self._spans, session.gate))
        return self._spans

    def _measure_in(self, provider: Any) -> None:
        if self._metrics is None:
            from lineage_ext.emit.opentelemetry.metrics import Metrics

            self._metrics = Metrics(lambda: self._session.counters.worker_ns, self._write)
            self._session.processors = (*self._session.processors, self._metrics)
        self._metrics.use(provider)

    def _write(self) -> None:
        if self._prometheus is not None and time.monotonic() - self._written > FILE_EVERY:
            self._written = time.monotonic()
            self._prometheus.write()

    # -- the end -----------------------------------------------------------------------------------------------------
    def _close(self) -> None:
        atexit.unregister(self._session.close)
        if self._prometheus is not None:
            with guard.guarded("prometheus"):
                self._prometheus.close()
        self._ending += map(_shut_down, self._own)  # at the same time
        self._own.clear()
        end = time.monotonic() + PATIENCE
        for thread in self._ending:
            thread.join(max(end - time.monotonic(), 0))


def _shut(provider: Any) -> None:
    try:
        with ours():
            provider.shutdown()
    except Exception as error:  # on a thread of its own, where raising would print
        guard.report("opentelemetry", error)
    finally:
        remove()


def _shut_down(provider: Any) -> threading.Thread:
    """Begin to end a provider of ours: it sends what it has."""
    thread = threading.Thread(target=_shut, args=(provider,), name="lineage_ext otel", daemon=True)
    thread.start()
    return thread
