"""The syntax of cells and files: which node an instruction's span belongs to, and what stands around it.

CPython 3.11-3.13 gives most instructions the span of their expression. Exceptions, all handled here: an attribute or
method call whose name stands on a later line than its object starts at the name; before 3.13 a loop's iteration has
the span of the ``for`` statement or the comprehension, from 3.13 on that of the iterated expression.

Trees are made when first asked for, on the worker thread, and kept until the text of the cell changes.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from lineage_ext.capture.module_texts import ModuleTexts
from lineage_ext.capture.site import Span
from lineage_ext.parsing import parse

MOST_FILES = 2_000
MOST_TEXT = 500_000  # characters whose trees are kept: some 150 bytes each, with what is made of them
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
PLACED = (ast.expr, ast.stmt)
PARTS = (ast.Attribute, ast.Subscript)
NAMED_LATE = (ast.Attribute, ast.Call)  # whose span may begin at the name after the last dot
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Module)
INDEXERS = frozenset({"loc", "iloc", "at", "iat", "str", "dt", "cat"})
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
REPEATING = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module


class Source:
    """The tree of one cell or file, with its nodes by span and their parents."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.tree = parse(text)
        last = text.count("\n") + 2
        self.end = ast.Pass(lineno=last, end_lineno=last, col_offset=0, end_col_offset=0)  # after the last statement
        self.tree.body.append(self.end)
        self.parents: dict[ast.AST, ast.AST] = {}
        self._at: dict[Span, ast.AST] = {}
        self._scopes: dict[ast.AST, Scope] = {}
        self._users: dict[tuple[str, Scope], list[ast.AST]] = {}
        self._names: dict[tuple[str, ast.AST, tuple[str, ...]], ast.Name] = {}
        self._asked: dict[ast.Name, tuple[str, ...]] = {}
        self._loops: dict[ast.AST, frozenset[ast.AST]] = {}
        self._mentioned: dict[ast.AST, frozenset[str]] = {}
        self._functions: dict[Scope, frozenset[Scope]] = {}
        self.meant: dict[ast.AST, list[ast.Call]] = {}  # what operators call, see ``operators``
        self.iterated: dict[ast.AST, list[ast.Call]] = {}  # and what going through items does
        self._index()

    def _index(self) -> None:
        waiting: list[tuple[ast.AST, Scope]] = [(self.tree, self.tree)]
        parents, scopes, places = self.parents, self._scopes, self._at
        for node, scope in waiting:  # breadth first: of nodes with one span, the outer one is kept
            scopes[node] = scope
            if isinstance(node, PLACED) and not isinstance(node, ast.Expr):
                places.setdefault(_plain_span(node), node)
                if isinstance(node, NAMED_LATE):
                    places.setdefault(span(node), node)
            outside = _outside(node) if isinstance(node, SCOPES) else None
            for child in children(node):
                parents[child] = node
                waiting.append((child, scope if outside is None or child in outside else node))  # type: ignore[arg-type]

    def says(self, text: str) -> bool:
        """Whether this is the tree of ``text``: a cell that runs again has the same one, but in another object."""
        if self.text is text:
            return True
        if self.text != text:
            return False
        self.text = text  # the next who asks needn't compare them
        return True

    def node(self, at: Span) -> ast.AST | None:
        """The expression or statement an instruction with that span belongs to."""
        return self._at.get(at)

    def scope(self, node: ast.AST) -> Scope:
        """The function, lambda, class or module that ``node`` stands in (for a function: around it)."""
        return self._scopes.get(node, self.tree)

    def up(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement ``node`` is part of, or is."""
        found: ast.AST | None = node
        while found is not None and not isinstance(found, ast.stmt):
            found = self.parents.get(found)
        return found

    def name_at(self, name: str, beside: ast.AST, asked: tuple[str, ...] = ()) -> ast.Name:
        """A node for ``name`` as if it stood beside a node of this source; the same one each time.

        ``asked`` are the attributes it is asked for there: ``("random", "normal")`` of ``np``.
        """
        known = self._names.get((name, beside, asked))
        if known is None:
            known = self._names[name, beside, asked] = ast.Name(name, ast.Load())
            self.parents[known] = beside if isinstance(beside, ast.stmt) else self.parents[beside]
            self._scopes[known] = self._scopes[beside]
            self._asked[known] = asked
        return known

    def asked(self, use: ast.Name) -> tuple[str, ...]:
        """The attributes that are asked for one after the other where a name is used."""
        known = self._asked.get(use)
        if known is not None:
            return known
        names: list[str] = []
        parent = self.parents.get(use)
        while isinstance(parent, ast.Attribute):
            names.append(parent.attr)
            parent = self.parents.get(parent)
        return tuple(names)

    def add(self, node: ast.AST, inside: ast.AST) -> None:
        """A node of ours that stands inside one of the text."""
        self.parents[node] = inside
        self._scopes[node] = self.scope(inside)

    def context_span(self, node: ast.expr) -> Span | None:
        """The span that ``__enter__`` and ``__exit__`` are called from, if ``node`` is what a ``with`` enters."""
        item = self.parents.get(node)
        if not isinstance(item, ast.withitem):
            return None
        return span(node) if sys.version_info >= (3, 12) else span(self.parents[item])

    def used_by_name(self, name: str, scope: Scope) -> list[ast.AST]:
        """The operations on what ``name`` holds in ``scope``: ``name.a``, ``name[k]``, ``name.f()``."""
        if not self._users:
            for node in self.parents:
                found = base_name(node) if isinstance(node, ast.Attribute | ast.Subscript | ast.Call) else None
                if found is not None:
                    self._users.setdefault((found, self.scope(node)), []).append(node)
        return self._users.get((name, scope), [])

    def loops(self, node: ast.AST) -> frozenset[ast.AST]:
        """The loops around ``node`` within its function."""
        known = self._loops.get(node)
        if known is None:
            own = takewhile(lambda parent: not isinstance(parent, SCOPES), self.up(node))
            known = frozenset(parent for parent in own if isinstance(parent, REPEATING))
            if node in self.parents:  # not of ours
                self._loops[node] = known
        return known

    def names(self, node: ast.AST) -> frozenset[str]:
        """The names that are used in an expression."""
        known = self._mentioned.get(node)
        if known is None:
            known = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
            if node in self.parents:
                self._mentioned[node] = known
        return known

    def functions(self, scope: Scope) -> frozenset[Scope]:
        """Those that are defined in ``scope`` itself."""
        known = self._functions.get(scope)
        if known is None:
            known = self._functions[scope] = frozenset(n for n in self.own(scope) if isinstance(n, FUNCTIONS))
        return known

    def own(self, scope: ast.AST, closed: tuple[type[ast.AST], ...] = SCOPES) -> Iterator[ast.AST]:
        """The nodes inside ``scope`` that aren't inside a scope within it, or another node of the ``closed`` kinds."""
        waiting = children(scope)
        while waiting:
            node = waiting.pop()
            yield node
            if not isinstance(node, closed):
                waiting.extend(children(node))


def children(node: ast.AST) -> list[ast.AST]:
    """``ast.iter_child_nodes`` in a third of its time, without what tells whether a name is read or written."""
    found: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [part for part in value if isinstance(part, ast.AST)]
        elif isinstance(value, ast.AST) and field != "ctx":
            found.append(value)
    return found


def called(node: ast.AST) -> str:
    """The last name of what a call calls: ``merge`` of ``df.merge(…)``."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def preset_by(node: ast.AST) -> ast.Call | None:
    """The node, if it makes a ``functools.partial``: a function, and some of what it will be called with."""
    return node if isinstance(node, ast.Call) and called(node) == "partial" and node.args else None


def without_preset(node: ast.expr) -> ast.expr:
    """The function that a ``partial`` (or one of one) calls; any other node as it is."""
    while (made := preset_by(node)) is not None:
        node = made.args[0]
    return node


def base_name(node: ast.AST) -> str | None:
    """``m`` for ``m.a``, ``m[k]``, ``m.f()``, ``m.loc[k]``: the name of what an operation is called on."""
    if isinstance(node, ast.Call):
        node = node.func
    base = node.value if isinstance(node, PARTS) else None
    if isinstance(base, ast.Attribute) and base.attr in INDEXERS:
        base = base.value
    return base.id if isinstance(base, ast.Name) else None


def _outside(node: ast.AST) -> list[ast.AST]:
    """Parts of a definition that are evaluated where it stands: decorators, bases, defaults."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [*node.decorator_list, node.args]
    return [node.args] if isinstance(node, ast.Lambda) else []


def span(node: Any) -> Span:
    """The span CPython gives to the instruction that computes ``node``."""
    named = node.func if isinstance(node, ast.Call) else node
    if isinstance(named, ast.Attribute) and named.lineno != named.end_lineno and named.end_lineno is not None:
        column = (named.end_col_offset or 0) - len(named.attr)
        return (named.end_lineno, node.end_lineno, column, node.end_col_offset)
    return _plain_span(node)


def _plain_span(node: Any) -> Span:
    return (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)


class Library:
    """The Sources of a session by file name. ``sources`` are the texts hosts know; other files are read from disk."""

    def __init__(self, sources: Mapping[str, str], modules: ModuleTexts) -> None:
        self._texts = sources
        self.modules = modules
        self._own: dict[str, str] = {}  # code inside magics, by names of ours
        self._known: dict[str, Source | None] = {}
        self._failed: dict[str, str | None] = {}  # the text that didn't parse

    def get(self, file: str) -> Source | None:
        """The Source of a file, None when there is no text or it doesn't parse."""
        known = self._known.get(file)
        text = self._texts.get(file, self._own.get(file))
        if known is not None and (text is None or known.says(text)):
            self._known[file] = self._known.pop(file)  # the one used last goes last
            return known
        if known is None and file in self._known and self._failed.get(file) is text:
            return None
        self._failed.pop(file, None)
        return self._read(file, text)

    def _read(self, file: str, text: str | None) -> Source | None:
        while len(self._known) >= MOST_FILES:
            del self._known[next(iter(self._known))]
        known = "".join(self.modules.lines(file)) if text is None else text
        try:
            source = Source(file, known) if known else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            source = None  # a magic the host didn't translate, or nested deeper than we go
        self._known[file] = source
        if source is None:
            self._failed[file] = text
        return source

    def is_cell(self, file: str) -> bool:
        """Whether the file is a cell: all cells share one namespace, other files have their own."""
        return file in self._texts or file in self._own

    def edited(self) -> list[str]:
        """The modules that have another text than when they were read; they are read anew."""
        modules = [file for file in self._known if not self.is_cell(file)]
        found = [file for file in modules if self.modules.renewed(file)]
        for file in found:
            self._known.pop(file)
            self._failed.pop(file, None)
        return found

    def define(self, file: str, text: str) -> None:
        """Add the code that a magic runs, as a cell of its own."""
        self._own[file] = text

    def trim(self) -> list[str]:
        """Drop the trees not used for longest while there are too many, and tell the files they are of.

        They are made again when asked for. Between two cells only: what is being resolved holds nodes.
        """
        sizes = {file: len(source.text) for file, source in self._known.items() if source is not None}
        total, dropped = sum(sizes.values()), []
        for file in list(sizes)[:-1]:
            if total <= MOST_TEXT:
                break
            total -= sizes[file]
            dropped.append(file)
            del self._known[file]
        return dropped

    def changed(self, file: str) -> bool:
        """Whether the text of a cell isn't the one known (a host that reuses names, such as marimo)."""
        known = self._known.get(file)
        return known is not None and not known.says(self._texts.get(file, known.text))
