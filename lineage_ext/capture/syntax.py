"""An index of each cell's statements: which lines they take, which names they bind and read.

``CellSyntax`` is an AST transformer for IPython that only looks. One is in ``ip.ast_transformers`` from the moment a
tracked cell begins until its tree passes by, never longer: a transformer that stays makes IPython walk every tree
recursively (``fix_missing_locations``), which fails on expressions nested deeper than the recursion limit that run
fine without.

Which top-level statement is running needs no marker in the tree: IPython compiles each one on its own, so the line of
the cell's frame tells (``CellIndex.at``), for a recorded operation as for a sampled thread. ``mark`` inserts one all
the same for listeners that want the moment each statement starts; it is off by default because each marker is one more
code object to compile and run (+24 µs a statement, measured) and shows as a frame to ``sys.settrace``.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lineage_ext import guard

Listener = Callable[[Any, str, str, "CellIndex"], None]
"""Called with IPython's info, the file name and source the cell is compiled from, and its index."""

MOST_NAMES = 2_000
RUNNING = [0]  # written by markers: 0-based number of the top-level statement that runs

_SCOPES = frozenset({
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
})  # fmt: skip
_BINDING = _SCOPES | {
    ast.alias, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.Global, ast.NamedExpr,
}  # fmt: skip
_LEAVES = frozenset({
    str, int, bool, type(None), ast.Constant, ast.Load, ast.Store, ast.Del, ast.Pass,
    *ast.operator.__subclasses__(), *ast.cmpop.__subclasses__(),
    *ast.boolop.__subclasses__(), *ast.unaryop.__subclasses__(),
})  # fmt: skip
_DYNAMIC = frozenset({"exec", "eval", "globals", "locals", "vars", "get_ipython", "setattr"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement: its lines (1-based, inclusive), the names it binds at module level and those it reads."""

    line: int
    end_line: int
    bound: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True)
class CellIndex:
    """The statements of a cell, in order."""

    statements: tuple[Statement, ...]

    @cached_property
    def bound(self) -> frozenset[str]:
        """Names the cell binds at module level."""
        return frozenset(name for s in self.statements for name in s.bound)

    @cached_property
    def read(self) -> frozenset[str]:
        """Names the cell reads, in functions too."""
        return frozenset(name for s in self.statements for name in s.read)

    @property
    def dynamic(self) -> bool:
        """Whether it may bind names that don't stand in it: magics, ``exec``, ``from x import *``."""
        return "*" in self.bound or not _DYNAMIC.isdisjoint(self.read)

    def at(self, line: int) -> int | None:
        """Number (0-based) of the statement a line belongs to, None between statements."""
        i = bisect_right(self.statements, line, key=lambda s: s.line) - 1
        return i if i >= 0 and line <= self.statements[i].end_line else None


def index(tree: ast.Module) -> CellIndex:
    """The index of a parsed cell, in one walk (60 µs for 20 lines)."""
    return CellIndex(tuple(_statement(node) for node in tree.body))


def _statement(node: ast.stmt) -> Statement:
    bound: dict[str, None] = {}
    read: dict[str, None] = {}
    local: list[ast.AST] = []
    _walk([node], bound, read, local)
    if local:
        _walk(local, bound, read, None)
    line = min((d.lineno for d in getattr(node, "decorator_list", ())), default=node.lineno)
    return Statement(line, node.end_lineno or line, tuple(bound)[:MOST_NAMES], tuple(read)[:MOST_NAMES])


def _walk(stack: list[ast.AST], bound: dict[str, None], read: dict[str, None], local: list[ast.AST] | None) -> None:
    """Collect names. Parts of functions, classes and comprehensions go to ``local``; None: these are such parts.

    Not recursive: user code may be nested deeper than the recursion limit.
    """
    while stack:
        node: Any = stack.pop()
        kind = node.__class__
        if kind is ast.Name:
            if node.ctx.__class__ is ast.Load:
                read[node.id] = None
            elif local is not None:
                bound[node.id] = None
            continue
        if kind in _BINDING:
            _bind(node, bound, local is not None)
            if local is not None and kind in _SCOPES:
                local += ast.iter_child_nodes(node)
                continue
        for value in node.__dict__.values():
            if value.__class__ is list:
                stack += [v for v in value if v.__class__ not in _LEAVES]
            elif value.__class__ not in _LEAVES:
                stack.append(value)


def _bind(node: Any, bound: dict[str, None], module: bool) -> None:
    """Names that aren't Name nodes, and those that a function or comprehension stores outside itself.

    A ``:=`` within a function is taken for one too: a name too many costs one look-up, a name too few loses a variable.
    """
    if isinstance(node, ast.Global):
        bound.update(dict.fromkeys(node.names))
    elif isinstance(node, ast.NamedExpr):
        bound[node.target.id] = None
    elif module and isinstance(node, ast.alias):
        bound[node.asname or node.name.partition(".")[0]] = None
    elif module:
        name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name", None)
        if name:
            bound[name] = None


class CellSyntax:
    """The transformer: ``expect`` puts it into the list of ``shell`` for the next cell, ``visit`` takes it out.

    IPython unregisters a transformer that raises and skips the one after it, so this one never does.
    """

    def __init__(self, shell: Any, listener: Listener, *, mark: bool = False) -> None:
        self.shell = shell
        self.listener = listener
        self.mark = mark

    def expect(self) -> None:
        """A cell that is to be indexed begins."""
        if not any(t is self for t in self.shell.ast_transformers):
            self.shell.ast_transformers.append(self)  # last: those of others have done their work before

    def forget(self) -> None:
        """The cell ended, perhaps without ever being compiled."""
        transformers = self.shell.ast_transformers
        for i in reversed(range(len(transformers))):
            if transformers[i] is self:
                del transformers[i]

    def visit(self, tree: ast.Module) -> ast.Module:
        """Index the cell and return its tree, the same object, unchanged unless ``mark`` is set."""
        try:
            self.forget()
            place = _compiling(sys._getframe(1))
            if place is not None:
                self.listener(*place, index(tree))
                if self.mark:
                    tree.body = marked(tree.body)
        except Exception as error:
            guard.report("syntax", error)
        return tree


def _compiling(frame: Any) -> tuple[Any, str, str] | None:
    """IPython's info, file name and source of the cell being compiled, from the frame that compiles it.

    The names of its variables are the same from 7.34 to 9.18; no public call tells the file name as cheaply
    (ipykernel's ``get_code_name`` hashes the source in pure Python: 150 µs for 1 kB).
    """
    for _ in range(3):  # other extensions may wrap transform_ast
        frame = frame.f_back
        if frame is None:
            return None
        if frame.f_code.co_name == "run_cell_async":
            found = frame.f_locals
            return found["info"], found["cell_name"], found["cell"]
    return None


def marked(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements, each after a marker that writes its number to ``RUNNING``.

    A marker binds no name, displays nothing and has no line (-1 is CPython's "no location"), so debuggers don't stop
    at it and tracebacks can't show it.
    """
    found: list[ast.stmt] = []
    for i, statement in enumerate(body):
        found += (_marker(i), statement)
    return found


def _marker(number: int) -> ast.stmt:
    text = f"__import__({__name__!r}, fromlist=('RUNNING',)).RUNNING[0] = {number}"
    statement = ast.parse(text).body[0]
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno = node.end_lineno = node.col_offset = node.end_col_offset = -1
    return statement
