"""The value of a name: its reaching definitions, in its function, around it, in earlier cells, and in its callers.

What was done to the object afterwards counts too, but a recorded pandas object needs none of that: its latest version
is known.
"""

from __future__ import annotations

import ast

from lineage_ext.capture.arguments import parameter
from lineage_ext.capture.changes import changed, is_dict
from lineage_ext.capture.conditions import NONE
from lineage_ext.capture.decisions import around, choice, deciding
from lineage_ext.capture.definitions import events
from lineage_ext.capture.events import EACH, Event, Kind
from lineage_ext.capture.flow import EMPTY, Flow, K, T, of, union
from lineage_ext.capture.resolver import Resolver, Where, expression

VERSIONED = frozenset({K.FRAME, K.SERIES, K.GROUPED, K.INDEX, K.ROW, K.SCALAR})
MOST_EVENTS = 100


@expression(ast.Name)
def name(r: Resolver, node: ast.Name, at: Where) -> Flow:
    """What the bindings that reach this use came from, and what was done to the object since."""
    if at.since is None and at.reaching.inside(node.id, node) is None:
        seen = r.seen_as(node, at, at.source.statement(node))
        if seen is not None:
            return of(seen)
    found = [pair for pair, _ in zip(events(r, node.id, node, at), range(MOST_EVENTS), strict=False)]
    bound = [(e, w) for e, w in found if e.kind is not Kind.MUTATION]
    value = union(bound_to(r, node.id, e, w) for e, w in bound).under(deciding(r, choice(bound, node, at)))
    if not value:  # bound before we were there, or in a way we don't know
        seen = r.seen_as(node, at)
        value = of(seen) if seen is not None else value
    if value.state is not None and value.state.kind in VERSIONED:
        return of(r.records.newest(value.state))
    changes = [(e, w) for e, w in found if e.kind is Kind.MUTATION]
    if not changes:
        return value
    since = min((r.since(e.node, w) for e, w in bound), default=0)
    shared = frozenset.intersection(*(around(e, w) for e, w in bound)) if bound else NONE
    return changed(r, value, changes, since, keyed=any(is_dict(e.value) for e, _ in bound), shared=shared)


def bound_to(r: Resolver, name: str, event: Event, at: Where) -> Flow:
    """The value a binding gives to its name."""
    if event.kind is Kind.PARAMETER:
        return parameter(r, name, event.node, at)
    if event.kind is Kind.AUGMENT:
        added = r.recorded(event.node, at)
        return r.flow(event.value, _gathering(r, event, at)).through(T.TRANSFORMATION) if added is None else added
    if event.kind is not Kind.VALUE or event.value is None:
        return EMPTY
    if event.path[:1] == (EACH,):
        return _item(r, event, at).follow(event.path[1:])
    gathering = _mentions(event.value, name) and at.source.loops(event.node)
    return r.flow(event.value, _gathering(r, event, at) if gathering else at).follow(event.path)


def _item(r: Resolver, event: Event, at: Where) -> Flow:
    """One item of what a loop or comprehension runs over."""
    value = event.value
    assert value is not None
    recorded = r.iterated(value, at)
    if recorded is not None:
        return recorded
    whole = r.flow(value, at)
    if whole.state is not None and whole.state.kind is K.FRAME:
        return EMPTY  # iterating a frame gives its labels
    return whole.each()


def _mentions(value: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))


def _gathering(r: Resolver, event: Event, at: Where) -> Where:
    """The frame with every execution since the loop's total was begun."""
    return at if at.since is not None else at.all_since(r.since(event.node, at))
