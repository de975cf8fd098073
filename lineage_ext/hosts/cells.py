"""The cells of an IPython shell: what its hooks tell, and which of it belongs together.

``pre_run_cell`` begins a run, ``post_run_cell`` ends it; they are paired by ``result.info is info``, which holds on
every version. Facts measured on IPython 7.34 and 9.18, ipykernel 6.17 and 7.4.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from dataclasses import dataclass
from types import FrameType
from typing import Any

from lineage_ext import guard
from lineage_ext.capture.syntax import CellIndex, CellSyntax, index
from lineage_ext.hosts import wiring
from lineage_ext.hosts.failures import describe_error, status_of
from lineage_ext.hosts.names import Names
from lineage_ext.hosts.results import describe
from lineage_ext.model import Facet, Run
from lineage_ext.parsing import parse
from lineage_ext.resources import Snapshot, measure
from lineage_ext.sampler import Sampler
from lineage_ext.session import CURRENT, Session


@dataclass(slots=True, eq=False)
class Cell:
    """A cell that is running."""

    info: Any
    run: Run
    thread: int
    before: Snapshot
    ticket: int  # of the sampler
    own: tuple[int, int]  # our cost until it began
    count: int  # the shell's
    index: CellIndex | None = None


class Cells:
    """Tells ``session`` about every cell of ``shell`` that a user ran."""

    def __init__(self, shell: Any, session: Session) -> None:
        self.session = session
        self.shell = shell
        self.in_kernel = getattr(shell, "kernel", None) is not None
        self.ahead: int | None = None  # of a cell's number the shell's is, while it runs: 1 since IPython 9, 0 before
        self.running: list[Cell] = []  # innermost last; of several threads with subshells
        self.syntax = CellSyntax(shell, self.compiled)
        self.names = Names(shell.user_ns)
        self.sampler = Sampler(session.config.sample_interval, session.sample, session.clock.now)
        wiring.workers.append(self.sampler)

    def close(self) -> None:
        """Forget the running cells; the session ends their runs."""
        self.syntax.forget()
        self.sampler.close()
        wiring.workers.remove(self.sampler)
        self.running.clear()

    # -- begin -----------------------------------------------------------------------------------------------------
    @guard.guard("ipython")
    def before(self, info: Any) -> None:
        """pre_run_cell: every cell but blank and silent ones; magics like %%capture run theirs as a cell within."""
        if self.session.closed:  # a forked child
            return
        nested = CURRENT.get() is not None
        if not nested:
            wiring.reset()
            if self.in_kernel and not info.store_history and not _cell_id(info):
                return  # a front end's own code: VS Code asks for variables this way; a program runs the user's so
        self._begin(info, "nested" if nested else "cell")
        self.syntax.expect()

    def _begin(self, info: Any, kind: str) -> None:
        source, cell_id = info.raw_cell, _cell_id(info)
        name = "" if cell_id else "cell_" + hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()[:12]
        own = self._own()
        at = self.shell.execution_count
        count = at - self.ahead if info.store_history and self.ahead is not None else None
        run = self.session.begin(source, cell_id=cell_id, execution_count=count, kind=kind, name=name)
        if source.lstrip().startswith("%%timeit"):
            wiring.mute_cell()
        self.running.append(Cell(info, run, threading.get_ident(), Snapshot.take(), self.sampler.begin(), own, at))

    def compiled(self, info: Any, filename: str, found: CellIndex) -> None:
        """The transformer saw a cell. Positions refer to the source it gives, in which magics have become calls."""
        for cell in reversed(self.running):
            if cell.info is info:
                cell.index = found
                self.session.name_source(cell.run, filename, found.source)
                return

    @guard.guard("ipython")
    def adopt(self) -> None:
        """Begin a run for the cell that is running us (``%load_ext`` in it): it had its pre_run_cell without us."""
        frame: FrameType | None = sys._getframe(1)
        cell = None
        while frame is not None:
            if frame.f_code.co_name == "run_cell_async" and "cell_name" in frame.f_locals:
                cell = frame.f_locals  # the outermost counts
            frame = frame.f_back
        if cell is not None and not cell["info"].silent:
            self._begin(cell["info"], "cell")
            self.compiled(cell["info"], cell["cell_name"], index(parse(cell["cell"]), cell["cell"]))

    # -- end -------------------------------------------------------------------------------------------------------
    @guard.guard("ipython")
    def after(self, result: Any) -> None:
        """post_run_cell: also of blank and hidden cells, which have no begin."""
        now = Snapshot.take()
        self.syntax.forget()
        cell = self._of(result)
        if cell is None:
            return
        self.running.remove(cell)
        with wiring.muted():
            self._end(cell, result, now)
        if CURRENT.get() is None:
            wiring.reset()

    def _of(self, result: Any) -> Cell | None:
        """The running cell a result belongs to.

        When an exception passes through IPython itself (an interrupted async cell, a traceback that can't be shown)
        there is no result, or one made up from the same cell: it ends the innermost cell of its thread.
        """
        for cell in reversed(self.running):
            if result is not None and cell.info is result.info:
                return cell
        for cell in reversed(self.running):
            if cell.thread == threading.get_ident() and (result is None or _same(cell.info, result.info)):
                return cell
        return None

    def _end(self, cell: Cell, result: Any, now: Snapshot) -> None:
        error = _error(result)
        own, beside = self._own()
        sampled = self.sampler.end(cell.ticket)
        cost = measure(cell.before, now, sampled, own - cell.own[0], beside - cell.own[1])
        facets = filter(None, (cost, self._result(result), self._changed_names(cell)))
        count = result.execution_count if result is not None and cell.info.store_history else None
        if count is not None:
            self.ahead = cell.count - count
        self.session.end(
            cell.run,
            status_of(error),
            execution_count=count,
            error=describe_error(error) if error is not None else None,
            facets=tuple(facets),
            cpu_ns=cost.cpu_ns,
        )

    @guard.guard("results")
    def _result(self, result: Any) -> Facet | None:
        value = getattr(result, "result", None)
        if value is None:
            return None
        config = self.session.config
        return describe(value, self.session.identify, config.result_max_items, config.result_max_bytes)

    @guard.guard("names")
    def _changed_names(self, cell: Cell) -> Facet | None:
        return self.names.changed(cell.index, self.session.identify)

    def _own(self) -> tuple[int, int]:
        """Our CPU so far, in ns: on the user's threads, on the worker's."""
        return self.session.own_cost(), self.session.counters.worker_ns


def _cell_id(info: Any) -> str:
    return str(getattr(info, "cell_id", None) or "")  # IPython ≥ 8.3, and only hosts that give one


def _same(a: Any, b: Any) -> bool:
    return bool(a.raw_cell == b.raw_cell and a.store_history == b.store_history and _cell_id(a) == _cell_id(b))


def _error(result: Any) -> BaseException | None:
    if result is None:
        return KeyboardInterrupt()  # nothing else passes through run_cell without a result
    before: BaseException | None = result.error_before_exec
    return before if before is not None else result.error_in_exec
