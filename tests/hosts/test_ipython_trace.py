"""Nothing a user can see changes, and nothing stays behind: behaviours 27-34 and 36 of the hosts' contract."""

from __future__ import annotations

import ast
import gc
import re
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import nbformat
import pandas as pd
import pytest

import lineage_ext
from lineage_ext import guard, resources
from lineage_ext.errors import NoSession
from lineage_ext.model import Run, RunState
from tests import own_threads
from tests.hosts.conftest import Shell

PREPARE = "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})"
CELLS = (
    PREPARE,
    "df",
    "df.groupby('b').a.sum()",
    "print(df); df.describe()",
    "import warnings; warnings.warn('mine'); df",
    "df[df.a > 1]['a'] = 5",
    "'docstring'",
    "__doc__",
    "from __future__ import annotations\ndef g(x: Undefined): pass\ng.__annotations__",
    # one line: IPython 8 shows a method's line with or without the one before it, by chance (stack_data), us or not
    "class A: __repr__ = lambda self: {}['bad']\nA()",
    "x = 3\nx",
    "_ + 1, __, Out[11]",
    "sorted(n for n in globals() if not n.startswith('_'))",
    "%%time\n1 + 1",
    "%timeit -n1 -r1 df.sum()",
    "%timeit -n1 -r1 1 / 0",
    "%%timeit -n1 -r1\n1 / 0",
    "%timeit?",
    "%%capture out\ndf",
    "out.show()",
    "!echo hello",
    "df?",
    "%nosuch",
    "1 +",
    "raise SystemExit(2)",
    "import inspect; inspect.stack()[0].function, len(inspect.stack())",
    "import gc, sys; _n = gc.collect(); sys.getrefcount(df)",
    "def h(n):\n    return h(n - 1) if n else 1 / 0\nh(3)",
    "await __import__('asyncio').sleep(0); 5",
    "import traceback\ntry:\n    df.sort_values('q')\nexcept KeyError:\n    traceback.print_exc()",
    "class R:\n    def _repr_html_(self): return f'<b>{len(df[df.a > 1])}</b>'\nR()",
    "+".join(["1"] * 1500),
    "import logging; logging.getLogger().warning('mine')",
    "sorted(df.attrs), dir(df) == dir(df.copy())",
    "import pickle; len(pickle.dumps(df))",
    "%who_ls DataFrame",
    "%history -n 2-3",
    "In[3]",
)

PANDAS_ERRORS = (
    PREPARE,
    "def f(x):\n    return x / 0\ndf['a'].apply(lambda x: f(0))",
    "df['nope']",
    "try:\n    df.merge(df, on='zz')\nexcept KeyError as e:\n    raise ValueError('wrapped') from e",
    "df.query('a > @undefined')",
)


def outputs(notebook: nbformat.NotebookNode) -> list[Any]:
    """Outputs of each cell but the first, without what differs from run to run."""
    told = [[ast.literal_eval(repr(dict(output))) for output in cell.outputs] for cell in notebook.cells[1:]]
    return [[_steady(output) for output in _joined(cell)] for cell in told]


def _joined(told: list[Any]) -> list[Any]:
    """Text of one stream that came in parts is one text, as front ends show it: ipykernel cuts it by the clock."""
    found: list[Any] = []
    for output in told:
        if (
            found
            and output["output_type"] == "stream" == found[-1]["output_type"]
            and output["name"] == found[-1]["name"]
        ):
            found[-1]["text"] += output["text"]
        else:
            found.append(output)
    return found


def _steady(value: Any) -> Any:
    if isinstance(value, str):
        value = re.sub(r"0x[0-9a-f]{6,}|ipykernel_\d+|(CPU times|Wall time): .*|.* per loop .*", "…", value)
        return re.sub(r"\bIn ?\[\d+\]", "In[…]", value)
    if isinstance(value, dict):
        return {k: _steady(v) for k, v in value.items()}
    return [_steady(v) for v in value] if isinstance(value, list) else value


def check_same(kernel: Callable[..., nbformat.NotebookNode], cells: tuple[str, ...]) -> None:
    """The cells show the same in a kernel with and one without us."""
    without = kernel("pass", *cells)
    tracked = kernel("%load_ext lineage_ext", *cells)
    for source, a, b in zip(cells, outputs(without), outputs(tracked), strict=True):
        assert (source, a) == (source, b)


