"""The processor: says which runs are told, and when.

The notebook's START goes out before anything else; a write is told right after it happened, a cell when it begins and
ends. Single operations wait for the end of their cell: only then is it known which variables held what they made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from lineage_ext.emit.openlineage import cells, operations, run_events, sinks, whole
from lineage_ext.emit.openlineage.context import Context, Outward
from lineage_ext.emit.openlineage.coverage import Coverage
from lineage_ext.emit.openlineage.encoding import Event
from lineage_ext.emit.openlineage.names import name_of
from lineage_ext.emit.openlineage.notebook import Notebook
from lineage_ext.emit.openlineage.parameters import parameters
from lineage_ext.emit.openlineage.reads import Reads
from lineage_ext.emit.openlineage.run_events import Told
from lineage_ext.emit.openlineage.settings import Settings
from lineage_ext.graph import LineageGraph
from lineage_ext.model import CodeFacet, Dataset, Run, RunKind, RunState
from lineage_ext.session import Sample

MOST_WAITING = 10_000  # operations of a cell


class Emitter:
    """Turns the runs of one session, as they end, into events. ``graph`` must have taken each run before."""

    def __init__(
        self,
        graph: LineageGraph,
        send: Callable[[Event], None],
        settings: Settings | None = None,
        outward: Outward = lambda run: run,
    ) -> None:
        self._graph = graph
        self._send = send
        self._settings = settings or Settings()
        self._outward = outward
        self._session: Run | None = None
        self._context: Context | None = None
        self._told = whole.Whole()
        self._coverage: defaultdict[str, Coverage] = defaultdict(Coverage)  # of running cells
        self._waiting: defaultdict[str, list[Run]] = defaultdict(list)  # operations of running cells

    # -- the processor -----------------------------------------------------------------------------------------------
    def on_start(self, run: Run) -> None:
        """A session or cell began."""
        if run.kind is RunKind.SESSION:
            self._session = run
        elif run.kind is RunKind.CELL and self._settings.tells("cell"):
            self._send(run_events.start(cells.tell(self._begun(), self._outward(run))))

    def on_end(self, run: Run) -> None:
        """A run ended."""
        shown = self._outward(run)
        if run.kind is RunKind.SESSION:
            self._end(shown)
        elif run.kind is RunKind.CELL:
            self._cell(shown, run)
        else:
            self._operation(shown)

    def on_sample(self, sample: Sample) -> None:
        """Memory is told with cells."""

    def on_flush(self) -> None:
        """Nothing happened yet: say that the notebook runs."""
        if self._session is not None:
            self._begun()

    def close(self) -> None:
        """The end of the session was told by ``on_end``."""

    # -- the notebook ------------------------------------------------------------------------------------------------
    def _begun(self) -> Context:
        """The context, after the notebook's START was sent."""
        if self._context is None:
            assert self._session is not None, "a session begins with itself"
            book = Notebook(self._session)
            self._context = Context(self._graph, book, Reads(), self._settings, self._outward)
            self._send(run_events.start(whole.tell(self._context, self._session)))
        return self._context

    def _end(self, run: Run) -> None:
        self._session = self._session or run
        context = self._begun()
        for cell_id in list(self._waiting):
            self._release(context, cell_id)
        self._send(run_events.end(whole.tell(context, run, self._told)))

    # -- what is in it -------------------------------------------------------------------------------------------------
    def _cell(self, run: Run, original: Run) -> None:
        context = self._begun()
        code: CodeFacet | None = original.facet(CodeFacet)
        if code is not None:
            shown: CodeFacet | None = run.facet(CodeFacet)
            self._told.parameters.update(parameters(code.source, shown.source if shown is not None else ""))
        if run.parent_id == context.book.run.run_id:
            self._told.last = run
        self._release(context, run.id)
        coverage = self._coverage.pop(run.id, None)
        if self._settings.tells("cell"):
            self._send(run_events.end(cells.tell(context, run, coverage)))

    def _operation(self, run: Run) -> None:
        context = self._begun()
        context.reads.note(run)
        self._told.coverage.add(run)
        if self._settings.tells("cell"):
            self._coverage[run.parent_id or ""].add(run)
        if run.state is RunState.COMPLETE:
            for out in run.outputs:
                if out.external:
                    self._write(context, run, out)
        if self._settings.tells("operation"):
            self._wait(context, run)

    def _write(self, context: Context, run: Run, out: Dataset) -> None:
        if self._settings.tells("sink"):
            self._send_both(sinks.tell(context, run, out))
        else:
            found = sinks.flow_into(context, run, out, context.graph.making(out.no))
            self._told.outputs[name_of(out)] = sinks.output(run, out, found)

    def _wait(self, context: Context, run: Run) -> None:
        cell_id = run.parent_id or ""
        waiting = self._waiting[cell_id]
        waiting.append(run)
        if len(waiting) >= MOST_WAITING or context.graph.cell(cell_id) is None:
            self._release(context, cell_id)

    def _release(self, context: Context, cell_id: str) -> None:
        for run in self._waiting.pop(cell_id, ()):
            self._send_both(operations.tell(context, run))

    def _send_both(self, told: Told) -> None:
        for event in run_events.both(told):
            self._send(event)
