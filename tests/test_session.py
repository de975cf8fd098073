"""The session: what hosts begin and end reaches every listener in order, whatever happens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lineage_ext import guard
from lineage_ext.config import LineageConfig
from lineage_ext.errors import NotTracked
from lineage_ext.model import (
    Block,
    CodeFacet,
    ColumnMap,
    Confidence,
    Dataset,
    DatasetKind,
    Job,
    OpaqueFacet,
    Run,
    RunKind,
    RunState,
    Schema,
    Transformation,
)
from lineage_ext.session import CURRENT, Sample, Session
from lineage_ext.session.bell import Bell
from lineage_ext.testing.clock import FixedClock
from tests.hosts.seen import Seen


class Records:
    """An interpreter that hands out what it is given, as capture would."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def drain(self, lasts: Callable[[], bool]) -> Iterator[Run]:
        """What was given so far, as long as it ``lasts``."""
        for _ in range(len(self.runs)):
            yield self.runs.pop(0)
            if not lasts():
                return

    ready = True

    def crowded(self) -> bool:
        """There is room."""
        return False

    def waiting(self) -> bool:
        """Whether something was given."""
        return bool(self.runs)

    def ended(self, cell: Run) -> Iterator[Run]:
        """The cell as it is."""
        yield cell

    def current(self, number: int) -> int:
        """The same."""
        return number


@pytest.fixture
def session() -> Iterator[Session]:
    """A session with a fixed clock, a listener and an interpreter, without a worker."""
    guard.forget()
    session = Session("book", clock=FixedClock())
    session.processors = (Seen(),)
    session.interpreter = Records()
    yield session
    session.close()
    CURRENT.set(None)


def seen(session: Session) -> Seen:
    """The listener, after everything was passed on."""
    session.flush()
    found = session.processors[-1]
    assert isinstance(found, Seen)
    return found


def operation(no: int, name: str = "op", **fields: object) -> Run:
    """A finished operation."""
    return Run(no, str(no), RunKind.OPERATION, RunState.COMPLETE, Job("n", name), 0).with_(**fields)


def test_a_cell_begins_and_ends_once(session: Session) -> None:
    """START with the source, then the end with state, time and facets; a second end is ignored."""
    run = session.begin("x = 1", cell_id="c", filename="<cell>")
    assert (run.state, run.kind, run.job.name, run.parent_id) == (
        RunState.START,
        RunKind.CELL,
        "book.cell_c",
        session.id,
    )
    assert (session.sources["<cell>"], session.files["<cell>"]) == ("x = 1", run.no)
    ended = session.end(run, execution_count=7)
    assert ended is not None
    assert ended.ended is not None
    assert ended.ended > ended.started
    assert ended.facet(CodeFacet) == CodeFacet("x = 1", "c", 7)
    assert session.end(run) is None
    assert [r.id for r in seen(session).started] == [r.id for r in seen(session).ended] == [run.id]


def test_a_cell_within_a_cell_has_it_as_parent(session: Session) -> None:
    """And the outer one is current again afterwards."""
    outer = session.begin("outer")
    inner = session.begin("inner", kind="nested")
    assert inner.parent_id == outer.id
    assert session.current() == inner.no
    session.end(inner)
    assert session.current() == outer.no
    session.end(outer)
    assert session.current() is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("ok", RunState.COMPLETE),
        ("cached", RunState.COMPLETE),
        ("unknown", RunState.COMPLETE),
        ("error", RunState.FAIL),
        ("interrupted", RunState.ABORT),
        ("cancelled", RunState.ABORT),
        ("skipped", RunState.ABORT),
    ],
)
def test_every_status_has_a_state(session: Session, status: str, state: RunState) -> None:
    """The hosts' words in OpenLineage's."""
    ended = session.end(session.begin("x"), status)
    assert ended is not None
    assert ended.state is state


def test_operations_come_before_the_end_of_their_cell(session: Session) -> None:
    """What was recorded in a cell is passed on before the cell's end, after its start."""
    first = session.begin("a")
    session.interpreter.runs.append(operation(50))  # type: ignore[union-attr]
    session.end(first)
    second = session.begin("b")
    session.end(second)
    assert [r.no for r in seen(session).ended] == [50, first.no, second.no]


def test_a_plain_thread_belongs_to_the_only_cell(session: Session) -> None:
    """With two cells open nobody knows; with none neither."""
    found: list[int | None] = []

    def ask() -> None:
        thread = threading.Thread(target=lambda: found.append(session.current()))
        thread.start()
        thread.join()

    ask()
    first = session.begin("a")
    ask()
    session.begin("b")
    ask()
    assert found == [None, first.no, None]


def test_tasks_and_threads_of_asyncio_belong_to_the_cell_that_started_them(session: Session) -> None:
    """They inherit its context."""
    run = session.begin("a")

    async def work() -> tuple[int | None, int | None]:
        return session.current(), await asyncio.to_thread(session.current)

    assert asyncio.run(work()) == (run.no, run.no)


