"""Attributes of objects of the user's classes: what their methods, wherever they were called from, set them to.

Objects of one class are told apart by where they were made and are known (``sights``), as far as that is seen. An
attribute that no method sets is left to what the object was made of.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lineage_ext.capture.calls import result_of
from lineage_ext.capture.changes import changed
from lineage_ext.capture.classes import MOST_DEPTH, Class, bases, class_of, method_of
from lineage_ext.capture.conditions import Kind as Decides
from lineage_ext.capture.container import is_dict
from lineage_ext.capture.decisions import around, deciding
from lineage_ext.capture.events import Event, Kind
from lineage_ext.capture.fields import fields_of
from lineage_ext.capture.flow import EMPTY, Flow, T, union
from lineage_ext.capture.handing import Change, changes, sets
from lineage_ext.capture.homes import first_known, home, standing
from lineage_ext.capture.later_names import in_all_cells
from lineage_ext.capture.operands import is_constant
from lineage_ext.capture.passing import either, path_of
from lineage_ext.capture.resolver import Resolver, Where, keep
from lineage_ext.capture.sights import Sight
from lineage_ext.capture.source import FUNCTIONS, called, span

Written = tuple[list[Change], list[Change]]  # what sets an attribute, and what is done to its value
MAKING = frozenset({"list", "set", "deque", "field"})  # ``field(default_factory=list)``


def attribute_of(r: Resolver, node: ast.Attribute, at: Where) -> Flow | None:
    """The value of ``object.attribute``; None if the object isn't known to be of a class that sets it."""
    found = _class(r, node.value, at)
    given = _given(r, found[0], node, at) if found is not None else None
    known = _written(r, node, at, found, default=given is None) if found is not None else None
    if found is None or known is None:
        return _property(r, found, node, at) if found is not None else None
    bound, inside = known
    value = union((given or EMPTY, *(_held(r, p.event, p.at, node, at) for p in bound)))
    values = [v for p in bound for v in either(p.event.value)]
    keyed = any(map(is_dict, values))
    if not value and not keyed and not all(map(_is_fresh, values)):
        return None  # what a method was given isn't known by the method
    gates = [(c, p.at) for p in bound for c in around(p.event, p.at)]
    under = [g for p in bound for g in p.under]
    keys = deciding(r, (g for g in under if g[0].kind is Decides.KEY))
    by = deciding(r, (*gates, *(g for g in under if g[0].kind not in {Decides.ROUNDS, Decides.KEY})))
    value = (value.under(by).counted(by) if under else value.under(by)).under(keys, T.JOIN)
    if value.state is not None or not inside:
        return value
    if not value and not any(c.at.chain for c in inside):
        return None  # nor what it put into a dict
    shared = frozenset.intersection(*(around(p.event, p.at) for p in bound))
    return changed(r, value, inside, 0, keyed=keyed, shared=shared)


def _class(r: Resolver, node: ast.expr, at: Where) -> Class | None:
    """The class of an object, with the frame of every call of its methods, for every object."""
    key = ("class", node, at.source, at.chain, at.since, at.lazy, r.records.entered, r.namespace.moment)
    if key not in r.changes:
        keep(r.changes, key, class_of(r, node, at))
    found: Class | None = r.changes[key]
    anywhere = r.where(found[1].file, None, r.started.get(found[1].file, 0)) if found is not None else None
    return (found[0], anywhere) if found is not None and anywhere is not None else None


def _written(r: Resolver, node: ast.Attribute, at: Where, cls: Class, *, default: bool) -> Written | None:
    """What the text does to an attribute, by the ``default`` of its class or without; None if nothing sets it.

    Kept while the cell runs and no other functions are seen to run in it: the statements of a method that is called
    again and again ask for the same attributes.
    """
    here = (node, at.source, at.chain, at.since, at.lazy, cls[1].since, default)
    key = ("written", *here, r.records.entered, r.namespace.moment)
    if key not in r.changes:
        keep(r.changes, key, _find_written(r, node, at, cls, default))
    known: Written | None = r.changes[key]
    return known


def _find_written(r: Resolver, node: ast.Attribute, at: Where, cls: Class, default: bool) -> Written | None:
    what = [(e, w) for e, w in _events(r, cls, node.attr, 0) if default or e.target is not None]
    if not any(_sets(e, node.attr) for e, _ in what):
        return None
    place = home(r, node, at)
    seen = in_all_cells(r, place.path, place.scope, place.at) if place is not None else []
    placed = [p for e, anywhere in what for p in _placed(e, anywhere, seen)]
    bound = [p for p in placed if _sets(p.event, node.attr)]
    bound += [p for s in seen for p in sets(s) if all(p.event.node is not own.event.node for own in placed)]
    inside = [replace(p, event=replace(p.event, target=_within(p.event.target))) for p in placed if p not in bound]
    return bound, inside + _by_other_names(r, seen, {c.event.node for c in inside})


def asked_of(r: Resolver, node: ast.Attribute, at: Where) -> Flow | None:
    """What ``__getattr__`` of the object's class gives for an attribute that nothing sets."""
    found = class_of(r, node.value, at)
    if found is None or method_of(r, found, node.attr) is not None:
        return None
    return _by_method(r, method_of(r, found, "__getattr__"), node, at)


