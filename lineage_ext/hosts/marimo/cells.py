"""The cells of one marimo notebook: those that run, and those marimo decides not to run.

The executor sees every cell that runs; a cell that is cancelled, or whose values come from marimo's cache, is seen by
the outcome marimo notes for it. Facts measured on marimo 0.13.15, 0.17.8, 0.20.4 and 0.25.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lineage_ext import guard
from lineage_ext.capture.syntax import CellIndex
from lineage_ext.hosts import wiring
from lineage_ext.hosts.failures import describe_error, status_of
from lineage_ext.hosts.marimo import contexts
from lineage_ext.hosts.marimo.callbacks import Callbacks
from lineage_ext.hosts.marimo.cell_names import CellNames
from lineage_ext.hosts.marimo.dataflow import dataflow
from lineage_ext.hosts.marimo.placed import placed
from lineage_ext.hosts.names import Names
from lineage_ext.hosts.results import describe
from lineage_ext.model import CodeFacet, Facet, Run
from lineage_ext.resources import Snapshot, measure
from lineage_ext.sampler import Sampler
from lineage_ext.session import CURRENT, Session

ENDED = {"success": "ok", "exception": "error", "interrupted": "interrupted", "cancelled": "skipped"}
"""How a cell ended that we saw begin, but not end: the one that began to track."""


@dataclass(slots=True, eq=False)
class Cell:
    """A cell that is running."""

    impl: Any
    run: Run
    before: Snapshot
    ticket: int  # of the sampler
    own: tuple[int, int]  # our cost until it began
    index: CellIndex


class Cells:
    """Tells ``session`` about every cell of the notebook whose context is given (None: of a script's)."""

    def __init__(self, session: Session, context: Any, path: str) -> None:
        self.session = session
        self.context = context
        self.called = CellNames(path)
        self.names: Names | None = None
        self.callbacks = Callbacks(session, self._names_changed)
        self.running: list[Cell] = []
        self.adopted: Cell | None = None
        self.settled: set[str] = set()  # cells that ran, or won't, since marimo queued them
        self.sampler = Sampler(session.config.sample_interval, session.sample, session.clock.now)
        wiring.workers.append(self.sampler)

    def close(self) -> None:
        """Forget the running cells; the session ends their runs."""
        self.sampler.close()
        wiring.workers.remove(self.sampler)
        self.running.clear()
        self.adopted = None

    # -- cells that run --------------------------------------------------------------------------------------------
    @guard.guard("marimo")
    def adopt(self) -> None:
        """Begin a run for the cell that is running us: marimo began it without us."""
        impl = contexts.running_cell()
        if impl is not None:
            self.adopted = self.begin(impl, contexts.namespace())

    @guard.guard("marimo")
    def begin(self, impl: Any, namespace: dict[str, Any]) -> Cell | None:
        """A cell begins, on its thread. A cell of an embedded app is one within the cell that embeds it."""
        if self.session.closed:  # a forked child
            return None
        if self.adopted is not None and contexts.running_cell() is not self.adopted.impl:
            self._end_adopted("ok")  # in a script nothing else tells
        outer = self.session.open.get(CURRENT.get() or 0)
        nested = outer is not None and outer.run.facet(CodeFacet).kind != "script"
        if not nested:
            wiring.reset()
        if self.names is None:
            self.names = Names(namespace)
        self.settled.add(impl.cell_id)
        own = self._own()
        run = self._begin_run(impl, "nested" if nested else "cell")
        spans = CellIndex(impl.code, (), frozenset(impl.defs))
        opened = Cell(impl, run, Snapshot.take(), self.sampler.begin(), own, spans)
        self.running.append(opened)
        return opened

    def _begin_run(self, impl: Any, kind: str) -> Run:
        context = contexts.innermost()
        file, part = placed(impl) if impl.body is not None else ("", None)
        if part is not None:
            self._place(impl.body.co_filename, part)
        return self.session.begin(
            impl.code,
            cell_id=str(impl.cell_id),
            filename=file,
            kind=kind,
            name=self.called.of(impl),
            facets=(dataflow(impl, context.graph if context is not None else None),),
        )

    def _place(self, file: str, part: Any) -> None:
        parts = self.session.parts.setdefault(file, [])
        if part not in parts:
            parts[:] = [*(p for p in parts if p.name != part.name), part]

    @guard.guard("marimo")
    def end(self, opened: Cell, error: BaseException | None, value: Any) -> None:
        """It ended, with marimo's exception (whose cause is the user's) or with its value."""
        now = Snapshot.take()
        if opened not in self.running:
            return
        stopped = _is_stop(_cause(error))
        cause = None if stopped else _cause(error)
        with wiring.muted():
            self._end(opened, now, "skipped" if stopped else status_of(cause), cause, value)
        if CURRENT.get() is None:
            wiring.reset()

    def _end(self, opened: Cell, now: Snapshot, status: str, error: BaseException | None, value: Any) -> None:
        self.running.remove(opened)
        own, beside = self._own()
        sampled = self.sampler.end(opened.ticket)
        cost = measure(opened.before, now, sampled, own - opened.own[0], beside - opened.own[1])
        facets = (cost, self._result(value), self._names_changed(opened.index))
        self.session.end(
            opened.run,
            status,
            error=describe_error(error) if error is not None else None,
            facets=tuple(f for f in facets if f is not None),
            cpu_ns=cost.cpu_ns,
        )
        self._pass_on()

    def _end_adopted(self, status: str) -> None:
        opened, self.adopted = self.adopted, None
        if opened is not None and opened in self.running:
            with wiring.muted():
                self._end(opened, Snapshot.take(), status, None, None)

    # -- cells that don't ------------------------------------------------------------------------------------------
    @guard.guard("marimo")
    def queued(self, impl: Any) -> None:
        """marimo is about to run it, or to find out that it can't."""
        self.settled.discard(impl.cell_id)

    @guard.guard("marimo")
    def outcome(self, impl: Any, status: str) -> None:
        """marimo notes how it went with a cell; of one that didn't run this is all there is to see."""
        if self.adopted is not None and self.adopted.impl.cell_id == impl.cell_id:
            self._end_adopted(ENDED.get(status, "unknown"))
        elif status in ("cancelled", "success") and impl.cell_id not in self.settled and not self.session.closed:
            self.settled.add(impl.cell_id)
            run = self._begin_run(impl, "cell")
            self.session.end(run, "cancelled" if status == "cancelled" else "cached")
            self._pass_on()

    def _pass_on(self) -> None:
        """An export kills its kernel as soon as the last cell has ended: the worker wouldn't come to explain it."""
        if contexts.exporting():
            with wiring.muted():
                self.session.flush()

    # -- what is told of them --------------------------------------------------------------------------------------
    @guard.guard("results")
    def _result(self, value: Any) -> Facet | None:
        config = self.session.config
        return describe(value, self.session.identify, config.result_max_items, config.result_max_bytes)

    @guard.guard("names")
    def _names_changed(self, index: CellIndex) -> Facet | None:
        return self.names.changed(index, self.session.identify) if self.names is not None else None

    def _own(self) -> tuple[int, int]:
        """Our CPU so far, in ns: on the user's threads, on the worker's."""
        return self.session.own_cost(), self.session.counters.worker_ns


def _cause(error: BaseException | None) -> BaseException | None:
    """The user's exception: marimo raises one of its own from it, and before 0.25 wraps a NameError once more."""
    if error is None or type(error).__name__ != "MarimoRuntimeException":
        return error
    cause = error.__cause__
    return getattr(cause, "name_error", None) or cause


def _is_stop(error: BaseException | None) -> bool:
    """``mo.stop``: the cell ended as it was meant to."""
    return type(error).__name__ == "MarimoStopError"
