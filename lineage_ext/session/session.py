"""One tracked stretch of work: what hosts tell of it, and what it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from lineage_ext import guard
from lineage_ext.clock import Clock, SystemClock
from lineage_ext.config import LineageConfig
from lineage_ext.model import CodeFacet, ErrorFacet, Facet, Job, Run, RunKind, RunState
from lineage_ext.session.current import CURRENT
from lineage_ext.session.delivery import Delivery
from lineage_ext.session.gate import Hook
from lineage_ext.session.memory_sample import Sample
from lineage_ext.session.open import Open
from lineage_ext.session.part import Part

if TYPE_CHECKING:
    from lineage_ext.session.processor import Around
    from lineage_ext.session.summary import Summary

STATES = {
    "ok": RunState.COMPLETE,
    "cached": RunState.COMPLETE,
    "unknown": RunState.COMPLETE,
    "error": RunState.FAIL,
    "interrupted": RunState.ABORT,
    "cancelled": RunState.ABORT,
    "skipped": RunState.ABORT,
}


class Session(Delivery):
    """One tracked stretch of work: a kernel's life, a script, a marimo session.

    ``interpreter`` and ``processors`` are what the host wired in; ``graph`` answers questions; ``identify`` tells the
    dataset number of a live object (or None); ``own_cost`` the ns capture has spent on user threads.
    """

    def __init__(
        self,
        name: str = "session",
        *,
        namespace: str = "notebooks",
        config: LineageConfig | None = None,
        clock: Clock | None = None,
        facets: tuple[Facet, ...] = (),
    ) -> None:
        super().__init__(config or LineageConfig())
        self.clock: Clock = clock or SystemClock()
        self.job = Job(namespace, name)
        self.around: tuple[Around, ...] = ()
        self.graph: Any = None
        self.identify: Callable[[object], int | None] = lambda _: None
        self.own_cost: Callable[[], int] = lambda: 0
        self.outside: Callable[[], int | None] = lambda: None  # a host's answer for code that runs in no cell
        self.notes: list[str] = []
        self.numbers = count(1)
        self._unnamed = count(1)  # cells that their host gives no id
        self.sources: dict[str, str] = {}  # file name of compiled code → source text
        self.parts: dict[str, list[Part]] = {}  # file → the cells that are compiled where they stand in it
        self.files: dict[str, int] = {}  # the same → the cell run compiled last under it
        self.cell_ids: dict[int, str] = {}  # cell run number → run id
        self.cell_cpu_ns = 0
        self.paused = False
        self.newest = 0  # number of the cell run begun last
        self.before_close: list[Callable[[], None]] = []  # hosts let go: cells end, hooks go
        self.after_close: list[Callable[[], None]] = []  # nothing is interpreted any more: capture goes
        self.run = Run(
            0, self.clock.uuid7(), RunKind.SESSION, RunState.START, self.job, self.clock.now(), facets=facets
        )

    @property
    def redact(self) -> Hook | None:
        """A function of yours that gets every Run after secrets were masked, and returns it, another Run, or None.

        What it returns is all that store, logs, exports, emitters and panel get; of None they get nothing. When it
        raises, the Run is dropped. It is called on the worker thread.
        """
        return self.gate.hook

    @redact.setter
    def redact(self, hook: Hook | None) -> None:
        self.gate.hook = hook

    # -- the host's side -------------------------------------------------------------------------------------------
    @property
    def id(self) -> str:
        """UUIDv7 of the session run."""
        return self.run.id

    def start(self) -> None:
        """Announce the session to the processors and start the worker."""
        self._began = time.perf_counter_ns()
        self._inbox.append(("start", self.run))
        self.resume()

    def begin(
        self,
        source: str,
        *,
        cell_id: str = "",
        filename: str = "",
        execution_count: int | None = None,
        kind: str = "cell",
        name: str = "",
        facets: tuple[Facet, ...] = (),
    ) -> Run:
        """A cell begins: it becomes the current run of this context. Returns its START run."""
        no = next(self.numbers)
        code = CodeFacet(source, cell_id, execution_count, kind=kind)
        name = name or f"cell_{cell_id or next(self._unnamed)}"
        job = Job(self.job.namespace, f"{self.job.name}.{name}")
        parent = CURRENT.get()
        outer = self.open.get(parent) if parent is not None else None
        run_id, started = self.clock.uuid7(), self.clock.now()
        parent_id = outer.run.id if outer else self.run.id
        if self.around:
            facets = (*facets, *self._entered(run_id, parent_id, started))
        run = Run(no, run_id, RunKind.CELL, RunState.START, job, started, parent_id=parent_id, facets=(code, *facets))
        opened = Open(run, filename, parent)
        if not self.open and not self._inbox:
            self._began = opened.began
        self.open[no] = opened
        self.newest = no
        self.cell_ids[no] = run.id
        self.unannounced.add(no)
        if filename:
            self.sources[filename] = source
            self.files[filename] = no
        self._inbox.append(("start", run))  # passed on within flush_interval: waking the worker now would cost the cell
        CURRENT.set(no)
        return run

    def _entered(self, run_id: str, parent_id: str, started: int) -> list[Facet]:
        found = []
        for around in self.around:
            try:  # a context manager would take 3 µs of the cell's time
                found.append(around.enter(run_id, parent_id, started))
            except Exception as error:
                guard.report(type(around).__name__, error)
                if guard.strict():
                    raise
        return [facet for facet in found if facet is not None]

    def _left(self, run_id: str) -> None:
        for around in reversed(self.around):
            try:
                around.leave(run_id)
            except Exception as error:
                guard.report(type(around).__name__, error)
                if guard.strict():
                    raise

    def name_source(self, run: Run, filename: str, source: str) -> None:
        """Tell under which file name the code of ``run`` was compiled, once the host knows."""
        self.sources[filename] = source
        self.files[filename] = run.no
        if run.no in self.open:
            self.open[run.no].filename = filename

    def end(
        self,
        run: Run,
        status: str = "ok",
        *,
        execution_count: int | None = None,
        error: ErrorFacet | None = None,
        facets: tuple[Facet, ...] = (),
        cpu_ns: int = 0,
    ) -> Run | None:
        """The cell ended with ``status`` (ok, error, interrupted, skipped, cancelled, cached, unknown).

        Returns the finished run, or None when it wasn't open (ended twice).
        """
        opened = self.open.pop(run.no, None)
        if opened is None:
            return None
        code: CodeFacet = opened.run.facets[0]  # type: ignore[assignment]  # ``begin`` put it there
        compiled = self.sources.get(opened.filename, code.source)
        if execution_count is not None or compiled != code.source:
            number = code.execution_count if execution_count is None else execution_count
            told = compiled if compiled != code.source else ""
            # ``replace`` would take 15 µs
            code = CodeFacet(code.source, code.cell_id, number, code.language, code.kind, told)
        begun = opened.run
        facets = (code, *begun.facets[1:], *facets, *((error,) if error else ()))
        ended = Run(  # ``with_`` would take 7 µs more of the cell's time
            begun.no, begun.id, begun.kind, STATES[status], begun.job, begun.started, self.clock.now(), begun.parent_id,
            facets=facets,
        )  # fmt: skip
        self.cell_cpu_ns += cpu_ns
        CURRENT.set(opened.previous)  # not reset(token): the post hook of an async cell runs in another context
        if self.around:
            self._left(ended.id)  # before the worker knows: it may be done with the cell at once
        self._inbox.append(("end", ended))
        self._wake.set()
        return ended

    def began(self, no: int) -> int | None:
        """``time.perf_counter_ns`` when a cell run began; None if it isn't running."""
        opened = self.open.get(no)
        return opened.began if opened is not None else None

    def sample(self, sample: Sample) -> None:
        """Pass on a memory sample (from the sampler thread)."""
        self._inbox.append(("sample", sample))

    def current(self) -> int | None:
        """Number of the cell run the calling code belongs to; for plain threads the only open one; else what
        the host knows (a widget's callback), or None."""
        no = CURRENT.get()
        if no is not None:
            return no
        if len(self.open) == 1:
            with suppress(RuntimeError, StopIteration):  # another thread may close it right now
                return next(iter(self.open))
        return self.outside()

    # -- answers ---------------------------------------------------------------------------------------------------
    def summary(self) -> Summary:
        """Cells, operations, datasets, coverage and our own cost so far."""
        from lineage_ext.session.summary import Summary

        self.flush()
        c = self.counters
        now = [f"{self.gate.dropped} records dropped by session.redact"] if self.gate.dropped else []
        if self.paused and not self.closed:
            now.append("recording is paused; %lineage resume goes on")
        reasons = sorted(((op, why, n) for (op, why), n in c.reasons.items()), key=lambda r: -r[2])
        return Summary(
            self.id,
            self.job.name,
            self.run.started,
            c.cells,
            c.failed_cells,
            c.operations,
            c.failed_operations,
            c.datasets,
            c.reads,
            c.writes,
            tuple(reasons),
            c.inferred,
            1.0 - c.opaque / c.operations if c.operations else 1.0,
            self.own_cost(),
            c.worker_ns,
            self.cell_cpu_ns,
            tuple(map(self.gate.text, [*self.notes, *now])),
            tuple(guard.problems()),
            tuple(self._told()),
        )

    def _told(self) -> Iterator[str]:
        """What capture and listeners say of themselves."""
        for part in (self.interpreter, *self.processors):
            status = getattr(part, "status", None)
            if status is not None:
                with guard.guarded(type(part).__name__):
                    yield status()

    def upstream(self, value: object, column: Any = None) -> Any:
        """Where ``value`` (or one column of it) came from: a Trace down to the files.

        ``value`` is a tracked frame, series, array or group-by, or a dataset number. Raises NotTracked, UnknownName.
        """
        return self._ask().upstream(self.number(value), self._behind(column))

    def downstream(self, value: object, column: Any = None) -> Any:
        """What ``value`` (or one column of it) went into. Raises NotTracked, UnknownName."""
        return self._ask().downstream(self.number(value), self._behind(column))

    def overview(self) -> Any:
        """The variables that hold frames and the files that were written, each with what it was made from."""
        return self._ask().overview()

    def _behind(self, column: Any) -> Any:
        return None if column is None else self.gate.label(column)

    def number(self, value: object) -> int:
        """The dataset number of a live object, or of a number that is one. Raises NotTracked."""
        from lineage_ext.errors import NotTracked

        no = self.identify(value)
        if no is not None and self.interpreter is not None:
            no = self.interpreter.current(no)
        if no is None and isinstance(value, int) and not isinstance(value, bool):
            no = value
        if no is None:
            raise NotTracked(
                f"this {type(value).__name__} isn't tracked; tracked are pandas frames, series, group-bys and arrays "
                "that an operation made or took since lineage_ext was loaded"
            )
        return no

    def _ask(self) -> Any:
        self.flush()
        if self.graph is None:
            raise RuntimeError("this session was opened without a graph")
        return self.graph

    def close(self) -> None:
        """End the session: flush, tell the processors, stop the worker. Does nothing the second time."""
        if self.closed:
            return
        _call_all(self.before_close)
        for opened in list(self.open.values()):
            self.end(opened.run, "unknown")
        self._inbox.append(("end", self.run.with_(state=RunState.COMPLETE, ended=self.clock.now())))
        with guard.guarded("session"):
            self.flush()
        self.closed = True
        self.halt()
        for processor in self.processors:
            with guard.guarded(type(processor).__name__):
                processor.close()
        _call_all(self.after_close)

    def abandon(self) -> None:
        """In a forked child: pass nothing on. The worker stayed in the parent, perhaps holding a lock."""
        self.closed = self.paused = True
        self.interpreter, self.processors, self.graph = None, (), None
        self.before_close.clear()
        self.after_close.clear()
        self.enrich.clear()
        self._inbox.clear()
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _call_all(functions: list[Callable[[], None]]) -> None:
    """Call and remove each, the newest first."""
    while functions:
        with guard.guarded("session"):
            functions.pop()()
