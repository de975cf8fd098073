"""The instrumented form of a function: the same body with hooks at its entry, its exits and its exceptions.

    try:
        if STATE.d: .t = None
        else: .t = OP; .t = ENTER(OP, (parameters…))
        …                     return v  becomes  return v if .t is None else LEAVE(.t, v, first)
        if .t is not None: LEAVE(.t, None, first)
    except:
        if .t is not None: STATE.d = 0; FAILED(.t)
        del .t
        raise                 and puts the frame back to where the exception came from (``code_tables``)

In a generator function (entered at its first ``next``)

    yield v                   becomes  (yield v) if .t is None else RESUMED(.t, (yield YIELDED(.t, v)))
    yield from zip(…)         becomes  (yield from zip(…)) if .t is None else (yield from EACH(.t, zip(…)))

The names in capitals stand for constants: a template holds placeholder strings, which ``filling`` replaces for each
function (pandas' operators share one code object). Everything happens in the function's own frame: no wrapper, no
further frame, no lasting reference to an argument; that is what keeps tracebacks, ``stacklevel`` and pandas' reference
counts as they are. ``.t`` is a local variable no source can spell. It holds OP while ENTER runs: an interrupt can come
before its answer is stored. Tracers see the lines they would without us: what is added shares a line with what is
executed before or after, or has none.
"""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterator
from functools import partial
from types import CodeType
from typing import Any

from lineage_ext.capture import code_tables, function_source
from lineage_ext.capture.code_tables import NOWHERE
from lineage_ext.capture.filling import (
    EACH,
    ENTER,
    FAILED,
    LEAVE,
    OP,
    RESUMED,
    STATE,
    TOKEN,
    VISIBLE,
    YIELDED,
    parameters,
    share,
)
from lineage_ext.errors import CaptureError

GENERATOR, COROUTINE = 0x20, 0x80 | 0x200
FRAME_READERS = frozenset({"vars", "dir", "eval", "exec"})  # would see our local, or compile without our hooks
BUILTIN_ITERATORS = frozenset({"zip", "map", "filter", "enumerate", "range", "reversed"})  # have no send, throw, close


def template(code: CodeType) -> CodeType:
    """The instrumented code, with placeholders. Raises CaptureError with the reason to leave the function alone."""
    if code.co_flags & COROUTINE:
        raise CaptureError("asynchronous")
    source = function_source.read(code)
    made = code_tables.unwinding(source.compile(_instrumented(source.node, code)))
    return share(made, code, made.co_consts)


def _instrumented(function: ast.FunctionDef, code: CodeType) -> list[ast.stmt]:
    """The function's body in the shape above."""
    documentation, body = _split(function.body)
    build = _Builder(_line(_first_line(body)), _first(code, body))
    if code.co_flags & GENERATOR:
        body = [_Yields(build, code).visit(statement) for statement in body]
    if not FRAME_READERS.isdisjoint(code.co_names) or "locals" in code.co_names:
        body = [_FrameReaders(build).visit(statement) for statement in body]
    _leave_at_returns(body, build)
    enter = build.enter(tuple(name.lstrip("*") for name in parameters(code)))
    handler = build.at(_line(NOWHERE)).handler()
    return [*documentation, build.node(ast.Try, [enter, *_ended(body, build)], [handler], [], [])]


def _line(line: int) -> ast.AST:
    """A place at the start of a line."""
    return ast.Pass(lineno=line, end_lineno=line, col_offset=0, end_col_offset=0)


def _ended(body: list[ast.stmt], build: _Builder) -> list[ast.stmt]:
    """The body with ``leave`` wherever it can run to its end, on the line executed there last."""
    last = body[-1]
    if isinstance(last, ast.Return | ast.Raise):
        return body
    if not isinstance(last, ast.If):
        return [*body, build.at(_line(last.lineno)).end()]
    last.body = _ended(last.body, build)
    last.orelse = _ended(last.orelse, build) if last.orelse else [build.at(_line(last.test.lineno)).end()]
    return body


def _first_line(body: list[ast.stmt]) -> int:
    """The line executed first."""
    first = next((s for s in body if not isinstance(s, ast.Global | ast.Nonlocal)), body[0])
    names = ("value", "test", "iter", "exc", "subject") if not isinstance(first, ast.AugAssign) else ()
    begin = next(filter(None, (getattr(first, name, None) for name in names)), None)
    if isinstance(first, ast.With):
        begin = first.items[0].context_expr
    return _begin(begin).lineno if begin is not None else first.lineno


