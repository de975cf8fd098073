"""Which cells of a shell become runs, and with what status: behaviours 1-15, 20, 26 and 28 of the hosts' contract."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import lineage_ext
from lineage_ext import guard
from lineage_ext.model import CodeFacet, ErrorFacet, NamesFacet, ResourceFacet, RunState
from tests.emit.delivery.backend import wait_for
from tests.hosts.conftest import Shell


def test_the_loading_cell_is_a_run_from_the_moment_of_loading(bare: Shell) -> None:
    """1: loading leaves no orphan, and what follows %load_ext in the same cell is tracked."""
    bare.run("%load_ext lineage_ext\nimport pandas as pd\ndf = pd.DataFrame({'a': [1]})\nb = df['a'] + 1")
    session = bare.listen()
    assert session.open == {}
    assert session.summary().cells == 1
    assert session.summary().operations == 3


def test_track_in_a_notebook_is_load_ext(bare: Shell) -> None:
    """It attaches to the shell, tracks the rest of the cell, and %unload_ext knows of it."""
    bare.run("import lineage_ext, pandas as pd\nsession = lineage_ext.track()\ndf = pd.DataFrame({'a': [1]})")
    session = bare.listen()
    assert bare.ip.user_ns["session"] is session
    assert (session.summary().cells, session.summary().operations) == (1, 1)
    bare.run("assert lineage_ext.track() is session")
    assert len(bare.cells()) == 1
    bare.run("%unload_ext lineage_ext")
    assert session.closed
    assert "lineage" not in bare.ip.magics_manager.magics["line"]


def test_a_cell_has_the_id_its_host_gives(shell: Shell) -> None:
    """2: the host's cell id is kept, and names the job."""
    shell.run("x = 1", cell_id="ab-12")
    (run,) = shell.cells()
    assert run.facet(CodeFacet).cell_id == "ab-12"
    assert run.job.name.endswith(".cell_ab-12")


def test_a_cell_without_id_is_named_by_its_source(shell: Shell) -> None:
    """3: the same source is the same job, another is another."""
    for source in ("x = 1", "x = 2", "x = 1"):
        shell.run(source)
    names = [run.job.name for run in shell.cells()]
    assert names[0] == names[2] != names[1]


@pytest.mark.parametrize("source", ["", "  \n "])
def test_a_blank_cell_is_no_run(shell: Shell, source: str) -> None:
    """4: IPython ends blank cells without having begun them."""
    shell.run(source)
    assert shell.cells() == []
    assert guard.problems() == []


def test_a_comment_is_a_run(shell: Shell) -> None:
    """5: a cell with nothing but a comment ran."""
    shell.run("# nothing")
    assert [run.state for run in shell.cells()] == [RunState.COMPLETE]


@pytest.mark.parametrize("source", ["x =", "if 1:\nx = 2", "a b"])
def test_a_syntax_error_fails(shell: Shell, source: str) -> None:
    """6: a cell that can't be compiled is a failed run."""
    shell.run(source)
    (run,) = shell.cells()
    assert run.state is RunState.FAIL
    assert run.facet(ErrorFacet).type in {"SyntaxError", "IndentationError"}


