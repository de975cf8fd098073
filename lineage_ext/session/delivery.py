"""The worker's side of a session: what was put down is explained and passed on, in order, on a thread of its own."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lineage_ext import guard, threads
from lineage_ext.config import LineageConfig
from lineage_ext.model import Facet, Run, RunKind
from lineage_ext.session.allowance import REST, Allowance
from lineage_ext.session.apart import apart, interruptible
from lineage_ext.session.bell import Bell
from lineage_ext.session.counters import Counters
from lineage_ext.session.deferral import SLICE, Deferral
from lineage_ext.session.gate import Gate
from lineage_ext.session.note import Notes
from lineage_ext.session.open import Open

if TYPE_CHECKING:
    from lineage_ext.session.processor import Interpreter, Processor

HALT = 10.0  # s that a fork waits for a thread of ours to end: the child would inherit what it holds


class Delivery:
    """Passes what is in ``_inbox`` (and what the interpreter has ready) to the processors; a Session is one.

    ``flush`` does it at once, on the caller's thread.
    """

    def __init__(self, config: LineageConfig) -> None:
        self.config = config
        self.gate = Gate(config)
        self.counters = Counters()
        self.interpreter: Interpreter | None = None
        self.processors: tuple[Processor, ...] = ()
        self.enrich: list[Callable[[Run], Facet | None]] = []  # make more facets of a finished cell, on the worker
        self.degraded: Callable[[int], Facet | None] = lambda no: None  # what was left out of a cell run, if anything
        self.open: dict[int, Open] = {}  # the cells that run, by the number of their run
        self.unannounced: set[int] = set()  # numbers of cell runs that no processor knows of yet
        self.pace: float | None = None  # s between the worker's looks while a cell runs, for those who watch it
        self.closed = False
        self.prompt = False  # whether cells are passed on as soon as they end
        self.deferral = Deferral()
        self._inbox: deque[tuple[str, Any]] = deque()
        self._ended: dict[int, Run] = {}  # those of its finished cells that are enriched
        self._turn = threading.RLock()  # one thread at a time interprets and dispatches
        self._wake = Bell()
        self._asked = True  # to look now
        self._allowance = Allowance(config.flush_interval)  # of the time of cells that run
        self._passed = time.perf_counter()  # when it last had passed on all there was
        self._began = 0  # ns of perf_counter when something began while nothing waited: nothing is older
        self._worker: threads.Thread | None = None
        self._pid = os.getpid()

    # -- its thread ------------------------------------------------------------------------------------------------
    def resume(self) -> None:
        """Start the worker, if it doesn't work."""
        if self._worker is None and not self.closed:
            self._worker = threads.Thread(self._work)
            self._worker.start()

    def wake(self) -> None:
        """Have the worker look now."""
        self._asked = True
        self._wake.set()

    def halt(self) -> None:
        """Let the worker finish and end: at the end, and before a fork, so that the child inherits no lock held.

        It also keeps a process that has no other threads what it is to ``os.fork``, which warns of threads since 3.12.
        """
        worker, self._worker = self._worker, None
        if worker is not None and not worker.is_current():
            self._wake.set()
            worker.join(HALT)

    def _work(self) -> None:
        due = 0.0
        while not self.closed and self._worker is not None and self._worker.is_current():
            woken = self._wake.wait(min(self._patience(), max(0.0, due - time.perf_counter())))
            if os.getpid() != self._pid:
                return
            now = time.perf_counter()
            if self._inbox:  # a cell that is shorter than the interval isn't disturbed
                due = max(due, self._began / 1e9 + self.config.flush_interval)
            asked = self._asked or self._eager(woken)
            if now >= due or asked:  # a look takes 20 µs, to pass on nothing 200
                due = now + self.config.flush_interval
                self._asked = False
                with guard.guarded("session"):
                    self._look(asked)
                due = max(due, time.perf_counter() + REST)
            elif woken:
                with guard.guarded("session"):
                    self._enrich()
            threads.forget()

    def _look(self, asked: bool) -> None:
        """Pass on what there is, as far as the cells that run allow it; the rest at the next look, or by ``flush``.

        A fork doesn't wait for it either (``halt``).
        """
        crowded = self.interpreter is not None and self.interpreter.crowded()
        began = self._began / 1e9
        self._allowance.begin(time.perf_counter() - max(self._passed, began), since=began, crowded=crowded)
        used = self._allowance.used
        waits = not asked and self._waits(used)
        if waits or (self._may_note() and self.deferral.notes_first(self.interpreter, used)):
            self._note()
            self._allowance.spare()
        until = time.perf_counter() + SLICE if self.deferral.noted else None
        between = not self.open  # a cell that begins meanwhile has it for itself

        def lasts() -> bool:
            return self._worker is not None and (not self.open or self._goes_on(between, until))

        if not waits and self._prepared(until, lasts):
            self._pass_on(lasts)
        self._allowance.end()

    def _prepared(self, until: float | None, lasts: Callable[[], bool]) -> bool:
        """To import what explains takes 0.1 s, beside a cell that computes seconds: a part at a time, for a fork would
        wait for all of it."""
        interpreter = self.interpreter
        if interpreter is None or interpreter.ready:
            return True
        if until is None:
            needed = not self.deferral.allowed or interpreter.backlog() > 0
            return not needed or interpreter.prepare(lasts)
        return interpreter.prepare(lambda: not self.open or time.perf_counter() < until)

    def _goes_on(self, between: bool, until: float | None) -> bool:
        late = until is not None and time.perf_counter() > until
        return self._allowance.lasts() and not late and not (between and self._waits(used=1.0))

    def _may_note(self) -> bool:
        return bool(self.open) and self.gate.notes

    def _waits(self, used: float) -> bool:
        """Whether what the cells that run have recorded is only noted for now. They used that much of the time."""
        since = time.perf_counter() - self._began / 1e9
        unwatched = self._may_note() and self.pace is None
        return unwatched and self.deferral.waits(self.interpreter, self.processors, since, used)

    def _note(self) -> None:
        """Tell those who remember beyond this process what there is."""
        before = time.thread_time_ns()
        with self._turn:
            if any(hasattr(p, "on_notes") for p in self.processors):
                self._noted(self.deferral.notes(self.interpreter, tuple(self._inbox)))
            self._worked(before)

    def _noted(self, notes: Notes) -> None:
        shown = ((what, self._shown(run)) for what, run in notes.cells)
        cells = tuple((what, run) for what, run in shown if run is not None)
        self._tell("on_notes", self.gate.noted(notes._replace(cells=cells)))

    def _eager(self, woken: bool) -> bool:
        """Whether what there is shall be passed on before it is due.

        Else cells that come one right after the other share the worker's turns: a cell that runs meanwhile waits for
        Python's lock in each, and where two cores are one it is slower, too (1.2 times, for cells of 15 ms).
        """
        watched = self.pace is not None
        return (woken and (watched or self.prompt)) or (watched and self._has_news())

    def _has_news(self) -> bool:
        """Whether somebody who watches would see more: memory samples and counted repetitions can wait."""
        return bool(self.unannounced) or (self.interpreter is not None and self.interpreter.waiting())

    def _patience(self) -> float:
        longest: float = self.config.flush_interval
        return longest if self.pace is None or not self.open else min(self.pace, longest)

    def listen(self, processor: Processor, catch_up: Callable[[], None] = lambda: None) -> None:
        """Add a processor while the session runs. ``catch_up`` is called first; nothing is passed on meanwhile."""
        self.flush()
        with self._turn:
            self.flush()  # what came meanwhile
            catch_up()
            self.processors = (*self.processors, processor)

    def flush(self) -> None:
        """Interpret and pass on everything recorded so far. Cheap when there is nothing; safe from any thread.

        Interrupted, it leaves the rest for later.
        """
        if interruptible() and not self._turn._is_owned():  # type: ignore[attr-defined]  # as threading.Condition asks
            apart(self._pass_on)
        else:
            self._pass_on(lambda: True)

    def _pass_on(self, lasts: Callable[[], bool]) -> None:
        before, began = time.thread_time_ns(), time.perf_counter()
        with self._turn:
            if self._inbox:
                self._tell("on_batch")
            everything = self._from_inbox(lasts) and self._drain(lasts)
            if everything:
                self._passed = began
            told = self.deferral.passed(self.interpreter, everything=everything)
            if told is not None:
                self._tell("on_notes", told)
            before = self._worked(before)  # told to those that write now
            self._tell("on_flush")
            self._worked(before)

    def _from_inbox(self, lasts: Callable[[], bool]) -> bool:
        """Whether all of it could be passed on."""
        while self._inbox:
            what, value = self._inbox[0]
            if what == "end" and not self._drain(lasts):
                return False
            self._inbox.popleft()
            if what == "end":
                self._end(self._ended.pop(value.no) if value.no in self._ended else self._enriched(value))
            else:
                if what == "start":
                    self.unannounced.discard(value.no)
                self._dispatch(what, value)
        return True

    def _worked(self, since: int) -> int:
        now = time.thread_time_ns()
        self.counters.worker_ns += now - since
        return now

    def _enrich(self) -> None:
        """Look at what finished cells left, as long as it is there: the next cell may change it."""
        with self._turn:
            for what, run in tuple(self._inbox):
                if what == "end" and run.no not in self._ended:
                    self._ended[run.no] = self._enriched(run)

    def _enriched(self, run: Run) -> Run:
        made = (make(run) for make in self.enrich) if run.kind is RunKind.CELL else ()
        return run.with_(facets=(*run.facets, *(f for f in made if f is not None)))

    def _drain(self, lasts: Callable[[], bool]) -> bool:
        """Whether it lasted until everything that was recorded is passed on."""
        if self.interpreter is None:
            return True
        for run in self.interpreter.drain(lasts):
            self._dispatch("end", run)
        return lasts()

    def _end(self, cell: Run) -> None:
        left_out = self.degraded(cell.no)  # also what the worker left out
        cell = cell.with_(facets=(*cell.facets, left_out)) if left_out is not None else cell
        cells = self.interpreter is not None and cell.kind is RunKind.CELL
        for run in self.interpreter.ended(cell) if cells and self.interpreter is not None else (cell,):
            self._dispatch("end", run)

    def _dispatch(self, what: str, value: Any) -> None:
        if what != "sample":
            value = self._shown(value)
            if value is None:
                return
        if what == "end":
            self.counters.add(value)
        for processor in self.processors:
            try:
                getattr(processor, "on_" + what)(value)
            except Exception as error:  # one broken listener must not starve the others
                guard.report(type(processor).__name__, error)
                if guard.strict():
                    raise

    def _shown(self, run: Run) -> Run | None:
        """What the listeners may know of it. A Run that can't be looked through is nobody's to see."""
        try:
            return self.gate.through(run)
        except Exception as error:
            guard.report("redaction", type(error).__name__)
            if guard.strict():
                raise
            return None

    def _tell(self, name: str, *what: Any) -> None:
        """Call ``on_batch``, ``on_flush`` or ``on_notes`` of the processors that have it."""
        for processor in self.processors:
            told = getattr(processor, name, None)
            if told is not None:
                with guard.guarded(type(processor).__name__):
                    told(*what)