def test_the_worker_passes_on_by_itself_and_stops() -> None:
    """A running cell's START reaches listeners within the flush interval; the closed session has no thread."""
    session = Session(config=LineageConfig(flush_interval=0.02))
    listener = Seen()
    session.processors = (listener,)
    session.start()
    session.begin("x")
    _wait(lambda: len(listener.started) == 2)
    assert [r.kind for r in listener.started] == [RunKind.SESSION, RunKind.CELL]
    worker = session._worker
    session.close()
    assert worker is not None
    worker.join(60)  # the end waits for some seconds
    assert not worker.is_alive()
    CURRENT.set(None)


def test_a_bell_is_heard_once_however_often_it_rang() -> None:
    """Before somebody waits or while he does; who has heard it waits for the next."""
    bell = Bell()
    bell.set()
    bell.set()
    assert bell.wait(0.0)
    assert not bell.wait(0.01)
    threading.Timer(0.01, bell.set).start()
    assert bell.wait(10.0)
    assert not bell.wait(0.0)


def test_who_watches_is_told_soon_and_nothing_is_passed_on_for_nothing() -> None:
    """Long before the flush interval has passed, once something was recorded; till then the worker only looks."""
    session = Session(config=LineageConfig(flush_interval=3_600.0))
    listener, records = Flushed(), Records()
    session.processors, session.interpreter = (listener,), records
    session.pace = 0.001
    run = session.begin("x")
    session.start()
    _wait(lambda: listener.started)
    time.sleep(0.1)
    assert listener.flushes <= 2
    records.runs.append(operation(7))
    _wait(lambda: listener.ended)
    session.end(run)
    session.close()
    CURRENT.set(None)


def test_a_cell_shorter_than_the_flush_interval_is_not_disturbed() -> None:
    """Whenever it begins, the worker comes an interval later, not in its midst; nothing waits longer than that."""
    interval = 0.2
    session = Session(config=LineageConfig(flush_interval=interval))
    listener, records = Flushed(), Records()
    session.processors, session.interpreter = (listener,), records
    session.start()
    _wait(lambda: listener.flushes > 0)

    def told_after(pause: float) -> float:
        """How long after its begin a cell of less than the interval was told of."""
        session.flush()  # the worker is done with what came before: else the same look may find this cell, too
        time.sleep(pause)
        before, began = len(listener.started), time.perf_counter()
        run = session.begin("x")
        records.runs.append(operation(run.no))
        time.sleep(interval * 0.8)
        session.end(run)
        _wait(lambda: len(listener.started) > before)
        return listener.when - began

    for pause in (0.05, 0.1, 0.15, 0.3):
        took = [told_after(pause)]
        while took[-1] >= 2 * interval and len(took) < 20:  # the machine may have had no time for the worker
            took.append(told_after(pause))
        assert interval <= min(took) < 2 * interval
    session.close()
    CURRENT.set(None)


class Flushed(Seen):
    """A listener that counts how often it could write, and knows when it was told of the latest cell."""

    flushes = 0
    when = 0.0

    def on_start(self, run: Run) -> None:
        """Now."""
        self.when = time.perf_counter()
        super().on_start(run)

    def on_flush(self) -> None:
        """Once more."""
        self.flushes += 1


def test_a_worker_that_is_to_end_leaves_the_rest_for_later() -> None:
    """A fork waits for it: for the operation that it is at, not for all that were recorded before."""
    entered, go_on = threading.Event(), threading.Event()

    class Slow(Seen):
        def on_end(self, run: Run) -> None:
            entered.set()
            assert go_on.wait(60)
            super().on_end(run)

    session, listener, records = Session("book", clock=FixedClock()), Slow(), Records()
    session.processors, session.interpreter = (listener,), records
    records.runs += [operation(no) for no in range(5)]
    session.start()
    session.wake()
    assert entered.wait(60)
    halting = threading.Thread(target=session.halt)
    halting.start()
    _wait(lambda: session._worker is None)
    go_on.set()
    halting.join(60)
    assert [run.no for run in listener.ended] == [0]
    session.flush()
    assert [run.no for run in listener.ended] == [0, 1, 2, 3, 4]
    session.close()


def _wait(condition: object) -> None:
    for _ in range(6_000):
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.01)
    raise AssertionError("it didn't happen")


def test_closing_ends_what_is_open_and_tells_everybody_once(session: Session) -> None:
    """Open cells end, then the session; callbacks around it run newest first; a second close does nothing."""
    said: list[str] = []
    session.before_close += [lambda: said.append("first"), lambda: said.append("last")]
    session.after_close.append(lambda: said.append("after"))
    run = session.begin("x")
    with session:
        pass
    listener = session.processors[0]
    assert isinstance(listener, Seen)
    session.close()
    assert [r.id for r in listener.ended] == [run.id, session.id]
    assert said == ["last", "first", "after"]


