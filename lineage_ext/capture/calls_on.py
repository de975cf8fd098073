"""The calls of methods that were made on one object: where it was made, by its name, and by its own methods.

``a = Scaler().fit(x)`` and ``b = Scaler().fit(y)`` are two objects: what ``self.mean`` of the one is, only its own
calls tell. A method that no call is seen of may have been called by anybody.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage_ext.capture.definitions import events
from lineage_ext.capture.events import Kind
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, called, span

MOST_FRAMES = 30
MOST_DEPTH = 4
Call = tuple[ast.Call, Where]


def calls_of(r: Resolver, node: ast.expr, at: Where, inside: Where) -> dict[ast.AST, list[Where]]:
    """Method → the frames it ran in, of the object that ``node`` is. ``inside`` is the class's source."""
    found: dict[ast.AST, list[Where]] = {}
    waiting = list(_calls(r, node, at, 0))
    for call, there in waiting:  # grows by what methods call of their own object
        if there.chain is None or len(there.chain) > MOST_DEPTH or len(waiting) > MOST_FRAMES:
            continue
        for method in _methods(call, inside):
            chain = ((there.file, span(call)), *there.chain)
            frame = Where(inside.source, inside.reaching, chain, inside.since)
            found.setdefault(method, []).append(frame)
            waiting += [(n, frame) for n in _by_name(method.args.args[0].arg, method, inside)]
    return found


def _methods(call: ast.Call, inside: Where) -> Iterator[ast.FunctionDef]:
    """The methods of the class's source that a call may enter: by its name, or ``__init__``."""
    wanted = call.func.attr if isinstance(call.func, ast.Attribute) else "__init__"
    for node in ast.walk(inside.source.tree):
        if isinstance(node, ast.FunctionDef) and node.name == wanted and node.args.args:
            cls = inside.source.scope(node)
            if isinstance(cls, ast.ClassDef) and (wanted != "__init__" or cls.name == called(call)):
                yield node


def _calls(r: Resolver, node: ast.expr, at: Where, depth: int) -> Iterator[Call]:
    """The calls on the object that an expression is, where it is made and where it has that name."""
    while isinstance(node, ast.Call):
        yield node, at
        node = node.func.value if isinstance(node.func, ast.Attribute) else ast.Constant(None)
    if not isinstance(node, ast.Name) or depth > MOST_DEPTH:
        return
    for event, there in events(r, node.id, node, at):
        if event.kind is Kind.PARAMETER:
            yield from _of_self(r, node.id, event.node, there, depth)
            return
        if event.kind is Kind.VALUE and event.value is not None and not event.path:
            yield from _calls(r, event.value, there, depth + 1)
            scope = there.source.scope(event.node)
            frames = cells(r, there) if isinstance(scope, ast.Module) else [there]
            yield from ((n, w) for w in frames for n in _by_name(node.id, scope, w))
            return


def _of_self(r: Resolver, name: str, function: ast.AST, at: Where, depth: int) -> Iterator[Call]:
    """Within a method: the calls on what the method was called on."""
    first = function.args.args[:1] if isinstance(function, FUNCTIONS) else []
    caller = r.where(at.chain[0][0], at.chain[1:], at.since) if at.chain else None
    node = caller.source.node(at.chain[0][1]) if caller is not None and at.chain else None
    if first and first[0].arg == name and caller is not None and isinstance(node, ast.Call | ast.Attribute):
        method = node if isinstance(node, ast.Attribute) else node.func  # a property, or what is called
        receiver = method.value if isinstance(method, ast.Attribute) else node
        yield from _calls(r, receiver, caller, depth + 1)


def cells(r: Resolver, at: Where) -> list[Where]:
    """All cells, which share their variables; of a module's own code only that."""
    files = [f for f in r.started if r.namespace.share(f, at.file)] or [at.file]
    return [w for f in dict.fromkeys((*files, at.file)) if (w := r.where(f, (), at.since)) is not None]


def _by_name(name: str, scope: ast.AST, at: Where) -> Iterator[ast.Call]:
    """The methods called on a name of a function, or of a module."""
    for node in at.source.used_by_name(name):
        own = at.source.scope(node)
        here = own is scope or (isinstance(scope, ast.Module) and isinstance(own, ast.Module))
        method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if here and method and isinstance(node.func.value, ast.Name):  # type: ignore[attr-defined]
            yield node  # type: ignore[misc]
