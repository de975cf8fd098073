"""Functions that an object keeps and calls later: ``bus.on(lambda x: seen.append(x))``, then ``bus.fire(v)``.

What such a function is called with is what any call, by methods of that object, gives to a function that isn't known.
"""

from __future__ import annotations

import ast
import builtins

from lineage_ext.capture.arguments import Function, entered_by
from lineage_ext.capture.classes import class_of, method_of
from lineage_ext.capture.definitions import UNKNOWN, callee
from lineage_ext.capture.flow import EMPTY, Flow, union
from lineage_ext.capture.homes import home
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.sights import sights


def given_later(r: Resolver, name: str, function: Function, at: Where) -> Flow:
    """The value of a parameter of a function that was handed to an object."""
    found = entered_by(r, at)
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    if found is None or name not in names:
        return EMPTY
    node, caller = found
    place = home(r, node.func.value if isinstance(node.func, ast.Attribute) else node, caller)
    values: list[Flow] = []
    for sight in sights(r, place.path, place.scope, place.at) if place is not None else ():
        since = sight.at.since if sight.at.since is not None else r.started.get(sight.at.file, 0)
        calls = sight.at.reaching.passing.ways(sight.scope).all_calls()
        fitting = (c for c in calls if len(c.args) == len(names) and _is_unknown(r, c.func, sight.at))
        values += [r.flow(c.args[names.index(name)], sight.at.all_since(since)) for c in fitting]
    return union(values)


def _is_unknown(r: Resolver, node: ast.expr, at: Where) -> bool:
    if isinstance(node, ast.Name):
        return not hasattr(builtins, node.id) and callee(r, node, at) is UNKNOWN
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    cls = class_of(r, node.value, at) if own else None  # type: ignore[attr-defined]
    return isinstance(node, ast.Subscript) or (cls is not None and method_of(r, cls, node.attr) is None)  # type: ignore[attr-defined]
