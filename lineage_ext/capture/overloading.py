"""The value of an operator on an object whose class defines it: what the method gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from lineage_ext.capture.calls import result_of
from lineage_ext.capture.classes import class_of, method_of
from lineage_ext.capture.flow import Flow, sequence
from lineage_ext.capture.operators import iterating, meant
from lineage_ext.capture.resolver import EXPRESSIONS, OVERLOADED, Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, span


def operator(r: Resolver, node: ast.expr, at: Where) -> Flow | None:
    """What the method gives that an operator calls; None if no class of the user's defines it."""
    return next(_results(r, meant(at.source, node), at), None)


def items(r: Resolver, value: ast.expr, at: Where) -> Flow | None:
    """The items of an object whose class says how it is iterated over."""
    for found in _results(r, iterating(at.source, value), at):
        inside = found.item is not None or found.parts is not None or found.state is not None
        return found if inside else sequence(found)
    return None


def call(r: Resolver, node: ast.Call, at: Where) -> Flow | None:
    """``len(basket)``; an object that is made, with its items."""
    found = operator(r, node, at)
    if found is not None or "__iter__" not in r.namespace.operators or not isinstance(node.func, ast.Name):
        return found
    own = items(r, node, at)
    if own is None:
        return None
    return replace(EXPRESSIONS[ast.Call](r, node, at) or own, state=None, item=own.each(), count=own.count)


def _results(r: Resolver, calls: list[ast.Call], at: Where) -> Iterator[Flow]:
    for node in calls:
        assert isinstance(node.func, ast.Attribute)
        here = (at.file, span(node))
        if node.func.attr not in r.namespace.operators or at.chain is None or here in at.chain:
            continue
        cls = class_of(r, node.func.value, at)
        method = method_of(r, cls, node.func.attr) if cls is not None else None
        if method is not None and isinstance(method[0], FUNCTIONS):
            found = result_of(r, method[0], Where(method[1].source, method[1].reaching, (here, *at.chain), at.since))
            if found:
                yield found


OVERLOADED.update(dict.fromkeys((ast.BinOp, ast.Compare, ast.UnaryOp, ast.Subscript), operator))
OVERLOADED.update({ast.Call: call, ast.For: items})
