"""An index of each cell's statements: which lines they take, which names they bind and read.

``CellSyntax`` is an AST transformer for IPython that only looks. One is in ``ip.ast_transformers`` from the moment a
tracked cell begins until its tree passes by, never longer: a transformer that stays makes IPython walk every tree
recursively (``fix_missing_locations``), which fails on expressions nested deeper than the recursion limit that run
fine without.

Which top-level statement is running needs no marker in the tree: IPython compiles each one on its own, so the line of
the cell's frame tells (``CellIndex.at``), for a recorded operation as for a sampled thread. ``mark`` inserts one all
the same for listeners that want the moment each statement starts; it is off by default because each marker is one more
code object to compile and run (+24 µs a statement, measured) and a debugger may stop at it, on line 0.
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from lineage_ext import guard
from lineage_ext.parsing import parse

Listener = Callable[[Any, str, "CellIndex"], None]
"""Called with IPython's info, the file name the cell is compiled under, and its index."""

RUNNING = [0]  # written by markers: 0-based number of the top-level statement that runs

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_PLAIN = frozenset({ast.Expr, ast.Return, ast.Pass, ast.Raise, ast.Assert, ast.Delete, ast.Global})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_DYNAMIC_WORDS = ("exec", "eval", "globals", "locals", "vars", "get_ipython", "setattr")
_DYNAMIC = re.compile(rf"\b({'|'.join(_DYNAMIC_WORDS)})\b|import *\*")
_HIDDEN_WORDS = (":=", "global", "case")
_HIDDEN = re.compile(r":=|\bglobal\b|\bcase\b")


class Statement(NamedTuple):
    """A top-level statement: its lines (1-based, inclusive), the names it binds at module level and those it reads."""

    line: int
    end_line: int
    bound: frozenset[str]
    read: frozenset[str]


@dataclass(frozen=True)
class CellIndex:
    """What a cell's source says. ``spans`` are the lines of its statements, ``bound`` the names it binds."""

    source: str
    spans: tuple[tuple[int, int], ...]
    bound: frozenset[str]

    @property
    def dynamic(self) -> bool:
        """Whether it may bind names that don't stand in it: magics, ``exec``, ``from x import *``."""
        source = self.source
        perhaps = _any_in(_DYNAMIC_WORDS, source) or ("*" in source and "import" in source)
        return perhaps and _DYNAMIC.search(source) is not None

    def at(self, line: int) -> int | None:
        """Number (0-based) of the statement a line belongs to, None between statements."""
        i = bisect_right(self.spans, line, key=itemgetter(0)) - 1
        return i if i >= 0 and line <= self.spans[i][1] else None

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements with their names. Parses the source again: made when asked for, not on the user's time."""
        tree = parse(self.source)
        return tuple(
            Statement(*_span(node), frozenset(_bound([node], hidden=True)), frozenset(_read(node)))
            for node in tree.body
        )


def index(tree: ast.Module, source: str) -> CellIndex:
    """The index of a parsed cell (20 µs for 20 lines). Expressions are walked only if they may bind names."""
    hidden = _any_in(_HIDDEN_WORDS, source) and _HIDDEN.search(source) is not None
    return CellIndex(source, tuple(_span(node) for node in tree.body), frozenset(_bound(tree.body, hidden=hidden)))


def _any_in(words: tuple[str, ...], source: str) -> bool:
    """Whether a search by pattern is worth it: that takes 200 instructions a character, this a few."""
    for word in words:  # noqa: SIM110  # a generator would take longer than the search
        if word in source:
            return True
    return False


def _span(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", None)
    line = decorators[0].lineno if decorators else node.lineno
    return line, node.end_lineno or line


def _bound(body: list[ast.stmt], *, hidden: bool) -> Iterator[str]:
    """Names that statements bind at module level. Not recursive: code may be nested deeper than the recursion limit.

    With ``hidden`` also those that ``:=`` and ``global`` bind, in functions too: a name too many costs one look-up.
    """
    todo: list[Any] = list(body)
    while todo:
        node = todo.pop()
        kind = node.__class__
        if kind in _PLAIN:
            continue
        if kind is ast.Assign:
            for target in node.targets:
                yield from _targets(target)
        elif isinstance(node, _SCOPES):
            yield node.name
        elif isinstance(node, _IMPORTS):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]
        else:
            yield from _targets(getattr(node, "target", None))
            for item in getattr(node, "items", ()):
                yield from _targets(item.optional_vars)
            if isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
            for block in _BLOCKS:
                todo += getattr(node, block, ())
    if hidden:
        yield from _hidden(body)


def _targets(target: ast.AST | None) -> Iterator[str]:
    if isinstance(target, ast.Name):  # nearly always
        yield target.id
        return
    todo = [target]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Tuple | ast.List):
            todo += node.elts
        elif isinstance(node, ast.Starred):
            todo.append(node.value)


def _hidden(body: list[ast.stmt]) -> Iterator[str]:
    todo: list[Any] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.NamedExpr):
            yield node.target.id
        elif isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        todo += ast.iter_child_nodes(node)


def _read(statement: ast.stmt) -> Iterator[str]:
    """Names a statement looks up, those within its functions too."""
    todo: list[Any] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        todo += ast.iter_child_nodes(node)


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
        transformers = self.shell.ast_transformers
        if not transformers or not any(t is self for t in transformers):
            transformers.append(self)  # last: those of others have done their work before

    def forget(self) -> None:
        """The cell ended, perhaps without ever being compiled."""
        self._leave(self.shell.ast_transformers)

    def _leave(self, transformers: list[Any]) -> None:
        if not transformers:
            return
        for i in reversed(range(len(transformers))):
            if transformers[i] is self:
                del transformers[i]

    def visit(self, tree: ast.Module) -> ast.Module:
        """Index the cell and return its tree, the same object, unchanged unless ``mark`` is set."""
        try:
            transformers = self.shell.ast_transformers
            if transformers[-1] is self:  # else IPython's loop over the list would skip the next one
                self._leave(transformers)
            place = _compiling(sys._getframe(1))
            if place is not None:
                info, filename, source = place
                self.listener(info, filename, index(tree, source))
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

    A marker binds no name, displays nothing and has no line (-1 is CPython's "no location"), so tracebacks can't show
    it.
    """
    found: list[ast.stmt] = []
    for i, statement in enumerate(body):
        found += (_marker(i), statement)
    return found


def _marker(number: int) -> ast.stmt:
    text = f"__import__({__name__!r}, fromlist=('RUNNING',)).RUNNING[0] = {number}"
    statement = parse(text).body[0]
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno = node.end_lineno = node.col_offset = node.end_col_offset = -1
    return statement
