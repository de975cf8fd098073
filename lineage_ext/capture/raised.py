"""What a caught exception brings: what it was raised with, in the ``try`` itself or in the functions that calls.

And what decided that it was raised.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from lineage_ext.capture.classes import class_of, method_of
from lineage_ext.capture.conditions import Condition, Kind
from lineage_ext.capture.definitions import callee
from lineage_ext.capture.flow import Flow, union
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, span

MOST_DEPTH = 4


def caught(r: Resolver, handler: ast.ExceptHandler, at: Where) -> Flow:
    """The exception that ``except E as e`` binds: any that may have been raised."""
    raised = _raised(r, _inside(at.source.parents[handler], at), at, 0)
    return union(r.flow(node.exc, there) for node, there in raised)


def raising(r: Resolver, whole: ast.AST, at: Where) -> Iterator[tuple[Condition, Where]]:
    """The conditions under which what is caught by a ``try`` was raised."""
    for node, there in _raised(r, _inside(whole, at), at, 0):
        yield from ((c, there) for c in there.reaching.conditions.of(node) if c.kind is not Kind.RAISED)


def _inside(whole: ast.AST, at: Where) -> Iterator[ast.AST]:
    scope = at.source.scope(whole)
    inside = (node for part in getattr(whole, "body", ()) for node in ast.walk(part))
    return (node for node in inside if at.source.scope(node) is scope)


def _raised(r: Resolver, nodes: Iterable[ast.AST], at: Where, depth: int) -> Iterator[tuple[ast.Raise, Where]]:
    for node in nodes:
        if isinstance(node, ast.Raise):
            yield node, at
        elif isinstance(node, ast.Call) and depth < MOST_DEPTH:
            function = _called(r, node, at)
            if function is not None:
                yield from _raised(r, function[1].source.own(function[0]), function[1], depth + 1)


def _called(r: Resolver, node: ast.Call, at: Where) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, Where] | None:
    """The function of the user's that a call runs, with its frame."""
    what = callee(r, node.func, at)
    definition, around = what.definition, what.at
    if definition is None and not what.name and isinstance(node.func, ast.Attribute):
        cls = class_of(r, node.func.value, at)
        definition, around = (method_of(r, cls, node.func.attr) if cls is not None else None) or (None, None)
    here = (at.file, span(node))
    if not isinstance(definition, FUNCTIONS) or isinstance(definition, ast.Lambda) or around is None:
        return None
    if at.chain is not None and here in at.chain:
        return None
    chain = None if at.chain is None else (here, *at.chain)
    return definition, Where(around.source, around.reaching, chain, at.since)
