"""Functions that a value chose: ``ways[k](x)``, ``ways.get(k, f)(x)``, ``(f if c else g)(x)``, also by a variable.
And those that a loop goes through: ``for way in ways: way(x)``.

What is called is then any of those that may have been chosen, and what chose decides about the result.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from lineage_ext.capture.classes import MOST_ENTRIES, put_into
from lineage_ext.capture.decisions import truth
from lineage_ext.capture.definitions import UNKNOWN, Callee, callee, events
from lineage_ext.capture.events import EACH, Kind
from lineage_ext.capture.flow import EMPTY, Flow
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import called
from lineage_ext.capture.steps import fits, keys_of, looped, step_of

GETTING = frozenset({"get", "pop", "setdefault"})  # methods of a dict that give what is at a key, else a default


def chosen(r: Resolver, node: ast.expr, at: Where) -> tuple[list[Callee], Flow]:
    """The functions of which an expression that is called may be one, and what it was chosen by."""
    node, at = _bound(r, node, at)
    found, by = _choice(r, node, at)
    functions = (callee(r, function, there) for function, there in islice(found, MOST_ENTRIES))
    return [f for f in dict.fromkeys(functions) if f is not UNKNOWN], by


def choosers(r: Resolver, node: ast.expr, at: Where) -> Iterator[tuple[ast.expr, Where]]:
    """The expressions, with their frame, by which the function that is called was chosen."""
    node, at = _bound(r, node, at)
    if isinstance(node, ast.IfExp):
        yield node.test, at
    elif isinstance(node, ast.Subscript):
        yield from ((key, at) for key in keys_of(node))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GETTING:
        yield from ((key, at) for key in node.args[:1])
    elif isinstance(node, ast.Call) and called(node) == "getattr":
        yield from ((name, at) for name in node.args[1:2])


def _choice(r: Resolver, node: ast.expr, at: Where) -> tuple[Iterator[tuple[ast.expr, Where]], Flow]:
    if isinstance(node, ast.Name):
        return _each(r, node, at), EMPTY
    if isinstance(node, ast.IfExp):
        return iter(((node.body, at), (node.orelse, at))), truth(r, node.test, at)
    if isinstance(node, ast.Subscript):
        return _entries(r, node.value, node.slice, at), r.flow(node.slice, at)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GETTING and node.args:
        key, *default = node.args
        entries = (*_entries(r, node.func.value, key, at), *((d, at) for d in default))
        return iter(entries), r.flow(key, at)
    return iter(()), EMPTY


def _each(r: Resolver, node: ast.Name, at: Where) -> Iterator[tuple[ast.expr, Where]]:
    """Those of a container that a loop goes through by that variable."""
    event, there = next(events(r, node.id, node, at), (None, at))
    if event is None or event.kind is not Kind.VALUE or event.value is None or event.path[:1] != (EACH,):
        return
    whole = looped(event.value, event.path[1:])
    if whole is not None:
        yield from put_into(r, whole, there)


def _entries(r: Resolver, container: ast.expr, key: ast.expr, at: Where) -> Iterator[tuple[ast.expr, Where]]:
    """Those that may be at the key."""
    for value, there in put_into(r, container, at):
        own = _key(value, there)
        if own is None or fits(step_of(own), step_of(key)):
            yield value, there


def _key(value: ast.expr, at: Where) -> ast.expr | None:
    """Under which key a function stands in a dict that is written out."""
    parent = at.source.parents.get(value)
    return parent.keys[parent.values.index(value)] if isinstance(parent, ast.Dict) and value in parent.values else None


def _bound(r: Resolver, node: ast.expr, at: Where) -> tuple[ast.expr, Where]:
    """What a variable was set to."""
    event, there = next(events(r, node.id, node, at), (None, at)) if isinstance(node, ast.Name) else (None, at)
    once = event is not None and event.kind is Kind.VALUE and not event.path
    return (event.value, there) if once and event is not None and event.value is not None else (node, at)
