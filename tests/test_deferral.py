"""A cell that computes has Python's lock for itself: what it does is noted, and explained when it has ended."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from lineage_ext.capture import identity, label_table
from lineage_ext.capture.interpreter import STEPS, Interpreter
from lineage_ext.hosts import wiring
from lineage_ext.model import Confidence, ErrorFacet, NamesFacet, OpaqueFacet, Run, RunKind, RunState
from lineage_ext.session import Session
from lineage_ext.session.allowance import Allowance
from lineage_ext.session.deferral import IDLE, LONGEST, MANY, MOST, Deferral
from lineage_ext.session.note import Notes
from lineage_ext.store import reading, running
from lineage_ext.store.waiting import KILLED, RUNS
from lineage_ext.threads import Thread
from tests.hosts.seen import Seen


class Patient(Seen):
    """A listener that can wait."""

    patient = True

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[Notes] = []

    def on_notes(self, notes: Notes) -> None:
        """What waits."""
        self.notes.append(notes)


class Backlog:
    """As much of an interpreter as is asked."""

    ready = True

    def __init__(self, atoms: int) -> None:
        self.atoms = atoms

    def backlog(self) -> int:
        """What waits."""
        return self.atoms


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """One that waits with explaining, told what to do by the tests."""
    monkeypatch.chdir(tmp_path)
    with wiring.open_session("book", folder=tmp_path) as session:
        session.deferral.allowed = True
        session.halt()
        yield session


def work(session: Session) -> None:
    """A cell that makes and changes frames, one that fails, one that goes on."""
    first = session.begin("frame = pd.DataFrame({'a': [2, 1], 'b': [3, 4]})")
    frame = pd.DataFrame({"a": [2, 1], "b": [3, 4]}).rename(columns={"b": "token"})
    session.end(first, facets=(NamesFacet((("frame", session.number(frame)),)),))
    second = session.begin("frame.sort_values('c')")
    with pytest.raises(KeyError):
        frame.sort_values("c")
    session.end(second, "error")
    session.begin("frame['s'] = frame.loc[:, 'a'] + 1")
    frame["s"] = frame.loc[:, "a"] + 1
    for _ in range(120):  # at first each is recorded, then they are counted
        frame["a"].sum()


def stored(folder: Path) -> list[Run]:
    """What somebody else reads."""
    return list(reading.runs(folder / "lineage.sqlite"))


def shape(run: Run) -> tuple[object, ...]:
    """What an operation that is noted tells as well as one that is explained."""
    place = run.position and (run.position.line, run.position.text)
    labels = [(o.no, o.kind, [str(label) for label in o.schema.labels], o.rows, o.of) for o in run.outputs]
    return run.job.name, run.state, run.started, run.ended, run.parent_id, run.count, labels, place


def test_what_is_noted_is_what_will_be_explained(session: Session, tmp_path: Path) -> None:
    """The same operations on the same objects, at the same places and times, in the same cells; opaque for now."""
    work(session)
    session._note()
    before = stored(tmp_path)
    noted = [run for run in before if run.kind is RunKind.OPERATION]
    assert {run.facet(OpaqueFacet).reason for run in noted} == {RUNS}
    assert {b.confidence for run in noted for b in run.column_map.blocks} == {Confidence.OPAQUE}
    assert reading.sessions(tmp_path / "lineage.sqlite")[0].operations == len(noted)
    cells = [run.state for run in before if run.kind is RunKind.CELL]
    assert cells == [RunState.COMPLETE, RunState.FAIL, RunState.START]
    session.flush()
    explained = [run for run in stored(tmp_path) if run.kind is RunKind.OPERATION]
    assert {b.confidence for run in explained for b in run.column_map.blocks} == {Confidence.EXACT}
    once = [run for run in explained if run.count == 1]
    shapes, told = [shape(run) for run in once], [shape(run) for run in noted if run.count == 1]
    assert [each for each in told if each in shapes] == shapes
    # A call that repeats others is told by itself where another one is recorded after it: later it is one of them.
    again = {(each[0], each[-1]) for each in told if each not in shapes}
    assert again <= {(shape(run)[0], shape(run)[-1]) for run in explained if run.count > 1}
    assert sum(run.count for run in noted) == sum(run.count for run in explained)
    failed = next(run for run in noted if run.state is RunState.FAIL)
    assert failed.facet(ErrorFacet).type == "KeyError"
    edges = {(d.no, o.no) for run in once for d in run.inputs for o in run.outputs}
    assert edges <= {(d.no, o.no) for run in noted for d in run.inputs for o in run.outputs}


def test_nothing_is_told_twice(session: Session, tmp_path: Path) -> None:
    """Neither what is explained in part when the process ends, nor after all of it is."""
    work(session)
    session._note()
    noted = sum(run.count for run in stored(tmp_path) if run.kind is RunKind.OPERATION)
    times = iter([True] * 3)
    session._pass_on(lambda: next(times, False))
    halfway = [run for run in stored(tmp_path) if run.kind is RunKind.OPERATION]
    assert 0 < sum(run.facet(OpaqueFacet) is not None for run in halfway) < len(halfway)
    assert sum(run.count for run in halfway) == noted
    assert len({run.no for run in halfway}) == len({run.id for run in halfway}) == len(halfway)
    session.flush()
    with closing(sqlite3.connect(tmp_path / "lineage.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM waiting").fetchone() == (0,)
    assert sum(run.count for run in stored(tmp_path) if run.kind is RunKind.OPERATION) == noted


def test_what_comes_while_others_are_explained_is_noted(session: Session, tmp_path: Path) -> None:
    """It waits for them; the first look here has time for none of them, as it is told to go on without a worker."""
    work(session)
    session._note()
    pd.DataFrame({"z": [1]})
    session._look(True)
    frames = [run for run in stored(tmp_path) if run.job.name.endswith("__init__")]
    assert [[field.name for field in run.outputs[0].fields] for run in frames] == [["a", "b"], ["z"]]
    assert frames[-1].facet(OpaqueFacet).reason == RUNS


def test_labels_are_known_however_many_are_noted_ahead(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits to be explained comes before frames whose labels are noted meanwhile: a loop can make thousands."""
    monkeypatch.setattr(label_table, "MOST", identity.MOST_KNOWN)
    session.begin("for n in range(9): frame.head(n)")
    frame = pd.DataFrame({"a": [2, 1], "b": [3, 4]})
    for number in range(9):
        frame.head(number)
    session._note()
    times = iter([True] * 3)
    session._pass_on(lambda: next(times, False))
    for _ in range(2 * identity.MOST_KNOWN):
        pd.DataFrame({"z": [1]})
    session._note()
    session.flush()
    heads = [run for run in stored(tmp_path) if run.job.name.endswith("head")]
    assert [[str(label) for label in run.outputs[0].schema.labels] for run in heads] == [["a", "b"]] * 9


