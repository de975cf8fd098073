"""The span of the cell that runs, current in its context, so that what the user's libraries trace is part of it.

It begins and stops being current on the cell's thread; everything it says is added, and it is ended, by ``spans`` on
the worker's. The context before the cell is attached again after it: ``detach`` would log an error where IPython runs
the two hooks in different contexts, which it does around ``await``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry import context, trace
from opentelemetry.context import Context

from lineage_ext.emit.opentelemetry import attributes
from lineage_ext.emit.opentelemetry.context import exported, restored
from lineage_ext.emit.opentelemetry.ids import span_id_of
from lineage_ext.emit.opentelemetry.tracer import Tracer
from lineage_ext.model import Run, TraceFacet

MOST_ENDED = 1_000


@dataclass(slots=True)
class Current:
    """A cell's span, the context it took the place of, and the environment before it."""

    span: Any
    before: Context
    environment: Mapping[str, str | None] | None = None


class Cells:
    """The spans of one session's cells. ``within`` is the session's span if cells are parts of its trace.

    ``title`` is what a cell's span is called until it is known which one it was.
    """

    def __init__(self, kernel: str, title: str, *, environment: bool = False) -> None:
        self.kernel = kernel
        self.title = title
        self._environment = environment
        self.running: dict[str, Current] = {}  # run id →
        self._ended: OrderedDict[str, Any] = OrderedDict()  # run id → span context, for what comes late

    def enter(self, run: Run, tracer: Tracer, session: Any, *, within: bool) -> TraceFacet:
        """A cell begins."""
        span = self.start(run, tracer, session, within=within)
        before = context.get_current()
        context.attach(trace.set_span_in_context(span, before))
        self.running[run.id] = Current(span, before, exported(span) if self._environment else None)
        ids = span.get_span_context()
        derived = ids.span_id == span_id_of(run.id)
        return TraceFacet(trace.format_trace_id(ids.trace_id), trace.format_span_id(ids.span_id), derived)

    def start(self, run: Run, tracer: Tracer, session: Any, *, within: bool) -> Any:
        """Its span: a part of the cell around it, else of the session's trace, else a trace of its own."""
        parent = self.of(run.parent_id) or (session if within else None)
        around = Context() if parent is None else trace.set_span_in_context(parent, Context())
        links = [trace.Link(session.get_span_context(), {"lineage.link": "kernel"})] if parent is None else []
        return tracer.start(run.id, self.title, around, run.started, attributes.begun(run, self.kernel), links)

    def leave(self, run: Run) -> None:
        """It ended: what was current before it is so again."""
        current = self.running.get(run.id)
        if current is not None:
            context.attach(current.before)
            if current.environment is not None:
                restored(current.environment)

    def of(self, run_id: str | None) -> Any:
        """The span of a cell that runs, or one that stands for a cell that ended; None for other runs."""
        current = self.running.get(run_id or "")
        if current is not None:
            return current.span
        ended = self._ended.get(run_id or "")
        return trace.NonRecordingSpan(ended) if ended is not None else None

    def take(self, run: Run) -> Any:
        """The span of a cell that ended, to be finished; None if it never had one."""
        current = self.running.pop(run.id, None)
        return current.span if current is not None else None

    def remember(self, run: Run, span: Any) -> None:
        """Keep the ids of a finished span for a while."""
        self._ended[run.id] = span.get_span_context()
        if len(self._ended) > MOST_ENDED:
            self._ended.popitem(last=False)
