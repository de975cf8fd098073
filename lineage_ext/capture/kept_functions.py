"""Functions that an object keeps and calls later: ``Reader(lambda x: seen.append(x))``, ``bus.on(note)``.

What such a function is called with is what any call, by methods of that object, gives to a function that isn't known.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from lineage_ext.capture.arguments import MAKING, Function, calls, entered_by, handed_as, is_method
from lineage_ext.capture.classes import class_of, made, method_of
from lineage_ext.capture.decisions import Gate
from lineage_ext.capture.definitions import UNKNOWN, callee
from lineage_ext.capture.flow import EMPTY, Flow, union
from lineage_ext.capture.homes import home
from lineage_ext.capture.later_names import in_all_cells
from lineage_ext.capture.resolver import Resolver, Where, keep
from lineage_ext.capture.sights import Sight
from lineage_ext.capture.source import preset_by


def given_to_object(r: Resolver, name: str, function: Function, at: Where) -> Flow:
    """The value of a parameter of a function that was handed to an object of the user's, or to its class."""
    return given_later(r, name, function, at) if _is_kept(r, function, at) else EMPTY


def _is_kept(r: Resolver, function: Function, at: Where) -> bool:
    found = entered_by(r, at, function)
    if found is None or getattr(function, "name", "") in MAKING or calls(found[0], function):
        return False
    node, caller = found
    method = isinstance(node.func, ast.Attribute)
    cls = class_of(r, node.func.value, caller) if method else made(r, node, caller)  # type: ignore[attr-defined]
    return cls is not None


def given_later(r: Resolver, name: str, function: Function, at: Where) -> Flow:
    """The value of a parameter of a function that was handed to an object."""
    found = entered_by(r, at, function)
    names = _names(function, at)
    if found is None or name not in names:
        return EMPTY
    before = _preset(found[0])
    if names.index(name) < len(before):
        return r.flow(before[names.index(name)], found[1])
    own = names[len(before) :]
    return union(handed_as(r, name, own, call, _since_begun(r, s.at)) for call, s in _calls_of(r, function, at))


def called_under(r: Resolver, function: Function, at: Where) -> tuple[Gate, ...]:
    """What decided whether a function that an object keeps was called."""
    if not _is_kept(r, function, at):
        return ()
    found = _calls_of(r, function, at)
    return tuple(g for c, s in found for g in (*s.under, *((x, s.at) for x in s.at.reaching.conditions.of(c))))


def _calls_of(r: Resolver, function: Function, at: Where) -> list[tuple[ast.Call, Sight]]:
    """The calls, by what knows the object that a function was handed to, of functions that aren't known.

    Kept while the cell runs and no other functions are seen to run in it: a method that is called for each row asks
    for them each time, and all calls of all methods of its object are looked at.
    """
    entered = entered_by(r, at, function)
    if entered is None:
        return []
    node, caller = entered
    here = (function, node, caller.source, caller.chain, caller.since, caller.lazy)
    key = ("calls of", *here, r.records.entered, r.namespace.moment)
    if key not in r.changes:
        keep(r.changes, key, list(_find_calls(r, function, node, caller, at)))
    known: list[tuple[ast.Call, Sight]] = r.changes[key]
    return known


def _find_calls(
    r: Resolver, function: Function, node: ast.Call, caller: Where, at: Where
) -> Iterator[tuple[ast.Call, Sight]]:
    names = _names(function, at)[len(_preset(node)) :]
    place = home(r, node.func.value if isinstance(node.func, ast.Attribute) else node, caller)
    for sight in in_all_cells(r, place.path, place.scope, place.at) if place is not None else ():
        for call in sight.at.reaching.passing.ways(sight.scope).all_calls():
            if _fits(call, names) and _is_unknown(r, call.func, sight.at):
                yield call, sight


def _fits(call: ast.Call, names: list[str]) -> bool:
    """Whether a call may be one of a function with these parameters: ``fn(x)``, ``fn(*args)``, ``fn(**event)``."""
    named = [k.arg for k in call.keywords]
    if None in named or any(isinstance(a, ast.Starred) for a in call.args):
        return True
    return len(call.args) + len(named) == len(names) and all(name in names for name in named)


def _since_begun(r: Resolver, at: Where) -> Where:
    return at.all_since(at.since if at.since is not None else r.started.get(at.file, 0))


def _names(function: Function, at: Where) -> list[str]:
    """The parameters that a caller gives."""
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if is_method(function, at.source) else names


def _preset(node: ast.Call) -> list[ast.expr]:
    """What a ``partial`` that is handed over gives to its function itself."""
    given = (*node.args, *(k.value for k in node.keywords))
    made = next(filter(None, map(preset_by, given)), None)
    return made.args[1:] if made is not None else []


def _is_unknown(r: Resolver, node: ast.expr, at: Where) -> bool:
    if isinstance(node, ast.Name):
        return not hasattr(builtins, node.id) and callee(r, node, at) is UNKNOWN
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    cls = class_of(r, node.value, at) if own else None  # type: ignore[attr-defined]
    return isinstance(node, ast.Subscript) or (cls is not None and method_of(r, cls, node.attr) is None)  # type: ignore[attr-defined]
