"""The index of a cell's statements, and markers that change nothing but what a tracer sees."""

from __future__ import annotations

import ast
import sys
from typing import Any

import pytest

from lineage_ext.capture import syntax
from lineage_ext.capture.syntax import CellIndex, CellSyntax
from tests.hosts.conftest import Shell


def indexed(source: str) -> CellIndex:
    """The index of a source text."""
    return syntax.index(ast.parse(source), source)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b = c", "a b"),
        ("a, (b, *c) = d", "a b c"),
        ("a.b = c['d'] = 1", ""),
        ("a += 1", "a"),
        ("a: int = 1", "a"),
        ("for a, b in c:\n    d = 1\nelse:\n    e = 1", "a b d e"),
        ("with f(a) as b, g() as (c, d):\n    e = b", "b c d e"),
        ("import a.b, c.d as e\nfrom f import g, h as i", "a e g i"),
        ("def f(x):\n    y = x\nclass K:\n    z = 1", "f K"),
        ("def f():\n    global G, H", "f G H"),
        ("try:\n    a = 1\nexcept E as e:\n    b = 1\nfinally:\n    c = 1", "a e b c"),
        ("if (n := f()) and [m := x for x in y]:\n    pass", "n m"),
        ("match x:\n    case {'k': a, **r}: pass\n    case [b, *c] as d: e = 1", "a r b c d e"),
        ("[z for z in x]\nlambda q: q", ""),
        ("while True:\n    a = 1\n    break", "a"),
        ("async def f(): pass\nasync for a in b: pass\nasync with c as d: pass", "f a d"),
    ],
)
def test_names_that_are_bound(source: str, names: str) -> None:
    """Every way a statement can bind a module-level name, and none that binds a local one."""
    assert indexed(source).bound == set(names.split())


def test_names_that_are_read() -> None:
    """Per statement, those of functions included; augmented assignment reads."""
    found = indexed("a = b + c\ndef f(x):\n    return d(x)\ne += 1").statements
    assert [set(s.read) for s in found] == [{"b", "c"}, {"d", "x"}, {"e"}]
    assert [set(s.bound) for s in found] == [{"a"}, {"f"}, {"e"}]


def test_the_statement_of_a_line() -> None:
    """A decorator's line belongs to its function; blank lines to nothing."""
    found = indexed("a = 1\n\n@d\ndef f():\n    pass\nb = (1,\n     2)")
    assert [found.at(line) for line in range(1, 9)] == [0, None, 1, 1, 1, 2, 2, None]


@pytest.mark.parametrize("source", ["%matplotlib inline", "exec('a = 1')", "from m import *", "globals()['a'] = 1"])
def test_cells_that_may_bind_anything(shell: Shell, source: str) -> None:
    """For those every variable is looked at."""
    transformed = shell.ip.transform_cell(source)
    assert indexed(transformed).dynamic
    assert not indexed("a = executive + 1").dynamic


def test_source_nested_deeper_than_the_recursion_limit() -> None:
    """Generated code is indexed like any other."""
    deep = "a = " + "+".join(["b"] * (sys.getrecursionlimit() * 3 // 2))
    assert indexed(deep).bound == {"a"}
    assert indexed(deep).statements[0].read == {"b"}


def test_the_tree_is_handed_on_as_it_is(bare: Shell) -> None:
    """The same object with the same contents; and the transformer is gone before the cell runs."""
    trees = []

    class Watch(CellSyntax):
        def visit(self, tree: ast.Module) -> ast.Module:
            before = ast.dump(tree, include_attributes=True)
            found = super().visit(tree)
            trees.append(found is tree and before == ast.dump(tree, include_attributes=True))
            return found

    watch = Watch(bare.ip, lambda *_: None)
    watch.expect()
    bare.run("x = len(get_ipython().ast_transformers)")
    assert trees == [True]
    assert bare.ip.user_ns["x"] == 0


def test_no_other_transformer_is_skipped(bare: Shell) -> None:
    """One that came after ours sees the tree, too; ours is gone when the cell has ended."""
    seen = []

    class Other(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            seen.append(node)
            return node

    bare.load()
    bare.ip.events.register("pre_run_cell", lambda info: bare.ip.ast_transformers.append(Other()))
    bare.run("x = 1")
    assert len(seen) == 1
    assert [type(t) for t in bare.ip.ast_transformers] == [Other]


# -- markers ---------------------------------------------------------------------------------------------------------
MARKED = [
    "'doc'\n__doc__",
    "from __future__ import annotations\ndef f(x: Nope): pass\nf.__annotations__",
    "a = 1\na\n",
    "a = 1\nb = 2\na + b;",
    "x = 5\nsorted(n for n in globals() if not n.startswith('_')), sorted(n for n in dir(__builtins__))[-3:]",
    "import inspect\ny = inspect.currentframe().f_lineno\ny, inspect.currentframe().f_lineno",
    "z = 1\nw = 2\n1 / 0",
    "import asyncio\nawait asyncio.sleep(0)\n5",
    "def g():\n    1 / 0\n\n\ng()",
    "v = 1\n%time v + 1",
]


@pytest.fixture
def marking(bare: Shell) -> Shell:
    """A shell in which every cell is marked."""
    marker = CellSyntax(bare.ip, lambda *_: None, mark=True)
    bare.ip.events.register("pre_run_cell", lambda info: marker.expect())
    return bare


def outcome(shell: Shell, source: str, capsys: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    """Result, error and screen of a cell."""
    capsys.readouterr()
    result = shell.run(source)
    screen = capsys.readouterr().out
    return result.result, repr(result.error_in_exec or result.error_before_exec), _steady(screen)


def _steady(screen: str) -> str:
    return "\n".join(line for line in screen.splitlines() if "time" not in line)


@pytest.mark.parametrize("interactivity", ["last_expr", "all", "last_expr_or_assign"])
@pytest.mark.parametrize("source", MARKED)
def test_markers_are_invisible_to_user_code(
    ip: Any, capsys: pytest.CaptureFixture[str], source: str, interactivity: str
) -> None:
    """Results, displays, docstrings, line numbers, namespaces and tracebacks are the same with markers."""
    shell = Shell(ip)
    ip.ast_node_interactivity = interactivity
    names = dict(ip.user_ns)
    plain = outcome(shell, source, capsys)
    ip.user_ns.clear()
    ip.user_ns.update(names)
    ip.execution_count = 1
    marker = CellSyntax(ip, lambda *_: None, mark=True)
    marker.expect()
    syntax.RUNNING[0] = -1
    assert outcome(shell, source, capsys) == plain
    assert syntax.RUNNING[0] >= 0


def test_a_marker_tells_the_running_statement(marking: Shell) -> None:
    """While statement i runs, RUNNING[0] is i."""
    marking.run("from lineage_ext.capture.syntax import RUNNING\na = RUNNING[0]\n\nb = RUNNING[0]\nc = RUNNING[:]")
    assert [marking.ip.user_ns[n] for n in "abc"] == [1, 2, [3]]


def test_a_marker_is_visible_to_tracers(marking: Shell) -> None:
    """Why markers are off by default: a debugger sees one more frame for each, on line 0."""
    events: list[tuple[str, int | None]] = []

    def trace(frame: Any, event: str, _: object) -> Any:
        if frame.f_code.co_name.startswith(("<module>", "<cell line")):
            events.append((event, frame.f_lineno))
            return trace
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        marking.run("a = 1\nb = 2")
    finally:
        sys.settrace(before)
    assert {line for event, line in events if event == "line"} >= {1, 2}
    assert sum(event == "call" for event, _ in events) == 4
