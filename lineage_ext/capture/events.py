"""What a statement or expression does to names: binds them to (a part of) a value, or changes the object they hold.

To teach another kind of statement: a function ``node -> iterator of (name, Event)``, entered in ``EVENTS``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeGuard

from lineage_ext.capture.changing_methods import ADDING, WRITING
from lineage_ext.capture.written import either_object, entry_target, filled, root_name, root_of

EACH = "each"  # a step of a path: one item of an iterated value
Path = tuple[int | str, ...]


class Kind(Enum):
    """What an event does to its name."""

    VALUE = auto()  # bound to a value, or a part of one
    AUGMENT = auto()  # name += value
    IMPORT = auto()
    DEFINITION = auto()  # def or class
    PARAMETER = auto()
    NOTHING = auto()  # del
    MUTATION = auto()  # the object it holds is changed


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """``node`` does ``kind`` to a name; the value is ``value`` after following ``path`` into it.

    ``target`` is where a mutation writes: ``m[k]``, ``m.a``, or the method ``m.append``. ``entry``: it was done through
    a variable that holds an entry of what the name holds. ``test`` decided that it was this object.
    """

    kind: Kind
    node: ast.AST
    value: ast.expr | None = None
    path: Path = ()
    target: ast.expr | None = None
    entry: bool = False
    test: ast.expr | None = None


Found = Iterator[tuple[str, Event]]
FITTING = ("fit", "partial_fit")  # methods that change their object though their result is used
PUTTING = "setdefault"  # so does this one of a dict


def events_of(node: ast.AST) -> Found:
    """(name, event) of what ``node`` itself does, in order; not of what stands inside it."""
    handler = EVENTS.get(type(node))
    return handler(node) if handler else iter(())


def written(target: ast.expr, value: ast.expr | None, node: ast.AST, path: Path = ()) -> Found:
    """The events of assigning ``value`` to ``target``: names, subscripts, attributes, and tuples of those."""
    if isinstance(target, ast.Name):
        yield target.id, Event(Kind.VALUE, node, value, path)
    elif isinstance(target, ast.Tuple | ast.List):
        yield from _unpacked(target.elts, value, node, path)
    elif isinstance(target, ast.Starred):
        yield from written(target.value, value, node, path)
    else:
        for one, test in either_object(target):
            into = entry_target(one)
            name = root_name(into)
            if name is not None:
                yield name, Event(Kind.MUTATION, node, value, path, into, test=test)


def _unpacked(targets: list[ast.expr], value: ast.expr | None, node: ast.AST, path: Path) -> Found:
    plain = not any(isinstance(t, ast.Starred) for t in targets)
    display = isinstance(value, ast.Tuple | ast.List) and not path and plain and len(value.elts) == len(targets)
    for i, target in enumerate(targets):
        if display:
            yield from written(target, value.elts[i], node)  # type: ignore[union-attr]
        else:
            yield from written(target, value, node, (*path, i if plain else EACH))


def _assign(node: ast.Assign) -> Found:
    for target in node.targets:
        yield from written(target, node.value, node)


def _annotated(node: ast.AnnAssign) -> Found:
    if node.value is not None:
        yield from written(node.target, node.value, node)


def _augmented(node: ast.AugAssign) -> Found:
    for one, test in either_object(node.target):
        name = root_name(one)
        if name is not None:
            kind, target = (Kind.AUGMENT, None) if isinstance(one, ast.Name) else (Kind.MUTATION, one)
            yield name, Event(kind, node, node.value, target=target, test=test)


def _named(node: ast.NamedExpr) -> Found:
    yield node.target.id, Event(Kind.VALUE, node, node.value)


def _iterated(node: ast.For | ast.AsyncFor | ast.comprehension) -> Found:
    yield from written(node.target, node.iter, node, (EACH,))


def _with(node: ast.With | ast.AsyncWith) -> Found:
    for item in node.items:
        if item.optional_vars is not None:
            yield from written(item.optional_vars, item.context_expr, node)


def _caught(node: ast.ExceptHandler) -> Found:
    """``except E as e``: that holds inside of it, and only there."""
    if node.name is not None:
        yield node.name, Event(Kind.VALUE, node)


def _import(node: ast.Import | ast.ImportFrom) -> Found:
    for alias in node.names:
        yield alias.asname or alias.name.partition(".")[0], Event(Kind.IMPORT, node)


def imported(node: ast.AST, name: str) -> str:
    """The dotted name that ``name`` stands for after the import statement ``node``."""
    for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
        if isinstance(node, ast.ImportFrom) and (alias.asname or alias.name) == name:
            return f"{node.module or ''}.{alias.name}"
        if alias.asname == name:
            return alias.name
    return name


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Found:
    yield node.name, Event(Kind.DEFINITION, node)
    yield from _parameters(node)


def _class(node: ast.ClassDef) -> Found:
    yield node.name, Event(Kind.DEFINITION, node)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Found:
    a = node.args
    for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg):
        if arg is not None:
            yield arg.arg, Event(Kind.PARAMETER, node)


def _lambda(node: ast.Lambda) -> Found:
    """``lambda x: seen.append(x)``."""
    yield from _parameters(node)
    yield from _added(node.body)


def _delete(node: ast.Delete) -> Found:
    for target in node.targets:
        if isinstance(target, ast.Name):
            yield target.id, Event(Kind.NOTHING, node)
        else:
            yield from written(target, None, node)


def _match(node: ast.Match) -> Found:
    for case in node.cases:
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "rest" if isinstance(pattern, ast.MatchMapping) else "name", None)
            if isinstance(name, str):
                yield name, Event(Kind.VALUE, node, node.subject, (EACH,))


def _statement(node: ast.Expr) -> Found:
    """``m.append(x)``: a method called for its effect. ``heappush(m, x)``: a function known to fill its argument.

    ``[m.append(x) for x in y]`` as a statement does so in every round.
    """
    call = node.value
    while isinstance(call, ast.Await | ast.ListComp | ast.SetComp):
        if not isinstance(call, ast.Await) and _adds(call.elt):
            return  # see ``_element``
        call = call.value if isinstance(call, ast.Await) else call.elt
    if not isinstance(call, ast.Call):
        return
    place = node if call is node.value or isinstance(node.value, ast.Await) else call
    for asked, test in either_object(call.func):
        function = entry_target(asked)
        name = root_of(function) if isinstance(function, ast.Attribute) else None
        if name is not None and not _fits(call):
            yield name, Event(Kind.MUTATION, place, call, target=function, test=test)
    whole = filled(call)
    into = root_of(whole) if whole is not None else None
    if into is not None:
        yield into, Event(Kind.MUTATION, place, call)


def _element(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Found:
    """``[m.append(x) for x in y]``."""
    return _added(node.elt)


def _either(node: ast.IfExp) -> Found:
    """``m.append(x) if x > 3 else None``."""
    for value in (node.body, node.orelse):
        yield from _added(value)


def _operands(node: ast.BoolOp) -> Found:
    """``x in m or m.add(x)``."""
    for value in node.values:
        yield from _added(value)


def _operand(node: ast.UnaryOp) -> Found:
    """``not m.add(x)``."""
    return _added(node.operand)


def _added(call: ast.expr) -> Found:
    """A call that adds an item, where an expression has no use for what it gives."""
    if _adds(call):
        function = entry_target(call.func)
        name = root_name(function)
        if name is not None:
            yield name, Event(Kind.MUTATION, call, call, target=function)


def _adds(node: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDING


def _call(node: ast.Call) -> Found:
    name = root_of(node.func) if _fits(node) else None
    if name is not None:
        yield name, Event(Kind.MUTATION, node, node, target=node.func)


def _fits(node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute):
        return False
    method = node.func.attr
    return method.startswith(FITTING) or method in WRITING or (method == PUTTING and len(node.args) > 1)


EVENTS: dict[type[ast.AST], Callable[[Any], Found]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _named,
    ast.For: _iterated,
    ast.AsyncFor: _iterated,
    ast.comprehension: _iterated,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.ExceptHandler: _caught,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _class,
    ast.Lambda: _lambda,
    ast.Delete: _delete,
    ast.Match: _match,
    ast.Expr: _statement,
    ast.Call: _call,
    ast.ListComp: _element,
    ast.SetComp: _element,
    ast.GeneratorExp: _element,
    ast.IfExp: _either,
    ast.BoolOp: _operands,
    ast.UnaryOp: _operand,
}
