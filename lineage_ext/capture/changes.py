"""What was done to an object after it was bound: items appended, keys and attributes set, models fitted."""

from __future__ import annotations

import ast
from dataclasses import replace

from lineage_ext.capture.changing_methods import FILLING
from lineage_ext.capture.conditions import Condition, Kind
from lineage_ext.capture.container import Container
from lineage_ext.capture.decisions import decided
from lineage_ext.capture.events import Event
from lineage_ext.capture.flow import EMPTY, Flow, mapping, union
from lineage_ext.capture.handing import Change
from lineage_ext.capture.putting import put
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.steps import ENTRY, fits, step_of

APART = frozenset({Kind.ROUNDS, Kind.KEY})  # conditions that count apart from the others


def changed(
    r: Resolver,
    value: Flow,
    changes: list[Change],
    since: int,
    *,
    keyed: bool,
    shared: frozenset[Condition],
) -> Flow:
    """A value after changes to the object, each possibly made many times since ``since``.

    ``keyed``: it is a dict. ``shared``: conditions that the object was bound under; a change under others may be
    missing, or repeated.
    """
    contents, keyed = Container(value), keyed or value.values is not None
    for change in reversed(changes):
        event, at = change.event, _gathering(change.at, since)
        statements = _alike(event, changes) if keyed else {other.event.node for other in changes}
        own = [(c, at) for c in at.reaching.conditions.of(event.node) - shared]
        own += [(c, _gathering(w, since)) for c, w in change.under if c not in shared]
        by = union(decided(r, c, w) for c, w in own if c.kind not in APART and not _adds(event))
        rounds: list[Flow] = []
        if event.test is not None:
            rounds.append(r.flow(event.test, at))
            by = union((by, *rounds))
        for condition, there in own:
            if condition.kind is Kind.KEY:
                contents.choice.append(decided(r, condition, there))
                rounds += contents.choice[-1:] if _adds(event) else []
                continue
            either = there.reaching.conditions.covered(condition.node, statements)
            (contents.choice if either else rounds).append(decided(r, condition, there))
        put(r, event, at, contents, keyed=keyed, by=by, rounds=union(rounds))
        contents.count += rounds
    return contents.flow()


def with_items_changed(
    r: Resolver, value: Flow, changes: list[Change], since: int, *, keyed: bool, shared: frozenset[Condition]
) -> Flow:
    """A container after changes to objects in it: which of them, isn't known. ``keyed``: it is a dict."""
    if value.values is not None or (keyed and value.item is None and not value.parts):
        found = changed(r, value.values or EMPTY, changes, since, keyed=True, shared=shared)
        whole = value if value.values is not None else mapping(value.item or EMPTY, found)
        return replace(whole, state=None, values=found, origins=union((value, found)).origins)
    if value.parts:
        apart = changed(r, EMPTY, changes, since, keyed=True, shared=shared)
        parts = {k: mixed(p, apart) for k, p in value.parts.items()}
        return replace(value, state=None, parts=parts, origins=union((value, apart)).origins)
    item = changed(r, value.each(), changes, since, keyed=True, shared=shared)
    return replace(value, state=None, item=item, origins=union((value, item)).origins)


def mixed(value: Flow, other: Flow) -> Flow:
    """A value into any of whose parts another one may have gone. What pandas made is recorded as it is by now."""
    if value.state is not None or not other:
        return value
    keyed = value.values is not None
    added = other.parts or {}
    parts = {k: mixed(p, added.get(k, EMPTY if added else other)) for k, p in (value.parts or {}).items()}
    parts |= {k: p for k, p in added.items() if k not in parts}
    return Flow(
        union((value, other)).origins,
        None,
        parts or None,
        value.item if keyed or value.item is None else mixed(value.item, other),
        mixed(value.values, other) if value.values is not None else None,
        union((value, other)).count,
        columns=value.columns,
    )


def _alike(event: Event, changes: list[Change]) -> set[ast.AST]:
    """The statements that may fill the same entry of a dict as ``event``."""
    return {c.event.node for c in changes if fits(_step(event), _step(c.event))}


def _step(event: Event) -> str:
    return step_of(event.target.slice) if isinstance(event.target, ast.Subscript) else ENTRY


def _gathering(at: Where, since: int) -> Where:
    return at if at.since is not None else at.all_since(since)


def _adds(event: Event) -> bool:
    """Whether a change adds an item, whose place it doesn't choose."""
    return isinstance(event.target, ast.Attribute) and event.target.attr in FILLING
