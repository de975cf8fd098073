"""Secrets in Python source, found by what they are given to: ``password = …``, ``login(token=…)``, ``{"secret": …}``,
``os.environ["API_KEY"] = …``, ``set_password(…)``, however the value is written (joined, over lines, an f-string).

To teach a form: a method ``visit_<node>`` of ``Secrets``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from lineage_ext.redaction.names import Names
from lineage_ext.redaction.python import Piece, Python, masked_literal, value_of

LOOKS_UP = frozenset(
    "get getenv getpass input open read read_text read_secret get_secret get_password get_secret_value "
    "access_secret_version fetch load lookup prompt retrieve resolve path join joinpath variable environ config".split()
)
"""Functions whose arguments name a secret, or say where it lies; a second argument is a default value."""


Masked = Callable[[str], str]


def without_secrets(source: Python, names: Names, masked: Masked, learn: Callable[[str], None]) -> str:
    """The code without its secrets. ``masked`` takes those out of a text; ``learn`` gets each that has a name."""
    found = Secrets(source, names)
    found.visit(source.tree)
    for value in found.values:
        learn(value)
    covers: dict[Piece, bytes] = {}
    for node in _texts(source.tree):
        value = value_of(node) if isinstance(node, ast.Constant) else ""
        piece = source.piece(node)
        written = source.text_of(piece)
        shown = masked(written)
        joined = shown == written and masked(value) != value  # by parts: "gh" "p_…"
        covers[piece] = masked_literal(written.encode(errors="replace")) if joined else shown.encode()
    for piece in (*source.comments(), *source.magics()):
        covers[piece] = masked(source.text_of(piece)).encode()
    covers.update((piece, masked_literal(source.text_of(piece).encode(errors="replace"))) for piece in found.pieces)
    return source.replaced(covers)


def shows_secret(source: Python, names: Names) -> bool:
    """Whether the last expression, which a notebook displays, is a secret by its name."""
    last = source.tree.body[-1] if source.tree.body else None
    return isinstance(last, ast.Expr) and names.secret(_name(last.value))


def _texts(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Strings; of an f-string the whole."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)):
            yield node
        else:
            todo.extend(ast.iter_child_nodes(node))


class Secrets(ast.NodeVisitor):
    """``pieces`` are the literals that hold secrets, ``values`` their text."""

    def __init__(self, source: Python, names: Names) -> None:
        self._source = source
        self._names = names
        self.pieces: list[Piece] = []
        self.values: set[str] = set()

    # -- forms -------------------------------------------------------------------------------------------------------
    def visit_Assign(self, node: ast.Assign) -> None:
        """``password = …``, ``self.token = …``, ``os.environ["KEY"] = …``, ``user, password = …``."""
        for target in node.targets:
            self._given(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """``token: str = …``."""
        self._given(node.target, node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """``token += …``."""
        self._given(node.target, node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """``(token := …)``."""
        self._given(node.target, node.value)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        """``{"password": …}``."""
        for key, value in zip(node.keys, node.values, strict=True):
            self._given(key, value)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        """``connect(password=…)``."""
        if node.arg and self._names.secret(node.arg):
            self._hide(node.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """``set_password("x")``, ``HTTPBasicAuth("user", "x")``, ``setenv("TOKEN", "x")``."""
        name = _name(node.func)
        if self._names.secret(name) and not _looks_up(name):
            for argument in node.args:
                self._hide(argument)
        self._in_row(node.args)
        self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        """``("password", "x")``."""
        self._in_row(node.elts)
        self.generic_visit(node)

    def visit_List(self, node: ast.List) -> None:
        """``["--password", "x"]``; other lists name columns."""
        self._in_row(node.elts, of="-")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """``token == "x"``."""
        sides = (node.left, *node.comparators)
        if any(self._names.secret(_name(side)) for side in sides if not isinstance(side, ast.Constant)):
            for side in sides:
                self._hide(side)
        self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> None:
        """``def connect(password="x")``."""
        positional = [*node.posonlyargs, *node.args]
        defaults = zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True)
        for argument, default in (*defaults, *zip(node.kwonlyargs, node.kw_defaults, strict=True)):
            if default is not None and self._names.secret(argument.arg):
                self._hide(default)
        self.generic_visit(node)

    # -- what is hidden ----------------------------------------------------------------------------------------------
    def _given(self, target: ast.expr | None, value: ast.expr | None) -> None:
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for part, its in zip(target.elts, value.elts, strict=False):
                self._given(part, its)
        elif value is not None and self._names.secret(_name(target)):
            self._hide(value)

    def _in_row(self, values: Sequence[ast.expr], of: str = "") -> None:
        """A secret's name, and then its value."""
        for before, value in pairwise(values):
            name = _name(before) if isinstance(before, ast.Constant) else ""
            if name.startswith(of) and self._names.secret(name):
                self._hide(value)

    def _hide(self, value: ast.expr) -> None:
        for literal in literals(value):
            if isinstance(literal, ast.Constant):
                if literal.value in (None, True, False, "", b"", ...):
                    continue
                self.values.add(value_of(literal))
            self.pieces.append(self._source.piece(literal))


def literals(value: ast.expr) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals that make up a value; not those that only say where it is looked up."""
    if isinstance(value, ast.Constant | ast.JoinedStr):
        yield value
        return
    parts: Iterable[ast.AST]
    if isinstance(value, ast.Subscript):
        parts = (value.value,)
    elif isinstance(value, ast.Call):
        given = value.args[1:] if _looks_up(_name(value.func)) else value.args
        parts = (*given, *(k.value for k in value.keywords), value.func)
    elif isinstance(value, ast.Lambda):
        parts = (value.body,)
    elif isinstance(value, ast.Compare):
        parts = ()
    else:
        parts = ast.iter_child_nodes(value)
    for part in parts:
        if isinstance(part, ast.expr):
            yield from literals(part)


def _looks_up(name: str) -> bool:
    return name in LOOKS_UP or name.split("_", maxsplit=1)[0] in {"get", "read", "load", "fetch", "delete", "has", "is"}


def _name(node: ast.AST | None) -> str:
    """What a thing is called: a variable, an attribute, a key."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _name(node.slice)
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return node.value if len(node.value) <= 80 and " " not in node.value else ""
        return node.value.decode(errors="replace") if isinstance(node.value, bytes) and len(node.value) <= 80 else ""
    return ""