def _begin(node: ast.expr) -> ast.expr:
    """The part of an expression that is executed first."""
    while True:
        inner = next((part for part in map(partial(getattr, node), _BEGIN.get(type(node), ())) if part), None)
        inner = inner[0] if isinstance(inner, list) else inner
        if inner is None:
            return node
        node = inner


_BEGIN: dict[type[ast.expr], tuple[str, ...]] = {
    ast.Attribute: ("value",), ast.Await: ("value",), ast.BinOp: ("left",), ast.BoolOp: ("values",),
    ast.Call: ("func",), ast.Compare: ("left",), ast.Dict: ("keys", "values"), ast.IfExp: ("test",),
    ast.JoinedStr: ("values",), ast.FormattedValue: ("value",), ast.List: ("elts",), ast.NamedExpr: ("value",),
    ast.Set: ("elts",), ast.Starred: ("value",), ast.Subscript: ("value",), ast.Tuple: ("elts",),
    ast.UnaryOp: ("operand",), ast.Yield: ("value",), ast.YieldFrom: ("value",),
}  # fmt: skip


def _split(body: list[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The docstring, which must stay first, and the rest."""
    first = body[0]
    constant = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    at = 1 if constant and type(first.value.value) is str else 0  # type: ignore[attr-defined]
    return body[:at], body[at:] or [ast.copy_location(ast.Pass(), first)]


def _first(code: CodeType, body: list[ast.stmt]) -> str | None:
    """The first parameter, None if the body binds that name again: ``leave`` wants the object that was passed."""
    if not code.co_argcount:
        return None
    name = code.co_varnames[0]
    if name not in code.co_cellvars and not _may_bind_first(code):
        return name
    for node in _own_nodes(body):
        bound = isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        if bound or (isinstance(node, ast.ExceptHandler) and node.name == name):
            return None
    return name


def _may_bind_first(code: CodeType) -> bool:
    """Whether an instruction may bind the first local variable; going through the nodes takes twenty times as long."""
    units = code.co_code
    for op, arg in zip(units[::2], units[1::2], strict=True):
        if op in _BINDING and (arg == 0 or (op in _OF_TWO and not (arg & 15 and arg >> 4))):
            return True
    return False


_BINDING = {op: name for name, op in dis.opmap.items() if name.startswith(("STORE_FAST", "DELETE_FAST"))}
_OF_TWO = {op for op, name in _BINDING.items() if name.count("_FAST") == 2}
"""Since 3.13 some bind two variables, or bind one and read another: four bits of the argument each."""


def _own_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of the body but those inside nested functions and classes."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


_LOAD, _STORE = ast.Load(), ast.Store()
_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


class _Builder:
    """Makes nodes placed at the body's first statement, unless told otherwise."""

    def __init__(self, place: ast.AST, first: str | None) -> None:
        self.place = {name: getattr(place, name) for name in _PLACE}
        self.first = first

    def node(self, kind: type[Any], *fields: Any) -> Any:
        return kind(*fields, **self.place)

    def constant(self, value: object) -> Any:
        return self.node(ast.Constant, value)

    def name(self, name: str, context: ast.expr_context = _LOAD) -> Any:
        return self.node(ast.Name, name, context)

    def call(self, slot: str, *arguments: ast.expr) -> Any:
        # ``(SLOT if True else None)(…)`` compiles to a plain call of the constant; written as one, the compiler warns
        # that strings aren't callable, and silencing that would touch the process's warning filters.
        function = self.node(ast.IfExp, self.constant(True), self.constant(slot), self.constant(None))
        return self.node(ast.Call, function, list(arguments), [])

    def hook(self, slot: str, *arguments: ast.expr) -> Any:
        return self.call(slot, self.name(TOKEN), *arguments)

    def leave(self, value: ast.expr) -> Any:
        return self.hook(LEAVE, value, self.name(self.first) if self.first else self.constant(None))

    def guard(self, context: ast.expr_context = _LOAD) -> Any:
        return self.node(ast.Attribute, self.constant(STATE), "d", context)

    def assign(self, target: ast.expr, value: ast.expr) -> Any:
        return self.node(ast.Assign, [target], value)

    def token(self, value: ast.expr) -> Any:
        return self.assign(self.name(TOKEN, _STORE), value)

    def enter(self, names: tuple[str, ...]) -> Any:
        values = self.node(ast.Tuple, [self.name(name) for name in names], _LOAD)
        entered = self.call(ENTER, self.constant(OP), values)
        followed = [self.token(self.constant(OP)), self.token(entered)]
        return self.node(ast.If, self.guard(), [self.token(self.constant(None))], followed)

    def end(self) -> Any:
        return self.if_tracked(self.node(ast.Expr, self.leave(self.constant(None))))

    def handler(self) -> Any:
        lowered = self.assign(self.guard(_STORE), self.constant(0))
        failed = self.if_tracked(lowered, self.node(ast.Expr, self.hook(FAILED)))
        hidden = self.node(ast.Delete, [self.name(TOKEN, ast.Del())])  # from who shows the variables of a traceback
        return self.node(ast.ExceptHandler, None, None, [failed, hidden, self.node(ast.Raise)])

    def if_tracked(self, *body: ast.stmt) -> Any:
        test = self.node(ast.Compare, self.name(TOKEN), [ast.IsNot()], [self.constant(None)])
        return self.node(ast.If, test, list(body), [])

    def either(self, untracked: ast.expr, tracked: ast.expr) -> Any:
        begin = self.at(_line(_begin(untracked).lineno))
        test = begin.node(ast.Compare, begin.name(TOKEN), [ast.Is()], [begin.constant(None)])
        return self.node(ast.IfExp, test, untracked, tracked)

    def at(self, place: ast.AST) -> _Builder:
        """The same for nodes at another place."""
        return _Builder(place, self.first)


class _InOwnScope(ast.NodeTransformer):
    """Leaves nested functions, lambdas and classes alone."""

    def __init__(self, build: _Builder) -> None:
        self.build = build

    def visit(self, node: ast.AST) -> Any:
        return node if isinstance(node, _SCOPES) else super().visit(node)


def _leave_at_returns(body: list[ast.stmt], build: _Builder) -> None:
    """``return v``, wherever it stands in the body. Expressions hold none."""
    waiting: list[Any] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            there = build.at(node)
            value = node.value or there.constant(None)
            node.value = there.either(value, there.leave(value))
        elif not isinstance(node, _SCOPES):
            for block in _BLOCKS:
                waiting += getattr(node, block, ())


_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


class _Yields(_InOwnScope):
    """``yield v`` and ``yield from zip(…)``.

    Any other ``yield from`` would need the delegation of ``send``, ``throw`` and ``close`` spelt out: not exact, so
    such functions are left alone.
    """

    def __init__(self, build: _Builder, code: CodeType) -> None:
        super().__init__(build)
        self.globals = set(code.co_names)

    def visit_Yield(self, node: ast.Yield) -> Any:
        self.generic_visit(node)
        build = self.build.at(node)
        item = build.hook(YIELDED, node.value or build.constant(None))
        return build.either(node, build.hook(RESUMED, build.node(ast.Yield, item)))

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        function = node.value.func if isinstance(node.value, ast.Call) else None
        plain = isinstance(function, ast.Name) and function.id in BUILTIN_ITERATORS & self.globals
        if not plain:
            raise CaptureError("a generator that delegates to another")
        build = self.build.at(node)
        return build.either(node, build.node(ast.YieldFrom, build.hook(EACH, node.value)))


class _FrameReaders(_InOwnScope):
    """``locals()`` must not show ``.t``: pandas' readers pass on all they find there. Other readers are refused."""

    def visit_Call(self, node: ast.Call) -> Any:
        function = node.func
        if not isinstance(function, ast.Name):
            return self.generic_visit(node)
        if function.id == "locals":
            return self.build.at(node).call(VISIBLE, node)
        if function.id in {"vars", "dir"} and node.args:
            node.args = [self.visit(argument) for argument in node.args]
            return node
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        if node.id == "locals" or node.id in FRAME_READERS:
            raise CaptureError(f"it uses {node.id}")
        return node

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, _COMPREHENSIONS):  # before 3.12 code of their own, whose constants ``fill`` doesn't reach
            for part in ast.walk(node):
                if isinstance(part, ast.Name):
                    self.visit_Name(part)
            return node
        return super().visit(node)


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