def test_of_a_killed_process_it_is_said_so(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its running cell was aborted, those before had ended as they did; the graph shows where its frames came from."""
    work(session)
    session._note()
    monkeypatch.setattr(running, "held", lambda folder: frozenset())
    found = stored(tmp_path)
    assert [run.state for run in found if run.kind is RunKind.CELL] == [
        RunState.COMPLETE,
        RunState.FAIL,
        RunState.ABORT,
    ]
    operations = [run for run in found if run.kind is RunKind.OPERATION]
    assert {run.facet(OpaqueFacet).reason for run in operations} == {KILLED}
    written = next(run for run in operations if run.job.name.endswith("__setitem__"))
    graph = reading.load(tmp_path / "lineage.sqlite")
    assert "DataFrame.rename" in str(graph.upstream(written.outputs[0].no))
    assert list(graph.variables()) == ["frame"]
    assert KILLED in {block.reason for run in operations for block in run.column_map.blocks}


def test_a_store_without_notes_can_be_read_and_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those written before there were any have no table for them."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "lineage.sqlite"
    with wiring.open_session("old", folder=tmp_path):
        pass
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE waiting")
    assert [s.operations for s in reading.sessions(path)] == [0]
    with wiring.open_session("new", folder=tmp_path) as session:
        session.halt()
        work(session)
        session._note()
        assert reading.sessions(path)[0].operations > 4


def test_secrets_stay_out_of_notes(session: Session, tmp_path: Path) -> None:
    """They pass the gate as everything does: the source at a place, labels."""
    cell = session.begin("token = 'hunter2hunter2'\npd.DataFrame({'hunter2hunter2': [1]})", filename="<cell>")
    code = compile("token = 'hunter2hunter2'\npd.DataFrame({'hunter2hunter2': [1]})", "<cell>", "exec")
    exec(code, {"pd": pd})
    session._note()
    session.end(cell)
    with closing(sqlite3.connect(tmp_path / "lineage.sqlite")) as db:
        texts = "\n".join(db.iterdump())
    assert "DataFrame" in texts
    assert "hunter2" not in texts


def test_a_hook_decides_of_what_is_explained(session: Session) -> None:
    """Nothing is told of before it did; nor where what may be kept depends on where it came from."""
    session._began = time.perf_counter_ns()
    session.begin("…")
    assert session._waits(1.0)
    session.redact = lambda run: run
    assert not session._waits(1.0)
    session.redact = None
    session.config.redact_columns = {"name": "pii"}
    assert not session._waits(1.0)


def test_a_computing_cell_is_explained_when_it_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the session's own worker; meanwhile who remembers is told what there is, well within half a second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lineage_ext.session.deferral.LONGEST", 60.0)
    with wiring.open_session("book", folder=tmp_path) as session:
        session.deferral.allowed = True
        session._allowance = Allowance(0.25, all_cpu=lambda: 10 * time.perf_counter())  # others may have the processors
        until = time.perf_counter() + 60
        while session._asked and time.perf_counter() < until:  # the worker's first look is for everything
            time.sleep(0.01)
        session.flush()
        listener = Patient()
        session.processors = (listener,)
        cell = session.begin("pd.DataFrame({'a': [1]})")
        pd.DataFrame({"a": [1]})
        while not any(notes.operations for notes in listener.notes) and time.perf_counter() < until:
            sum(range(1_000))
        assert [note.operation for notes in listener.notes for note in notes.operations] == [
            "pandas.DataFrame.__init__"
        ]
        assert not [run for run in listener.ended if run.parent_id == cell.id]
        session.end(cell)
        while len(listener.ended) < 2 and time.perf_counter() < until:
            time.sleep(0.01)
        assert [run.parent_id for run in listener.ended] == [cell.id, session.id]


def test_a_cell_that_is_watched_is_explained_as_it_runs(session: Session) -> None:
    """By the panel, or any listener that can't wait."""
    session._began = time.perf_counter_ns()
    session.begin("…")
    assert session._waits(1.0)
    session.pace = 0.1
    assert not session._waits(1.0)
    session.pace = None
    session.listen(Seen())
    assert not session._waits(1.0)


@pytest.mark.parametrize("watched", [False, True])
def test_a_cell_that_makes_more_than_can_be_explained_goes_first(
    session: Session, tmp_path: Path, watched: bool
) -> None:
    """All of it is noted, little of it explained as it runs: such a loop took twice as long by the clock."""
    if watched:
        session.pace = 0.1
        session.listen(Seen())
    assert session.interpreter is not None
    assert session.interpreter.explaining  # its rules are imported
    session.begin("for i in range(900): frame['a'] + i")
    session._began = time.perf_counter_ns() - (0 if watched else int(LONGEST * 1e9))
    frame = pd.DataFrame({"a": [2, 1]})
    for i in range(900):
        frame["a"] + i
    seconds = itertools.count()
    session._worker = Thread(lambda: None)
    session._allowance = Allowance(0.25, cpu=lambda: next(seconds) / 1_000, all_cpu=lambda: 10 * time.perf_counter())
    for share in (0.1, 0.2):
        session._look(asked=False)
        assert 0 < session.interpreter.explained < share * session.interpreter._noted
    noted = [run for run in stored(tmp_path) if run.kind is RunKind.OPERATION and run.facet(OpaqueFacet)]
    made = sum(run.count for run in stored(tmp_path) if run.kind is RunKind.OPERATION)
    assert len(noted) > 0.8 * made > 0.8 * 900
    session._worker = None
    session.flush()
    explained = [run for run in stored(tmp_path) if run.kind is RunKind.OPERATION]
    assert sum(run.count for run in explained) == made
    assert not any(run.facet(OpaqueFacet) for run in explained)


def test_no_more_is_noted_than_memory_is_for() -> None:
    """What is noted stays in memory until it is explained."""
    deferral = Deferral()
    deferral.allowed = True
    for atoms, notes in ((MOST - 1, False), (MOST, True), (MANY - 1, True), (MANY, False)):
        assert deferral.notes_first(Backlog(atoms), used=1.0) is notes  # type: ignore[arg-type]
    assert not deferral.notes_first(Backlog(MOST), used=IDLE / 2)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("allowed", "atoms", "since", "used"),
    [
        pytest.param(False, 0, 0.1, 1.0, id="a script ends with its cell"),
        pytest.param(True, MANY, 0.1, 1.0, id="there is no memory for it"),
        pytest.param(True, 0, LONGEST, 1.0, id="it takes long itself"),
        pytest.param(True, 0, 0.1, IDLE / 2, id="it waits for something"),
    ],
)
def test_whoever_gains_nothing_doesnt_wait(allowed: bool, atoms: int, since: float, used: float) -> None:
    """It is explained as it runs."""
    deferral = Deferral()
    deferral.allowed = True
    assert deferral.waits(Backlog(MANY - 1), [Patient()], 0.1, 1.0)  # type: ignore[arg-type]
    deferral.allowed = allowed
    assert not deferral.waits(Backlog(atoms), [Patient()], since, used)  # type: ignore[arg-type]


