"""The processor that makes and ends spans, on the session's worker thread, with the true times of their runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context

from lineage_ext.emit.opentelemetry import attributes
from lineage_ext.emit.opentelemetry.cells import NOWHERE, Cells
from lineage_ext.emit.opentelemetry.quiet import ours
from lineage_ext.emit.opentelemetry.tracer import Tracer
from lineage_ext.model import Run, RunKind, RunState
from lineage_ext.session import Sample

MOST_WAITING = 10_000
MOST_LINKS = 100  # of the session to its cells; the SDK keeps 128


class Spans:
    """Spans for the runs of one session. ``around`` is the context of the work it is a part of, if there is any."""

    def __init__(self, session: Run, around: Context | None, cells: Cells, *, one_trace: bool) -> None:
        self._session = session
        self._around = around
        self._one_trace = one_trace
        self.cells = cells
        self.tracer: Tracer | None = None
        self.span: Any = None  # the session's
        self._waiting: dict[int, list[Run]] = {}  # number of an operation → what ran in its callback
        self._counts: Counter[str] = Counter()
        self._operations = self._links = 0

    def use(self, tracer: Tracer) -> None:
        """Spans go to this tracer from now on; the session's span begins there."""
        run = self._session
        around = NOWHERE if self._around is None else self._around
        self.span = tracer.start(run.id, run.job.name, around, run.started, attributes.begun(run, run.id))
        self.tracer = tracer

    @property
    def nested(self) -> bool:
        """Whether cells are parts of the session's trace, instead of traces of their own."""
        return self._one_trace or self._around is not None

    def start_cell(self, run_id: str, parent_id: str, started: int, tracer: Tracer) -> Any:
        """A cell's span: a part of the cell around it, else of the session's trace, else a trace of its own.

        It has a common name until it is known which cell it was.
        """
        parent = self.cells.of(parent_id) or (self.span if self.nested else None)
        around = NOWHERE if parent is None else trace.set_span_in_context(parent, NOWHERE)
        return tracer.start(run_id, f"{self._session.job.name} cell", around, started)

    # -- the processor -----------------------------------------------------------------------------------------------
    def on_start(self, run: Run) -> None:
        """Spans of cells began on their own thread."""

    def on_end(self, run: Run) -> None:
        """A run ended."""
        if self.tracer is None:
            return
        with ours():  # the SDK says here that its queue is full
            if run.kind is RunKind.OPERATION:
                self._operation(run, self.tracer)
            elif run.kind is RunKind.CELL:
                self._cell(run, self.tracer)
            else:
                self._end(run)

    def on_sample(self, sample: Sample) -> None:
        """Samples are for metrics."""

    def close(self) -> None:
        """The session has ended by its run."""

    # -- kinds of runs -----------------------------------------------------------------------------------------------
    def _operation(self, run: Run, tracer: Tracer) -> None:
        self._operations += run.count
        self._counts[run.parent_id or ""] += run.count
        if run.within is not None and sum(map(len, self._waiting.values())) < MOST_WAITING:
            self._waiting.setdefault(run.within, []).append(run)
            return
        self._make(run, tracer, self.cells.of(run.parent_id) or self.span)

    def _make(self, run: Run, tracer: Tracer, parent: Any) -> None:
        """The span of an operation, and of those within it, which ended before."""
        around = trace.set_span_in_context(parent, NOWHERE)
        told = {**attributes.begun(run, self._session.id), **attributes.operation(run)}
        span = tracer.start(run.id, attributes.name(run), around, run.started, told)
        _finish(span, run)
        for inner in self._waiting.pop(run.no, ()):
            self._make(inner, tracer, span)

    def _cell(self, run: Run, tracer: Tracer) -> None:
        span = self.cells.take(run) or self.start_cell(run.id, run.parent_id or "", run.started, tracer)
        self._release(run, tracer, span)
        span.update_name(attributes.name(run))
        told = attributes.cell(run, self._counts.pop(run.id, 0))
        span.set_attributes({**attributes.begun(run, self._session.id), **told})
        if not self.nested and self.cells.of(run.parent_id) is None:
            self._link(span)
        _finish(span, run)
        self.cells.remember(run, span)

    def _link(self, span: Any) -> None:
        """A cell that is a trace of its own and the session name each other."""
        span.add_link(self.span.get_span_context(), {"lineage.link": "kernel"})
        if self._links < MOST_LINKS:
            self.span.add_link(span.get_span_context(), {"lineage.link": "cell"})
            self._links += 1

    def _release(self, run: Run, tracer: Tracer, span: Any) -> None:
        """What waits for an operation that never ended: its cell was interrupted."""
        for no, waiting in list(self._waiting.items()):
            if any(inner.parent_id == run.id for inner in waiting):
                for inner in self._waiting.pop(no):
                    self._make(inner, tracer, span)

    def _end(self, run: Run) -> None:
        self.span.set_attributes({**attributes.session(run), "lineage.kernel.operations": self._operations})
        _finish(self.span, run)


def _finish(span: Any, run: Run) -> None:
    found = attributes.exception(run)
    if found is not None:
        span.add_event("exception", found, timestamp=run.ended)
    if run.state is RunState.FAIL:
        span.set_status(trace.Status(trace.StatusCode.ERROR, found.get("exception.message") if found else None))
    span.end(end_time=run.ended)
