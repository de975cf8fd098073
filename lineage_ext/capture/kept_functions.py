"""Functions that an object keeps and calls later: ``Reader(lambda x: seen.append(x))``, ``bus.on(note)``.

What such a function is called with is what any call, by methods of that object, gives to a function that isn't known.
"""

from __future__ import annotations

import ast
import builtins

from lineage_ext.capture.arguments import MAKING, Function, calls, entered_by, is_method
from lineage_ext.capture.classes import class_of, made, method_of
from lineage_ext.capture.definitions import UNKNOWN, callee
from lineage_ext.capture.flow import EMPTY, Flow, union
from lineage_ext.capture.homes import home
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.sights import sights


def given_to_object(r: Resolver, name: str, function: Function, at: Where) -> Flow:
    """The value of a parameter of a function that was handed to an object of the user's, or to its class."""
    found = entered_by(r, at)
    if found is None or getattr(function, "name", "") in MAKING or calls(found[0], function):
        return EMPTY
    node, caller = found
    method = isinstance(node.func, ast.Attribute)
    cls = class_of(r, node.func.value, caller) if method else made(r, node, caller)  # type: ignore[attr-defined]
    return given_later(r, name, function, at) if cls is not None else EMPTY


def given_later(r: Resolver, name: str, function: Function, at: Where) -> Flow:
    """The value of a parameter of a function that was handed to an object."""
    found = entered_by(r, at)
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    names = names[1:] if is_method(function, at.source) else names
    if found is None or name not in names:
        return EMPTY
    node, caller = found
    before = _preset(node)
    place = home(r, node.func.value if isinstance(node.func, ast.Attribute) else node, caller)
    if names.index(name) < len(before):
        return r.flow(before[names.index(name)], caller)
    names = names[len(before) :]
    values: list[Flow] = []
    for sight in sights(r, place.path, place.scope, place.at) if place is not None else ():
        since = sight.at.since if sight.at.since is not None else r.started.get(sight.at.file, 0)
        everything = sight.at.reaching.passing.ways(sight.scope).all_calls()
        fitting = (c for c in everything if len(c.args) == len(names) and _is_unknown(r, c.func, sight.at))
        values += [r.flow(c.args[names.index(name)], sight.at.all_since(since)) for c in fitting]
    return union(values)


def _preset(node: ast.Call) -> list[ast.expr]:
    """What a ``partial`` that is handed over gives to its function itself."""
    given = (*node.args, *(k.value for k in node.keywords))
    made = next((a for a in given if isinstance(a, ast.Call) and getattr(a.func, "id", "") == "partial"), None)
    return made.args[1:] if made is not None else []


def _is_unknown(r: Resolver, node: ast.expr, at: Where) -> bool:
    if isinstance(node, ast.Name):
        return not hasattr(builtins, node.id) and callee(r, node, at) is UNKNOWN
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    cls = class_of(r, node.value, at) if own else None  # type: ignore[attr-defined]
    return isinstance(node, ast.Subscript) or (cls is not None and method_of(r, cls, node.attr) is None)  # type: ignore[attr-defined]
