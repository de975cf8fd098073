"""The processor: says which runs are told, when, and under whom.

The notebook's START goes out before anything else; a write is told right after it happened. Which levels have runs is
``Settings.granularity``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from lineage_ext.clock import uuid7
from lineage_ext.emit.openlineage import job_facets, run_events, run_facets
from lineage_ext.emit.openlineage.columns import column_lineage, lineage
from lineage_ext.emit.openlineage.datasets import as_output
from lineage_ext.emit.openlineage.encoding import Event
from lineage_ext.emit.openlineage.facet import given
from lineage_ext.emit.openlineage.flow import flow
from lineage_ext.emit.openlineage.names import name_of
from lineage_ext.emit.openlineage.notebook import Notebook
from lineage_ext.emit.openlineage.reads import Reads
from lineage_ext.emit.openlineage.run_events import Told
from lineage_ext.emit.openlineage.settings import Settings
from lineage_ext.graph import LineageGraph
from lineage_ext.model import Dataset, Run, RunKind, RunState
from lineage_ext.session import Sample


class Emitter:
    """Turns the runs of one session, as they end, into events. ``graph`` must have taken each run before."""

    def __init__(self, graph: LineageGraph, send: Callable[[Event], None], settings: Settings | None = None) -> None:
        self._graph = graph
        self._send = send
        self._settings = settings or Settings()
        self._reads = Reads()
        self._session: Run | None = None
        self._notebook: Notebook | None = None
        self._outputs: dict[Any, dict[str, Any]] = {}
        self._last: Run | None = None  # the cell of the notebook that ended last

    # -- the processor -----------------------------------------------------------------------------------------------
    def on_start(self, run: Run) -> None:
        """A session or cell began."""
        if run.kind is RunKind.SESSION:
            self._session = run

    def on_end(self, run: Run) -> None:
        """A run ended."""
        if run.kind is RunKind.SESSION:
            self._end(run)
        elif run.kind is RunKind.CELL:
            self._cell(run)
        else:
            self._operation(run)

    def on_sample(self, sample: Sample) -> None:
        """Memory is told with cells."""

    def on_flush(self) -> None:
        """Nothing happened yet: say that the notebook runs."""
        self._begin()

    def close(self) -> None:
        """The end of the session was told by ``on_end``."""

    # -- the notebook ------------------------------------------------------------------------------------------------
    def _begin(self) -> Notebook:
        if self._notebook is None:
            assert self._session is not None
            self._notebook = Notebook(self._session, self._settings)
            self._send(run_events.start(self._told_notebook(self._session)))
        return self._notebook

    def _told_notebook(self, run: Run, **more: Any) -> Told:
        assert self._notebook is not None
        book = self._notebook
        facets = given(processing_engine=run_facets.processing_engine())
        about = given(
            jobType=job_facets.job_type("NOTEBOOK", book.host),
            lineageExt_notebook=job_facets.notebook(book.place),
            tags=job_facets.tags(self._settings.tags),
        )
        return Told(book.run, run.started, run.ended, run_facets=facets, job_facets=about, **more)

    def _end(self, run: Run) -> None:
        self._session = self._session or run
        self._begin()
        last = self._last or run
        self._send(
            run_events.end(
                self._told_notebook(
                    run,
                    state=last.state,
                    inputs=self._reads.unused() if self._settings.tells("sink") else self._reads.all(),
                    outputs=list(self._outputs.values()),
                    end_facets=given(errorMessage=run_facets.error_message(last)),
                )
            )
        )

    # -- cells and operations ----------------------------------------------------------------------------------------
    def _cell(self, run: Run) -> None:
        self._begin()
        if self._session is not None and run.parent_id == self._session.id:
            self._last = run

    def _operation(self, run: Run) -> None:
        self._begin()
        self._reads.note(run)
        if run.state is RunState.COMPLETE:
            for out in run.outputs:
                if out.external:
                    self._sink(run, out)

    def _sink(self, run: Run, out: Dataset) -> None:
        book, target = self._begin(), name_of(out)
        appended = any(d.external and name_of(d) == target for d in run.inputs)
        found = flow(self._graph, out, appended=appended)
        output = as_output(target, out, columnLineage=column_lineage(found))
        inputs = self._reads.inputs(found.inputs)
        if not self._settings.tells("sink"):
            self._outputs[target] = output
            return
        told = Told(
            book.inside(_sink_id(run, out), book.sink(run, out)),
            run.started,
            run.ended,
            inputs=inputs,
            outputs=[output],
            run_facets=given(
                parent=run_facets.parent(book.run, book.run), processing_engine=run_facets.processing_engine()
            ),
            job_facets=given(jobType=job_facets.job_type("COMMAND", book.host), lineage=lineage(found, target)),
        )
        for event in run_events.both(told):
            self._send(event)


def _sink_id(run: Run, out: Dataset) -> str:
    """A run id for a write: always the same one, however often a session is exported."""
    seed = f"{run.id} {out.no}".encode()
    return uuid7(run.started, hashlib.sha1(seed, usedforsecurity=False).digest()[:10])