def test_a_runtime_error_fails_with_the_users_traceback(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """7: the run tells type, message and the user's frames; neither it nor the screen shows frames of ours."""
    shell.run("def f():\n    return 1 / 0\nf()")
    (run,) = shell.cells()
    error = run.facet(ErrorFacet)
    assert (run.state, error.type, error.message) == (RunState.FAIL, "ZeroDivisionError", "division by zero")
    assert [line for line in error.traceback.splitlines() if line.startswith("    ")] == ["    f()", "    return 1 / 0"]
    assert "lineage_ext" not in error.traceback + capsys.readouterr().out


def test_secrets_in_an_error_are_masked(shell: Shell) -> None:
    """Neither the message nor the source lines of a traceback carry a password."""
    shell.run("def connect(password):\n    raise OSError('postgres://me:hunter2@host/db')\nconnect(password='hunter2')")
    error = shell.cells()[0].facet(ErrorFacet)
    assert "hunter2" not in error.message + error.traceback


def test_silent_code_is_no_run(shell: Shell) -> None:
    """8: what a front end runs silently is ignored."""
    shell.run("x = 1", silent=True)
    assert shell.cells() == []


def test_what_a_program_runs_is_a_run(shell: Shell) -> None:
    """``ip.run_cell(source)`` keeps no history unless told to, nor does ``ipython -c``; the cells are the user's."""
    shell.run("x = 1", store_history=False)
    assert shell.sources() == ["x = 1"]


def test_a_cell_out_of_history_with_an_id_is_a_run(shell: Shell) -> None:
    """10: a front end may keep a user's cell out of the history."""
    shell.run("x = 1", store_history=False, cell_id="c1")
    (run,) = shell.cells()
    assert run.facet(CodeFacet).execution_count is None


def test_capture_is_a_cell_within_the_cell(shell: Shell) -> None:
    """11: %%capture runs its body as a cell of its own, within the outer one."""
    shell.run("%%capture\nimport pandas as pd\npd.DataFrame({'a': [1]}).sum()")
    inner, outer = shell.cells()
    assert inner.parent_id == outer.id
    assert inner.facet(CodeFacet).kind == "nested"
    assert {run.parent_id for run in shell.operations()} == {inner.id}


def test_an_error_in_a_nested_cell_stays_there(shell: Shell) -> None:
    """12: the outer cell goes on."""
    shell.run("get_ipython().run_cell('1 / 0')\nx = 1")
    inner, outer = shell.cells()
    assert (inner.state, outer.state) == (RunState.FAIL, RunState.COMPLETE)


@pytest.mark.parametrize("magic", ["%%time\n", "%time "])
def test_timed_code_is_tracked(shell: Shell, magic: str) -> None:
    """13: %%time compiles the body itself; its operations belong to the cell."""
    shell.run("import pandas as pd\ndf = pd.DataFrame({'a': [1]})")
    before = len(shell.operations())
    shell.run(f"{magic}df['b'] = df['a'] + 1")
    assert [run.job.name for run in shell.operations()[before:]] == [
        "pandas.DataFrame.__getitem__",
        "pandas.Series.__add__",
        "pandas.DataFrame.__setitem__",
    ]
    assert len(shell.cells()) == 2


def test_a_shell_cell_is_a_run(shell: Shell) -> None:
    """14: %%bash."""
    shell.run("%%bash\ntrue")
    assert [run.state for run in shell.cells()] == [RunState.COMPLETE]


def test_an_unknown_magic_fails(shell: Shell) -> None:
    """15: IPython raises UsageError for it."""
    shell.run("%nosuchmagic")
    (run,) = shell.cells()
    assert (run.state, run.facet(ErrorFacet).type) == (RunState.FAIL, "IPython.UsageError")


def test_system_exit_ends_the_cell_only(shell: Shell) -> None:
    """20: ``sys.exit()`` fails the cell, as the kernel reports it; the next one runs."""
    with pytest.warns(UserWarning, match="To exit"):
        shell.run("import sys\nsys.exit(3)")
    shell.run("x = 1")
    assert [run.state for run in shell.cells()] == [RunState.FAIL, RunState.COMPLETE]


def test_what_a_run_file_does_belongs_to_the_cell(shell: Shell) -> None:
    """26: %run of an .ipy file runs its text silently; its operations are the cell's."""
    with open("more.ipy", "w") as file:
        file.write("import pandas as pd\nmore = pd.DataFrame({'a': [1]})\n")
    shell.run("%run more.ipy")
    (cell,) = shell.cells()
    (made,) = shell.operations()
    assert (made.job.name, made.parent_id) == ("pandas.DataFrame.__init__", cell.id)
    assert cell.facet(NamesFacet).names == (("more", made.outputs[0].no),)


def test_a_raising_repr_is_shown_once_and_leaves_the_run_complete(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """28: we never call the repr ourselves."""
    shell.run(
        "class Bad:\n    calls = 0\n    def __repr__(self):\n        Bad.calls += 1\n        raise ValueError('no')"
    )
    shell.run("Bad()")
    assert shell.ip.user_ns["Bad"].calls == 1
    assert shell.cells()[1].state is RunState.COMPLETE
    assert "no" in capsys.readouterr().out
    assert guard.problems() == []


def sampled(shell: Shell, count: int = 1, most: int = 0) -> None:
    """For cells: wait until there are so many samples of the memory, one of which is as high as that."""

    def there_are() -> bool:
        lineage_ext.current().flush()
        samples = shell.seen.samples
        return len(samples) >= count and max(sample.rss for sample in samples) > most

    wait_for(there_are)


def test_a_run_tells_its_cost(shell: Shell) -> None:
    """Wall time, CPU and memory of a cell; memory between the ends is sampled."""
    shell.ip.user_ns["sampled"] = lambda start: sampled(shell, 2, start + 130_000_000)
    began = time.perf_counter_ns()
    shell.run(
        "import time, numpy as np\nfrom lineage_ext.resources import source\nstart = source().rss()\n"
        "x = np.ones(20_000_000)\ntime.sleep(0.2)\nsampled(start)\ndel x"
    )
    took = time.perf_counter_ns() - began
    (run,) = shell.cells()
    cost = run.facet(ResourceFacet)
    assert 0.2e9 < cost.wall_ns < took
    assert 0 < cost.cpu_ns < cost.wall_ns + 1e9
    assert cost.rss_peak > cost.rss_start + 120e6
    assert cost.rss_end < cost.rss_peak - 120e6
    assert len(shell.seen.samples) >= 2


def test_what_the_worker_does_meanwhile_is_told_beside_our_own_cost(shell: Shell) -> None:
    """A report's share of the cells' CPU is the live panel's: that of the user's threads."""
    shell.run(  # in the cell's time, however busy the machine: the flush waits for the worker, or does it itself
        "import lineage_ext, pandas as pd\nfor i in range(50): pd.DataFrame({'x': [i]}) + 1\n"
        "lineage_ext.current().flush()"
    )
    (run,) = shell.cells()
    cost, session = run.facet(ResourceFacet), lineage_ext.current()
    assert 0 < cost.own_ns <= session.own_cost()
    assert 0 < cost.beside_ns <= session.counters.worker_ns


def test_idle_time_is_not_sampled(shell: Shell) -> None:
    """Between cells nothing runs."""
    shell.ip.user_ns["sampled"] = lambda: sampled(shell)
    shell.run("sampled()")
    shell.cells()
    count = len(shell.seen.samples)
    assert count
    time.sleep(0.2)
    shell.cells()
    assert len(shell.seen.samples) <= count + 1  # the one under way


def test_a_cell_may_begin_with_blank_lines(shell: Shell, tmp_path: Path) -> None:
    """IPython takes them away and counts lines from there: operations find their statement all the same.

    In traces, in the code that made what was written, and in what is stale when a file changed.
    """
    (tmp_path / "in.csv").write_text("a\n1\n")
    shell.run(
        "\n\n \nimport pandas as pd\nd = pd.read_csv('in.csv')\nd['b'] = d['a'] * 2\n\nn = 1\nd.to_csv('out.csv')"
    )
    session = lineage_ext.current()
    step = session.upstream(shell.ip.user_ns["d"], "b").steps[0]
    assert (step.place.home, step.place.line, step.place.text) == ("", 3, "d['b'] = d['a'] * 2")
    graph = session.graph
    written = next(d.no for run in graph.runs() for d in run.outputs if d.name.endswith("out.csv"))
    (piece,) = graph.slice(graph.making(written))
    assert piece.lines == ((4, 4), (5, 5), (6, 6), (9, 9))
    assert lineage_ext.stale().cells == ()
    (tmp_path / "in.csv").write_text("a\n22\n")
    (stale,) = lineage_ext.stale().cells
    assert "in.csv" in str(stale.reasons)