def test_a_failing_listener_starves_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its problem is kept under its name, with a count."""
    monkeypatch.delenv("LINEAGE_STRICT")
    guard.forget()

    class Fails(Seen):
        def on_end(self, run: Run) -> None:
            raise OSError("disk full")

    session = Session()
    session.processors = (Fails(), Seen())
    for source in "ab":
        session.end(session.begin(source))
    assert len(seen(session).ended) == 2
    assert [(p.part, p.message, p.count) for p in session.summary().problems] == [("Fails", "OSError: disk full", 2)]


def test_samples_reach_listeners(session: Session) -> None:
    """In order with everything else."""
    session.sample(Sample(1, 2))
    assert seen(session).samples == [Sample(1, 2)]


def test_the_summary_counts(session: Session) -> None:
    """Cells, operations, datasets, what is opaque and why; coverage is the share that isn't."""
    frame = Dataset(1, DatasetKind.FRAME, Schema(DatasetKind.FRAME, ("a",)))
    file = Dataset(2, DatasetKind.EXTERNAL, Schema(DatasetKind.EXTERNAL, ("a",)), "file", "/a.csv")

    def edges(how: Confidence) -> ColumnMap:
        return ColumnMap((Block(0, 0, (0,), (0,), Transformation.IDENTITY, how),))

    exact, inferred, opaque = (edges(c) for c in (Confidence.EXACT, Confidence.INFERRED, Confidence.OPAQUE))
    run = session.begin("x")
    session.interpreter.runs += [  # type: ignore[union-attr]
        operation(10, "read", inputs=(file,), outputs=(frame,), column_map=exact),
        operation(11, "write", inputs=(frame,), outputs=(file,), column_map=exact),
        operation(12, "guess", inputs=(frame,), outputs=(frame,), column_map=inferred),
        operation(13, "dark", inputs=(frame,), outputs=(frame,), column_map=opaque, facets=(OpaqueFacet("why"),)),
        operation(14, "loop", inputs=(frame,), outputs=(frame,), column_map=opaque, count=5),
        operation(15, "fails", state=RunState.FAIL),
    ]
    session.end(run, "error", cpu_ns=1_000)
    found = session.summary()
    assert (found.cells, found.failed_cells, found.operations, found.failed_operations) == (1, 1, 10, 1)
    assert (found.datasets, found.reads, found.writes, found.inferred) == (4, 1, 1, 1)
    assert found.opaque == (("loop", "no rule", 5), ("dark", "why", 1))
    assert found.coverage == pytest.approx(0.4)
    assert found.cell_cpu_ns == 1_000
    assert "  opaque      5 × loop: no rule" in str(found)


def test_an_untracked_value_is_named(session: Session) -> None:
    """The message says what can be asked for."""
    with pytest.raises(NotTracked, match="this list isn't tracked; tracked are pandas frames"):
        session.number([1])
    assert session.number(3) == 3


def test_a_forked_child_passes_nothing_on(session: Session) -> None:
    """Also when the parent's worker held the lock at the moment of the fork."""
    listener = seen(session)
    holds, over = threading.Event(), threading.Event()
    holder = threading.Thread(target=lambda: (session._turn.acquire(), holds.set(), over.wait()))
    holder.start()
    holds.wait()
    session.abandon()
    session.end(session.begin("x"))
    session.flush()
    session.close()
    assert listener.ended == []
    over.set()
    holder.join()


def test_opening_never_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that can't be made costs the store only, and %lineage says so."""
    from lineage_ext.hosts import wiring

    guard.forget()
    (tmp_path / "file").write_text("")
    with wiring.open_session("x", LineageConfig(), tmp_path / "file" / "below") as session:
        session.end(session.begin("y"))
        found = session.summary()
        assert found.cells == 1
        assert ["can't be written" in note for note in found.notes] == [True]
        assert session.graph is not None
    assert guard.problems() == []


def test_the_folder_is_ignored_by_git(tmp_path: Path) -> None:
    """Everything in .lineage stays out of the repository around it."""
    from lineage_ext.hosts import wiring

    with wiring.open_session("x", LineageConfig(), tmp_path / ".lineage"):
        assert (tmp_path / ".lineage" / ".gitignore").read_text() == "*\n"


def test_a_session_in_memory_touches_no_disk(tmp_path: Path) -> None:
    """``store=memory`` and no logs: no folder."""
    from lineage_ext.hosts import wiring

    with wiring.open_session("x", LineageConfig(store="memory"), tmp_path / ".lineage"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_fails_to_start_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session works without it, and %lineage names the part."""
    from lineage_ext.hosts import wiring

    guard.forget()
    monkeypatch.setattr("lineage_ext.graph.LineageGraph.__init__", lambda self: 1 / 0)
    with wiring.open_session("x", LineageConfig(), tmp_path) as session:
        session.end(session.begin("y"))
        assert [p.part for p in session.summary().problems] == ["graph"]
        with pytest.raises(RuntimeError, match="without a graph"):
            session.upstream(1)
    guard.forget()
