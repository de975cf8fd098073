"""Methods of a list, set or dict that are handed on by themselves and called later, by another name.

``Reader(rows.append)`` appends wherever it calls what it was given; so do ``add = rows.append`` and ``map(rows.append,
xs)``. Where such a method is known ``sights`` tells, as of any object.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from lineage_ext.capture.changing_methods import ADDING
from lineage_ext.capture.events import Event, Kind
from lineage_ext.capture.passing import Path, path_of
from lineage_ext.capture.resolver import Resolver
from lineage_ext.capture.sights import Sight, by_keys, sights
from lineage_ext.capture.steps import begins

MANY = "extend"  # what is done where a method is called for each of many


def later_calls(r: Resolver, sight: Sight) -> Iterator[tuple[Event, Sight]]:
    """What is done to an object by its methods, which one frame hands on, with the frames that call them."""
    handed_on = sight.at.reaching.passing.bound_methods(sight.scope)
    for path in sight.paths:
        for method in (m for own, found in handed_on.items() if _same(own, path) for m in found):
            found = list(_calls(r, method, path, sight))
            yield from found or _for_each(method, sight)


def _same(path: Path, other: Path) -> bool:
    return len(path) == len(other) and begins(path, other)


def _calls(r: Resolver, method: ast.Attribute, path: Path, sight: Sight) -> Iterator[tuple[Event, Sight]]:
    whole, scope, at = sight.origin or (path, sight.scope, sight.at)  # its owner may be known elsewhere, too
    own = {(s.scope, s.at.chain): s.paths for s in sights(r, whole, scope, at)}
    for seen in sights(r, (*whole, method.attr), scope, at):
        names = {p for p in seen.paths if p[:-1] not in own.get((seen.scope, seen.at.chain), ())}
        for call in seen.at.reaching.passing.ways(seen.scope).all_calls():
            own_path = path_of(call.func)
            if own_path is not None and any(_same(own_path, name) for name in names):
                chosen = replace(seen, under=(*seen.under, *by_keys(call.func, seen.at)))  # ``into[k](x)``
                yield Event(Kind.MUTATION, call, call, target=_target(method, method.attr)), chosen


def _for_each(method: ast.Attribute, sight: Sight) -> Iterator[tuple[Event, Sight]]:
    """``xs.map(rows.append)``, ``map(rows.append, xs)``: what calls it isn't the user's."""
    call = sight.at.source.parents[method]
    if isinstance(call, ast.Call) and method in call.args:
        name = MANY if method.attr in ADDING else method.attr
        given = [a for a in call.args if a is not method]
        given += [call.func.value] if isinstance(call.func, ast.Attribute) else []
        made = ast.copy_location(ast.Call(call.func, given, []), call)
        yield Event(Kind.MUTATION, call, made, target=_target(method, name)), sight


def _target(method: ast.Attribute, name: str) -> ast.expr:
    """As if the object were a variable."""
    whole = ast.copy_location(ast.Name("_", ast.Load()), method)
    return ast.copy_location(ast.Attribute(whole, name, ast.Load()), method)
