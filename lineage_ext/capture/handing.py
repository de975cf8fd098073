"""What was done to an object where it has other names: given to functions, kept by objects, shared.

``fill(d, df.a)`` puts entries into ``d`` by the statements of ``fill``, in the frame of that call; ``push(x)`` appends
to a list of the function or cell around it; ``df.apply(lambda r: seen.add(r.k), axis=1)`` adds to a set; after
``sink = Sink(rows)`` a method of ``sink`` appends to ``rows``. Which other names there are, ``sights`` tells.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lineage_ext.capture.bound_methods import later_calls
from lineage_ext.capture.decisions import Gate
from lineage_ext.capture.events import Event, Kind
from lineage_ext.capture.kept_functions import called_under
from lineage_ext.capture.later_names import where_passed_on
from lineage_ext.capture.passing import Path, path_of
from lineage_ext.capture.resolver import Resolver, Where, keep
from lineage_ext.capture.sights import Sight, by_keys
from lineage_ext.capture.source import FUNCTIONS, Scope
from lineage_ext.capture.steps import begins
from lineage_ext.capture.written import filled

MOST_CHANGES = 60
SETTING = frozenset({Kind.VALUE, Kind.AUGMENT})


@dataclass(frozen=True, slots=True)
class Change:
    """An event that changes an object, in the frame ``at``. ``under`` decided whether the calls to there were made."""

    event: Event
    at: Where
    under: tuple[Gate, ...] = ()

    def seen(self, since: int) -> Change:
        """The same, in every execution after ``since``."""
        return Change(self.event, self.at.seen(since), tuple((c, w.seen(since)) for c, w in self.under))


Bound = list[tuple[Event, Where]]
Find = Callable[..., list[Change]]


def handed(r: Resolver, name: str, use: ast.AST, at: Where, bound: Bound, *steps: str) -> list[Change]:
    """The changes by other names to what ``name`` holds, or is in there, from its bindings on up to ``use``."""
    return _kept(_handed, r, name, use, at, bound, *steps)


def rebound(r: Resolver, name: str, use: ast.AST, at: Where, bound: Bound) -> list[Change]:
    """The bindings of ``name`` by functions inside that declare it ``nonlocal`` or ``global``, up to ``use``."""
    return _kept(_rebound, r, name, use, at, bound)


def _kept(find: Find, r: Resolver, name: str, use: ast.AST, at: Where, bound: Bound, *steps: str) -> list[Change]:
    """What ``find`` tells of the text, kept while the cell runs and no other functions are seen to run in it.

    ``bound`` are the bindings that reach ``use``. Rounds of a loop ask again, each from another execution on.
    """
    key = (find, name, use, at.source, at.chain, at.lazy, steps, r.records.entered)
    found: list[Change] | None = r.changes.get(key)
    if found is None:
        always = [(event, there.seen(None)) for event, there in bound]
        found = find(r, name, use, at.seen(None), always, *steps)
        keep(r.changes, key, found)
    return [*found] if at.since is None else [change.seen(at.since) for change in found]


def _handed(r: Resolver, name: str, use: ast.AST, at: Where, bound: Bound, *steps: str) -> list[Change]:
    found: dict[tuple[ast.AST, object], Change] = {}
    for event, there, frame, sight in _seen(r, name, use, at, bound, steps):
        for change in changes(r, sight, () if sight.by is not None else {(name, *steps)}):
            elsewhere = sight.by is not None or change.at is not sight.at
            if elsewhere or _between(change.event.node, event.node, there, use, at, frame):
                found.setdefault((change.event.node, change.at.chain), change)
        if len(found) > MOST_CHANGES:
            break
    return list(found.values())


def _rebound(r: Resolver, name: str, use: ast.AST, at: Where, bound: Bound) -> list[Change]:
    found: dict[tuple[ast.AST, object], Change] = {}
    for _, _, _, sight in _seen(r, name, use, at, bound, ()):
        if sight.by is not None and (name,) in sight.paths and not sight.at.reaching.is_local(name, sight.scope):
            for event in sight.at.reaching.of(name, sight.scope):
                if event.kind in SETTING:
                    found.setdefault((event.node, sight.at.chain), Change(event, sight.at, sight.under))
    return list(found.values())


def _seen(
    r: Resolver, name: str, use: ast.AST, at: Where, bound: Bound, steps: tuple[str, ...]
) -> Iterator[tuple[Event, Where, Where, Sight]]:
    """Where the object that ``name`` holds is known up to ``use``, from each binding on, in the frame of that."""
    for event, there in bound:
        scope: Scope = event.node if event.kind is Kind.PARAMETER else there.source.scope(event.node)  # type: ignore[assignment]
        for frame, sight in where_passed_on(r, (name, *steps), scope, there):
            if sight.by is None or _between(sight.by, event.node, there, use, at, frame):
                yield event, there, frame, sight


def _between(done: ast.AST, binding: ast.AST, there: Where, use: ast.AST, at: Where, frame: Where) -> bool:
    """Whether something is done after the binding and before the use, or in a loop around that."""
    source = frame.source
    if done not in source.parents:
        return True  # by the caller of a function that returned it
    beside = source is there.source and source.scope(done) is source.scope(binding)
    if beside and not isinstance(binding, FUNCTIONS) and _line(done) < _line(binding):
        return bool(source.loops(done) & source.loops(binding))
    used = source is at.source and source.scope(use) is source.scope(done)
    if used and _line(done) > (_line(use) or _line(source.statement(use))):
        return bool(source.loops(done) & source.loops(use))
    return True


def _line(node: ast.AST | None) -> int:
    return getattr(node, "lineno", 0)


def changes(r: Resolver, sight: Sight, but: frozenset[Path] | set[Path] | tuple[()] = ()) -> Iterator[Change]:
    """What the statements of one scope do to the object, by all its Paths there ``but`` these."""
    reaching, scope = sight.at.reaching, sight.scope
    kept = called_under(r, scope, sight.at) if sight.by is not None and isinstance(scope, FUNCTIONS) else ()
    for path in sight.paths - set(but):
        own = reaching.of(path[0], scope) if isinstance(path[0], str) else _of_call(sight.at, path[0])
        if isinstance(path[0], str) or len(path) > 1:
            for event in own:
                found = _of(event, path) if event.kind is Kind.MUTATION else None
                if found is not None:
                    yield Change(found, sight.at, (*sight.under, *kept, *_keys(event, path, sight.at)))
    for event, seen in later_calls(r, sight):
        yield Change(event, seen.at, (*sight.under, *seen.under))


def sets(sight: Sight) -> Iterator[Change]:
    """The statements of one scope that set an attribute anew which is the object by one of its Paths there."""
    for path in sight.paths:
        for event in _of_call(sight.at, path[0]) if isinstance(path[0], ast.Call) else ():
            if _is(event.target, path):
                yield Change(event, sight.at, (*sight.under, *_keys(event, path, sight.at)))
        if len(path) > 1 and isinstance(path[0], str):
            for event in sight.at.reaching.of(path[0], sight.scope):
                anew = not isinstance(event.node, ast.Expr) and not _is_same(event, sight)
                if event.kind is Kind.MUTATION and anew and _is(event.target, path):
                    yield Change(event, sight.at, (*sight.under, *_keys(event, path, sight.at)))


def _is_same(event: Event, sight: Sight) -> bool:
    """``self.sink = sink`` of a parameter: the object as it came."""
    name = event.value.id if isinstance(event.value, ast.Name) and not event.path else ""
    bound = sight.at.reaching.of(name, sight.scope) if (name,) in sight.paths else []
    return bool(bound) and all(e.kind in {Kind.PARAMETER, Kind.MUTATION} for e in bound)


def _keys(event: Event, path: Path, at: Where) -> Iterator[Gate]:
    """What decided that it was this object, where it is reached by computed keys."""
    node = event.target
    while node is not None and not _is(node, path):
        node = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
    return by_keys(node, at) if len(path) > 1 else iter(())


def _of_call(at: Where, call: ast.Call) -> Iterator[Event]:
    """What a statement does to the object that a call gives: ``root.child(k).n += 1``."""
    parents, node = at.source.parents, call
    target: ast.expr = node
    while isinstance(parent := parents.get(target), ast.Attribute | ast.Subscript) and parent.value is target:
        target = parent
    if isinstance(parent, ast.Assign | ast.AugAssign) and target is not call and parent.value is not target:
        yield Event(Kind.MUTATION, parent, parent.value, target=target)
    elif isinstance(parent, ast.Call) and parent.func is target and isinstance(parents.get(parent), ast.Expr):
        yield Event(Kind.MUTATION, parents[parent], parent, target=target)


def _is(node: ast.expr | None, path: Path) -> bool:
    own = path_of(node)
    return own is not None and len(own) == len(path) and begins(own, path)


def _of(event: Event, path: Path) -> Event | None:
    """The event as one of the object that has this Path, if it changes that: as if it were a variable."""
    call = event.value
    if event.target is None:  # ``heappush(self.heap, x)``
        whole = filled(call) if isinstance(call, ast.Call) else None
        return event if len(path) == 1 or _is(whole, path) else None
    if _is(event.target, path):
        return None  # it is set anew
    if len(path) == 1:
        return event
    target = _within(event.target, path)
    return replace(event, target=target) if target is not None else None


def _within(target: ast.expr, path: Path) -> ast.expr | None:
    """``rows.append`` for ``self.rows.append``."""
    if _is(target, path):
        return ast.copy_location(ast.Name(str(path[-1]), ast.Load()), target)
    inner = _within(target.value, path) if isinstance(target, ast.Attribute | ast.Subscript) else None
    if inner is None:
        return None
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(inner, target.attr, target.ctx), target)
    assert isinstance(target, ast.Subscript)
    return ast.copy_location(ast.Subscript(inner, target.slice, target.ctx), target)