@pytest.mark.kernel
def test_every_output_is_as_without(kernel: Callable[..., nbformat.NotebookNode]) -> None:
    """27: results, prints, warnings, tracebacks and displays of a notebook are the same with and without us."""
    check_same(kernel, CELLS)


@pytest.mark.kernel
def test_tracebacks_through_pandas_are_as_without(kernel: Callable[..., nbformat.NotebookNode]) -> None:
    """52: lines and excerpts of pandas' own frames, too; in files over 10 000 lines IPython asks the frame."""
    check_same(kernel, PANDAS_ERRORS)


class Broken:
    """A listener that always fails."""

    def on_start(self, run: Run) -> None:
        """Fail."""
        raise OSError("disk full")

    on_end = on_sample = on_start

    def close(self) -> None:
        """Fail."""
        raise OSError("disk full")


def test_a_failing_listener_is_invisible(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """29: a store that can't write shows nowhere but in %lineage; the other listeners still get everything."""
    monkeypatch.delenv("LINEAGE_STRICT")
    session = lineage_ext.current()
    session.processors = (Broken(), *session.processors)
    shell.run(PREPARE)
    assert shell.run("df['a'].sum()").result == 3
    assert len(shell.cells()) == 2
    assert len(shell.operations()) == 3
    captured = capsys.readouterr()
    assert "disk full" not in captured.out + captured.err
    shell.run("%lineage")
    assert "Broken: OSError: disk full" in capsys.readouterr().out


def test_a_failing_rule_is_invisible(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """29: an operation whose explanation fails is opaque at worst; the cell and the other operations don't suffer."""
    monkeypatch.delenv("LINEAGE_STRICT")
    shell.run(PREPARE)
    monkeypatch.setattr("lineage_ext.rules.explain.Explainer.explain", _fail)
    assert shell.run("df['a'].sum()").result == 3
    assert len(shell.cells()) == 2
    monkeypatch.undo()
    assert shell.run("df['a'].max()").result == 2
    assert "pandas.Series.max" in [run.job.name for run in shell.operations()]
    captured = capsys.readouterr()
    assert "broken" not in captured.out + captured.err
    assert [p.message for p in guard.problems()] == ["RuntimeError: broken"]


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_failing_transformer_keeps_the_users_tree(shell: Shell, place: str) -> None:
    """30: another extension's transformer that raises loses neither the cell nor us."""

    class Fails(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            raise ValueError("broken")

    transformers = shell.ip.ast_transformers
    transformers.insert(0 if place == "before" else len(transformers), Fails())
    with pytest.warns(UserWarning, match="unregistered"):
        shell.run("x = 1")
    shell.run("y = x + 1")
    assert shell.ip.user_ns["y"] == 2
    assert len(shell.cells()) == 2
    assert transformers == []


def test_our_own_transformer_never_raises(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """30: when the index can't be made, the user's tree runs untouched and the problem is kept."""

    def fail(tree: ast.Module) -> None:
        raise ValueError("no index")

    monkeypatch.setattr("lineage_ext.capture.syntax.index", fail)
    shell.run("x = 1")
    assert shell.ip.user_ns["x"] == 1
    assert "syntax" in {p.part for p in guard.problems()}


def test_loading_twice_and_reloading_leaves_one_pair_of_hooks(shell: Shell) -> None:
    """31: %load_ext again does nothing, %reload_ext starts a new session with the same hooks."""
    first = lineage_ext.current()
    shell.run("%load_ext lineage_ext")
    assert lineage_ext.current() is first
    lineage_ext.load_ipython_extension(shell.ip)
    assert lineage_ext.current() is first
    shell.run("%reload_ext lineage_ext")
    assert lineage_ext.current() is not first
    assert first.closed
    ours = [f for event in ("pre_run_cell", "post_run_cell") for f in shell.ip.events.callbacks[event] if _is_ours(f)]
    assert len(ours) == 2
    shell.listen()
    shell.run(PREPARE)
    assert len(shell.cells()) == 1 or shell.cells()[-1].state is RunState.COMPLETE
    assert len(shell.operations()) == 1


def _is_ours(function: Any) -> bool:
    return (getattr(function, "__module__", None) or "").startswith("lineage_ext")


def test_autoreload_leaves_the_session_alone(shell: Shell) -> None:
    """32: %autoreload 2 may run our files again; the session goes on."""
    first = lineage_ext.current()
    shell.run("%load_ext autoreload\n%autoreload 2")
    shell.run("import importlib, lineage_ext.hosts\nimportlib.reload(lineage_ext.hosts)\nimportlib.reload(lineage_ext)")
    shell.run("x = 1")
    assert lineage_ext.current() is first
    assert [run.state for run in shell.cells()] == [RunState.COMPLETE] * 3


def state_of(ip: Any) -> dict[str, Any]:
    """Everything of a process that loading may change."""
    functions = {
        f"{owner.__name__}.{name}": member.__code__
        for owner in (pd.DataFrame, pd.Series, pd.core.generic.NDFrame, pd.core.groupby.DataFrameGroupBy)
        for name, member in vars(owner).items()
        if hasattr(member, "__code__")
    }
    return {
        "events": {name: list(functions) for name, functions in ip.events.callbacks.items()},
        "transformers": list(ip.ast_transformers),
        "magics": {kind: sorted(names) for kind, names in ip.magics_manager.magics.items()},
        "user magics": sorted(vars(ip.magics_manager.user_magics)),
        "completers": sorted(ip.strdispatchers["complete_command"].strs),
        "formatter": sorted(vars(ip.display_formatter)),
        "finders": list(sys.meta_path),
        "frame": sorted(vars(pd.core.generic.NDFrame)),
        "functions": functions,
        "hooks": (sys.excepthook, sys.displayhook, threading.excepthook, list(gc.callbacks)),
    }


def test_unloading_removes_everything(bare: Shell) -> None:
    """33: hooks, transformers, magics, completers, shadows, pandas' functions and threads are as before loading."""
    bare.run("import pandas as pd")
    before = state_of(bare.ip)
    threads = own_threads.count()  # of other tests' sessions
    resources.let_go()
    session = bare.load()
    during = state_of(bare.ip)
    assert [name for name in before if before[name] != during[name]] == [
        "events", "magics", "user magics", "completers", "frame", "functions",
    ]  # fmt: skip
    bare.run("df = pd.DataFrame({'a': [1]})\nimport time\ntime.sleep(0.1)")
    bare.run("%unload_ext lineage_ext")
    after = state_of(bare.ip)
    assert [name for name in before if before[name] != after[name]] == []
    until = time.monotonic() + 60
    while own_threads.count() > threads and time.monotonic() < until:
        time.sleep(0.01)
    assert own_threads.count() <= threads
    assert resources._source is None, "files under /proc are closed"
    assert session.closed
    with pytest.raises(NoSession):
        lineage_ext.current()
    assert not hasattr(bare.ip.user_ns["df"], "_lineage") or "_lineage" not in vars(type(bare.ip.user_ns["df"]))
    assert bare.run("df['b'] = df['a'] * 2\ndf.b.sum()").result == 2


def test_a_load_that_fails_cleans_up(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """33: when our own start fails, the user keeps a working shell and can load again."""
    before = state_of(bare.ip)
    with monkeypatch.context() as patch:
        patch.setattr("lineage_ext.magic.register", _fail)
        bare.run("%load_ext lineage_ext")
        assert [name for name, value in state_of(bare.ip).items() if value != before[name]] == []
    bare.load()


def _fail(*_: object) -> None:
    raise RuntimeError("broken")


@pytest.mark.parametrize("show", ["df", "display(df)", "print(df)", "df.style", "Mine()", "[df]", "f'{df}'"])
def test_showing_a_value_is_no_operation(shell: Shell, show: str) -> None:
    """34: reprs call pandas inside; those of the user's own classes may, too."""
    shell.run(PREPARE)
    shell.run("from IPython.display import display\nclass Mine:\n    def _repr_html_(self): return str(df['a'].sum())")
    before = len(shell.operations())
    shell.run(show)
    assert [run.job.name for run in shell.operations()[before:]] in ([], ["pandas.DataFrame.style"])


def test_timeit_measures_without_us(shell: Shell) -> None:
    """36: the loops of %%timeit and %timeit aren't recorded; the next cell is."""
    shell.run(PREPARE)
    before = len(shell.operations())
    shell.run("%%timeit -n 3 -r 2\ndf['a'].sum()")
    shell.run("%timeit -n 3 -r 2 df['a'].sum()")
    assert len(shell.operations()) == before
    shell.run("df['a'].sum()")
    assert len(shell.operations()) == before + 2
