"""Runs that a program marks itself: a cell of a host we don't know, a task of an orchestrator.

``with track_cell(source) as cell:`` and ``with task(name):``. Code within them is the user's: what it raises passes
through, and is the run's error. Failures of ours don't reach it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from lineage_ext import guard
from lineage_ext.hosts import ATTACHED, start, wiring
from lineage_ext.hosts.failures import describe_error, status_of
from lineage_ext.hosts.names import Names
from lineage_ext.hosts.results import describe
from lineage_ext.model import Facet, ParentFacet, Run
from lineage_ext.resources import Snapshot, measure
from lineage_ext.sampler import Sampler
from lineage_ext.session import Session

_numbers = count(1)


class Span:
    """A run that is open. ``filename``: what its source is to be compiled under, so that operations find their text."""

    def __init__(self, session: Session, source: str, kind: str, cell_id: str = "", name: str = "") -> None:
        self.session = session
        self.filename = f"<lineage {kind} {next(_numbers)}>" if source else ""
        self.source = source
        self.names: Names | None = None
        self._result: Facet | None = None
        self._sampler = Sampler(session.config.sample_interval, session.sample, session.clock.now)
        wiring.workers.append(self._sampler)
        self.run: Run = session.begin(source, cell_id=cell_id, filename=self.filename, kind=kind, name=name)
        self._own, self._before, self._ticket = session.own_cost(), Snapshot.take(), self._sampler.begin()

    def exec(self, namespace: dict[str, Any]) -> None:
        """Compile and run the source in ``namespace``, whose variables are told by name from then on."""
        self.watch(namespace)
        exec(compile(self.source, self.filename, "exec"), namespace)

    def watch(self, namespace: Mapping[str, Any]) -> None:
        """Tell which variables of ``namespace`` hold which frames at the end of this run."""
        self.names = Names(namespace)

    def set_result(self, value: object) -> None:
        """What the cell shows: kept as a description, small values as text, frames as a link to their dataset."""
        config = self.session.config
        with guard.guarded("results"), wiring.muted():
            self._result = describe(value, self.session.identify, config.result_max_items, config.result_max_bytes)

    def end(self, error: BaseException | None) -> None:
        """The run is over."""
        cost = measure(
            self._before, Snapshot.take(), self._sampler.end(self._ticket), self.session.own_cost() - self._own
        )
        self._sampler.close()
        wiring.workers.remove(self._sampler)
        failure = describe_error(error) if error is not None else None
        facets = tuple(f for f in (cost, self._result, self._changed()) if f is not None)
        self.session.end(self.run, status_of(error), error=failure, facets=facets, cpu_ns=cost.cpu_ns)

    @guard.guard("names")
    def _changed(self) -> Facet | None:
        return self.names.changed(None, self.session.identify) if self.names is not None else None


@contextmanager
def span(session: Session, source: str, kind: str, cell_id: str = "", name: str = "") -> Iterator[Span]:
    """A run from here to the end of the ``with`` block."""
    opened = Span(session, source, kind, cell_id, name)
    try:
        yield opened
    except BaseException as error:
        with guard.guarded("span"):
            opened.end(error)
        raise
    with guard.guarded("span"):
        opened.end(None)


_tasks: list[Session] = []  # one entry for each open task of a session that a task opened
_turn = threading.Lock()


@contextmanager
def task(name: str, parent: ParentFacet | None) -> Iterator[Span]:
    """A run of kind task: in the session there is, or in one that ends with its last task."""
    with _turn:
        owns = ATTACHED.session is None or ATTACHED.session in _tasks
        session = start.in_task(name, (parent,) if parent is not None else ())
        if owns:
            _tasks.append(session)
    try:
        with span(session, "", "task", name=name) as opened:
            yield opened
    finally:
        with _turn, guard.guarded("task"):
            if owns:
                _tasks.remove(session)
                if session not in _tasks:
                    session.close()
