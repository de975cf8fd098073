"""The span of the cell that runs, current in its context, so that what the user's libraries trace is part of it.

It begins and stops being current on the cell's thread. What it says and links to is added, and it is ended, by
``spans`` on the worker's: an attribute would take 4 µs here, a link 16. The context before the cell is attached again
after it: ``detach`` would log an error where IPython runs the two hooks in different contexts, as it does around
``await``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry import context, trace
from opentelemetry.context import Context

from lineage_ext.emit.opentelemetry.context import exported, restored
from lineage_ext.emit.opentelemetry.ids import span_id_of
from lineage_ext.model import Run, TraceFacet

MOST_ENDED = 1_000
NOWHERE = Context()
"""A context with no span in it: what starts there is a root."""


@dataclass(slots=True)
class Current:
    """A cell's span, the context it took the place of, and the environment before it."""

    span: Any
    before: Context
    environment: Mapping[str, str | None] | None = None


class Cells:
    """The spans of one session's cells. ``environment``: subprocesses are told of them."""

    def __init__(self, *, environment: bool = False) -> None:
        self._environment = environment
        self.running: dict[str, Current] = {}  # run id →
        self._ended: OrderedDict[str, Any] = OrderedDict()  # run id → span context, for what comes late

    def enter(self, run_id: str, span: Any) -> TraceFacet:
        """A cell with that span begins."""
        before = context.get_current()
        context.attach(trace.set_span_in_context(span, before))
        self.running[run_id] = Current(span, before, exported(span) if self._environment else None)
        ids = span.get_span_context()
        return TraceFacet(f"{ids.trace_id:032x}", f"{ids.span_id:016x}", ids.span_id == span_id_of(run_id))

    def leave(self, run_id: str) -> None:
        """It ended: what was current before it is so again."""
        current = self.running.get(run_id)
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