def _property(r: Resolver, cls: Class, node: ast.Attribute, at: Where) -> Flow | None:
    """What a property gives; None if the attribute is none."""
    method = method_of(r, cls, node.attr)
    return _by_method(r, method, node, at) if method is not None and method[0].decorator_list else None


def _by_method(
    r: Resolver, method: tuple[ast.FunctionDef, Where] | None, node: ast.Attribute, at: Where
) -> Flow | None:
    if method is None or at.chain is None or (at.file, span(node)) in at.chain:
        return None
    inner = Where(method[1].source, method[1].reaching, ((at.file, span(node)), *at.chain), at.since)
    found = partial(result_of, r, method[0], inner)
    if r.entered(node, at):  # what it did there is known by the place it was called from
        return found() or None
    on, there = first_known(r, node.value, at)
    return r.once((method[0], node.attr, on, there.chain, at.since, at.lazy, r.nth), found) or None


def _placed(event: Event, anywhere: Where, seen: list[Sight]) -> Iterator[Change]:
    """The event of a method in every frame it is known to have run in on the object; if in none, in any."""
    known = [s for s in seen if s.scope is anywhere.source.scope(event.node)]
    for sight in known:
        at = sight.at if sight.at.since is not None or anywhere.since is None else sight.at.all_since(anywhere.since)
        yield Change(event, at, sight.under)
    if not known:
        yield Change(event, anywhere)


def _by_other_names(r: Resolver, seen: list[Sight], known: set[ast.AST]) -> list[Change]:
    """What is done to the value of an attribute elsewhere than by the methods of its object."""
    return [change for sight in seen for change in changes(r, sight) if change.event.node not in known]


def _held(r: Resolver, event: Event, there: Where, node: ast.Attribute, at: Where) -> Flow:
    """What an attribute was set to; of a variable's object, as it is by now."""
    then = r.flow(event.value, there).follow(event.path)
    values = [v for v in either(event.value) if not event.path and path_of(v) is not None and not called(v)]
    return union((then, *(_by_now(r, v, there, node, at) for v in values)))


def _by_now(r: Resolver, value: ast.expr, there: Where, node: ast.Attribute, at: Where) -> Flow:
    place = home(r, value, there)
    now = standing(place.at, node, at) if place is not None else None
    if place is None or now is None or len(place.path) != 1 or not isinstance(place.path[0], str):
        return EMPTY
    return r.flow(place.at.source.name_at(place.path[0], now), place.at)


def _given(r: Resolver, definition: ast.ClassDef, node: ast.Attribute, at: Where) -> Flow | None:
    """What a field was given when the object was made."""
    if node.attr not in (fields_of(definition) or ()):
        return None
    return (r.flow(node.value, at).parts or {}).get(f".{node.attr}")


def _events(r: Resolver, cls: Class, attribute: str, depth: int) -> Iterator[tuple[Event, Where]]:
    """What the methods of a class, or its own body, do to an attribute, in any frame; else those of its bases."""
    definition, at = cls
    found = [e for e in at.reaching.of(attribute, definition) if e.kind is Kind.VALUE and e.value is not None]
    for method in definition.body:
        if isinstance(method, FUNCTIONS) and method.args.args:
            own = at.reaching.of(method.args.args[0].arg, method)
            found += [e for e in own if _path(e.target)[-1:] == [attribute]]
    yield from ((e, at) for e in found)
    complete = any(_sets(e, attribute) for e in found)
    for above, there in bases(r, cls) if not complete and depth < MOST_DEPTH else ():
        anywhere = at if there.source is at.source else r.where(there.file, None, at.since)
        if anywhere is not None:
            yield from _events(r, (above, anywhere), attribute, depth + 1)


def _sets(event: Event, attribute: str) -> bool:
    """Whether an event sets the attribute itself, not something in its value."""
    target = event.target
    return target is None or (isinstance(target, ast.Attribute) and target.attr == attribute and _depth(target) == 1)


def _is_fresh(value: ast.expr | None) -> bool:
    """Whether a value is written out in the text: a constant, or a container that is made there."""
    return value is not None and (is_constant(value) or called(value) in MAKING)


def _depth(target: ast.expr | None) -> int:
    return len(_path(target))


def _path(target: ast.expr | None) -> list[str]:
    """``[append, steps]`` for ``self.steps.append``; keys are empty texts."""
    found = []
    while isinstance(target, ast.Attribute | ast.Subscript):
        found.append(target.attr if isinstance(target, ast.Attribute) else "")
        target = target.value
    return found


def _within(target: ast.expr | None) -> ast.expr | None:
    """``steps.append`` for ``self.steps.append``, as if the attribute were a variable."""
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return target
    if isinstance(target.value, ast.Name) and isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Name(target.attr, ast.Load()), target)
    inner = _within(target.value)
    assert inner is not None
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(inner, target.attr, target.ctx), target)
    return ast.copy_location(ast.Subscript(inner, target.slice, target.ctx), target)
