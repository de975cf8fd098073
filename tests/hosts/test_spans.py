"""Runs that a program marks itself: ``track_cell``, ``task``, and pytest's tests."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import lineage_ext
from lineage_ext.errors import UsageError
from lineage_ext.hosts import start
from lineage_ext.model import CodeFacet, ErrorFacet, NamesFacet, ParentFacet, ResultFacet, Run, RunKind, RunState
from lineage_ext.store import reading
from tests.hosts.conftest import PYTHONPATH

ID = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project in which nothing is tracked yet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    yield tmp_path
    start.stop()


def stored(folder: Path) -> list[Run]:
    """What the store has of the latest session."""
    return list(reading.runs(folder / ".lineage" / "lineage.sqlite"))


def cells(runs: list[Run]) -> list[Run]:
    """The runs between session and operations."""
    return [r for r in runs if r.kind is RunKind.CELL]


def test_a_cell_of_an_unknown_host_is_a_run_like_any_other(folder: Path) -> None:
    """Its operations stand in its source, its variables have names, its result is kept."""
    names: dict[str, object] = {"pd": pd}
    with lineage_ext.track_cell("d = pd.DataFrame({'a': [1, 2]})\ne = d * 2", cell_id="one") as cell:
        cell.exec(names)
        cell.set_result(names["e"])
    session = lineage_ext.current()
    trace = session.upstream(names["e"], "a")
    assert [s.place.text for s in trace.steps if s.place.text] == ["d * 2", "pd.DataFrame({'a': [1, 2]})"]
    (run,) = [r for r in session.graph.cells() if r.facet(CodeFacet).cell_id == "one"]
    assert dict(run.facet(NamesFacet).names).keys() == {"d", "e"}
    assert run.facet(ResultFacet).dataset == session.number(names["e"])


def test_what_a_marked_cell_raises_passes_and_is_its_error(folder: Path) -> None:
    """The traceback starts in its source; the run has failed."""
    with pytest.raises(ZeroDivisionError), lineage_ext.track_cell("1 / 0") as cell:
        cell.exec({})
    session = lineage_ext.current()
    session.flush()
    run = session.graph.cells()[-1]
    assert run.state is RunState.FAIL
    assert run.facet(ErrorFacet).type == "ZeroDivisionError"


def test_a_task_is_a_session_of_its_own_and_is_written_at_its_end(folder: Path) -> None:
    """Named after the task, with the orchestrator's run as parent; nothing is tracked afterwards."""
    with lineage_ext.task("load orders", parent=f"airflow/dag.load/{ID}"):
        pd.DataFrame({"a": [1]}).to_csv("out.csv")
    with pytest.raises(lineage_ext.LineageError):
        lineage_ext.current()
    session, run, *operations = stored(folder)
    assert (session.job.name, session.state, run.state) == ("load orders", RunState.COMPLETE, RunState.COMPLETE)
    parent = session.facet(ParentFacet)
    assert (parent.run_id, parent.namespace, parent.name) == (ID, "airflow", "dag.load")
    assert run.facet(CodeFacet).kind == "task"
    assert [o.job.name for o in operations][-1] == "pandas.DataFrame.to_csv"
    assert {o.parent_id for o in operations} == {run.id}


def test_a_task_that_fails(folder: Path) -> None:
    """The exception passes; the run has failed, the session is closed and written."""
    with pytest.raises(KeyError), lineage_ext.task("t"):
        pd.DataFrame({"a": [1]})["b"]
    _, run, *_ = stored(folder)
    assert (run.state, run.facet(ErrorFacet).type) == (RunState.FAIL, "KeyError")


def test_tasks_at_once_share_a_session_that_ends_with_the_last(folder: Path) -> None:
    """As threads of one process run them; each operation belongs to its own task."""
    both = threading.Barrier(2)
    first_done = threading.Event()

    def work(name: str, last: bool) -> None:
        with lineage_ext.task(name):
            both.wait(10)
            pd.DataFrame({name: [1]})
            if last:
                first_done.wait(10)
                pd.DataFrame({name: [2]})
        first_done.set()

    threads = [threading.Thread(target=work, args=(name, name == "b")) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = stored(folder)
    of = {r.id: r.job.name.rpartition(".")[2] for r in cells(runs)}
    made = [(of[r.parent_id], r.outputs[0].fields[0].name) for r in runs if r.kind is RunKind.OPERATION and r.parent_id]
    assert sorted(made) == [("a", "a"), ("b", "b"), ("b", "b")]


def test_a_task_within_a_tracked_program_is_a_run_of_it(folder: Path) -> None:
    """It doesn't end what it didn't begin."""
    session = lineage_ext.track()
    with lineage_ext.task("inner"):
        pass
    assert lineage_ext.current() is session
    session.flush()
    assert session.graph.cells()[-1].job.name.endswith(".inner")


def test_a_parent_that_cannot_be_read_is_refused(folder: Path) -> None:
    """Before anything is tracked, with what was wrong."""
    with pytest.raises(UsageError, match="isn't namespace/name/runId"):
        lineage_ext.task("t", parent="nonsense")
    with pytest.raises(lineage_ext.LineageError):
        lineage_ext.current()


def test_pytest_runs_are_tracked_when_asked(folder: Path) -> None:
    """Each test a run with its outcome; pytest's own output is as without."""
    (folder / "test_it.py").write_text(
        "import pandas as pd\ndef test_good():\n    pd.DataFrame({'a': [1]})\ndef test_bad():\n    assert 1 == 2\n"
    )
    outputs = []
    for plugin in ([], ["-p", "lineage_ext.testing.pytest_plugin"]):
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, "test_it.py"]
        environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        outputs.append((done.returncode, done.stdout.rpartition(" in ")[0], done.stderr))
    assert outputs[0] == outputs[1]
    tests = cells(stored(folder))
    assert [(r.job.name.partition(".")[2], r.state) for r in tests] == [
        ("test_it.py::test_good", RunState.COMPLETE),
        ("test_it.py::test_bad", RunState.FAIL),
    ]
