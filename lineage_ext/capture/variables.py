"""The value of a name: its reaching definitions, in its function, around it, in earlier cells, and in its callers.

What was done to the object afterwards counts too, but a recorded pandas object needs none of that: its latest version
is known.
"""

from __future__ import annotations

import ast

from lineage_ext.capture.arguments import parameter
from lineage_ext.capture.changes import changed, with_items_changed
from lineage_ext.capture.conditions import NONE
from lineage_ext.capture.container import is_buffer, is_container, is_dict
from lineage_ext.capture.decisions import around, choice, deciding
from lineage_ext.capture.definitions import events
from lineage_ext.capture.entries import writes
from lineage_ext.capture.events import EACH, Event, Kind
from lineage_ext.capture.flow import EMPTY, Flow, K, labels_of, of, together, union
from lineage_ext.capture.handing import Change, handed, rebound
from lineage_ext.capture.kept_functions import given_later, given_to_object
from lineage_ext.capture.libraries import concerns, library
from lineage_ext.capture.raised import caught
from lineage_ext.capture.resolver import Resolver, Where, expression
from lineage_ext.capture.source import FUNCTIONS, called
from lineage_ext.capture.steps import ENTRY

VERSIONED = frozenset({K.FRAME, K.SERIES, K.GROUPED, K.INDEX, K.ROW, K.SCALAR})
MOST_EVENTS = 100
DATABASES = frozenset({"to_sql"})


@expression(ast.Name)
def name(r: Resolver, node: ast.Name, at: Where) -> Flow:
    """What the bindings that reach this use came from, and what was done to the object since."""
    if at.since is None and at.reaching.inside(node.id, node) is None:
        seen = r.seen_as(node, at, at.source.statement(node))
        if seen is not None:
            return of(seen)
    found = [pair for pair, _ in zip(events(r, node.id, node, at), range(MOST_EVENTS), strict=False)]
    bound = [(e, w) for e, w in found if e.kind is not Kind.MUTATION]
    since = min((r.since(e.node, w) for e, w in bound), default=0)
    value = union(bound_to(r, node.id, e, w) for e, w in bound).under(deciding(r, choice(bound, node, at)))
    value = _rebound(r, node, at, bound, since, value)
    if value.item is not None:  # ``rows += [x]``
        value = value.counted(deciding(r, choice([(e, w) for e, w in bound if e.kind is Kind.AUGMENT], node, at)))
    if not value:  # bound before we were there, or in a way we don't know
        seen = r.seen_as(node, at)
        value = of(seen) if seen is not None else value
    if value.state is not None and value.state.kind in VERSIONED and value.item is None and value.parts is None:
        return of(r.records.newest(value.state))
    shared = frozenset.intersection(*(around(e, w) for e, w in bound)) if bound else NONE
    changes = [Change(e, w) for e, w in found if e.kind is Kind.MUTATION and _concerns(e, bound, node, at)]
    changes += handed(r, node.id, node, at, bound)
    keyed = any(is_dict(e.value) for e, _ in bound)
    if changes:
        value = changed(r, value, changes, since, keyed=keyed, shared=shared)
    inside = [Change(e, at) for e in at.reaching.of_items(node.id, node)] if value else []
    known = {c.event.node for c in (*changes, *inside)}
    inside += [c for c in handed(r, node.id, node, at, bound, ENTRY) if c.event.node not in known]
    return with_items_changed(r, value, inside, since, keyed=keyed, shared=shared) if inside else value


def _rebound(r: Resolver, node: ast.Name, at: Where, bound: list[tuple[Event, Where]], since: int, value: Flow) -> Flow:
    """The value that a name has, or that functions which declare it ``nonlocal`` may have given to it."""
    changes = rebound(r, node.id, node, at, bound)
    if not changes:
        return value
    found = [(c.event, c.at if c.at.since is not None else c.at.all_since(since)) for c in changes]
    gates = (*choice(found, node, at), *(gate for c in changes for gate in c.under))
    return union((value, *(bound_to(r, node.id, e, w) for e, w in found))).under(deciding(r, gates))


def _concerns(change: Event, bound: list[tuple[Event, Where]], use: ast.Name, at: Where) -> bool:
    """Whether a change is one of this object: only buffers are written into, and only containers hold entries.

    What ``to_sql`` writes into is a database, however it was opened. Functions of a library's module don't change it.
    """
    module = library(use.id, [e for e, _ in bound])
    if module:
        return concerns(module, change, at.source.asked(use))
    if writes(change):
        return (change.value is not None and called(change.value) in DATABASES) or any(
            is_buffer(e.value) for e, _ in bound
        )
    return not change.entry or any(is_container(e.value) for e, _ in bound)


def rewritten(r: Resolver, node: ast.Name, at: Where) -> bool:
    """Whether the object that a name holds was changed after it was bound. Of arrays nobody records that."""
    found = [pair for pair, _ in zip(events(r, node.id, node, at), range(MOST_EVENTS), strict=False)]
    bound = [(e, w) for e, w in found if e.kind is not Kind.MUTATION]
    return (
        any(e.kind is Kind.MUTATION and _concerns(e, bound, node, at) for e, _ in found)
        or any(e.kind is Kind.AUGMENT for e, _ in bound)
        or bool(handed(r, node.id, node, at, bound))
    )


def bound_to(r: Resolver, name: str, event: Event, at: Where) -> Flow:
    """The value a binding gives to its name."""
    if event.kind is Kind.PARAMETER:
        assert isinstance(event.node, FUNCTIONS)
        kept = given_to_object(r, name, event.node, at)
        return kept or parameter(r, name, event.node, at) or given_later(r, name, event.node, at)
    if isinstance(event.node, ast.AugAssign) and event.kind is Kind.AUGMENT:
        added = r.recorded(event.node, at)
        return together(r.flow(event.value, _gathering(r, event, at)), event.node.op) if added is None else added
    if isinstance(event.node, ast.ExceptHandler):
        return caught(r, event.node, at)
    if event.kind is not Kind.VALUE or event.value is None:
        return EMPTY
    if event.path[:1] == (EACH,):
        return _unpacked(_item(r, event, at), event)
    gathering = name in at.source.names(event.value) and at.source.loops(event.node)
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
        return labels_of(whole.state).each()  # iterating a frame gives its labels
    return whole.each()


def _unpacked(item: Flow, event: Event) -> Flow:
    """The part of an item that a name is bound to; of a row by its place: ``for i, a, b in df.itertuples()``."""
    path, asked = list(event.path[1:]), called(event.value) if event.value is not None else ""
    if asked == "iterrows" and path[:1] == [1]:
        item, path = item.part(1), path[1:]
    if asked in {"iterrows", "itertuples"} and path and isinstance(path[0], int) and item.parts is None:
        item = Flow(tuple(o._replace(slots=o.slots[path[0] : path[0] + 1] or o.slots) for o in item.origins))
        path = path[1:]
    return item.follow(path)


def _gathering(r: Resolver, event: Event, at: Where) -> Where:
    """The frame with every execution since the loop's total was begun."""
    return at if at.since is not None else at.all_since(r.since(event.node, at))