FIRST = """
import sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "lineage_ext")
shell.run_cell('''
import sys, time
import pandas as pd
frame = pd.DataFrame({"a": [1]})
until = time.perf_counter() + 1
while time.perf_counter() < until:
    sum(range(1_000))
print("lineage_ext.capture.explaining" in sys.modules)
''')
time.sleep(1.5)
print("lineage_ext.capture.explaining" in sys.modules)
"""


def test_rules_are_imported_between_cells(tmp_path: Path) -> None:
    """The first cells after ``%load_ext`` don't wait for them either."""
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(Path(__file__).parents[1])}
    told = subprocess.run(
        [sys.executable, "-c", FIRST], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split()[-2:] == ["False", "True"], told.stderr


def test_a_cell_that_begins_meanwhile_has_the_lock_for_itself(session: Session, tmp_path: Path) -> None:
    """What is being explained between two cells waits for the end of the second, though nothing computed before it."""
    work(session)
    for opened in list(session.open.values()):
        session.end(opened.run)
    begun: list[Run] = []

    class Beginning(Patient):
        """A listener; at the first operation it is told of, the user begins a cell."""

        def on_end(self, run: Run) -> None:
            """Begins it."""
            super().on_end(run)
            if not begun:
                begun.append(session.begin("…"))

    listener = Beginning()
    session.processors = (listener,)
    session._worker = Thread(lambda: None)
    session._allowance = Allowance(60.0)
    session._allowance.used = 0.0
    session._look(asked=False)
    assert 0 < len(listener.ended) < 4
    session.end(begun[0])
    session._look(asked=False)
    assert len(listener.ended) > 4
    session._worker = None


def test_a_fork_waits_for_one_part_of_what_explains(session: Session) -> None:
    """The worker, which is to end before it, imports no further one: all of them take 0.1 s, or 0.4 in company."""
    session.deferral.allowed = False
    session.interpreter = Interpreter(session)
    work(session)
    session._look(asked=True)  # as a worker that was told to end: there is none
    assert session.interpreter._steps == list(STEPS)
    assert not session.interpreter.ready
    session.flush()
    assert session.interpreter.ready
