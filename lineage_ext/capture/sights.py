"""Where an object is known, and under which names: from one of its names on, forward through assignments and calls.

``Collector(rows)`` keeps ``rows`` as ``self.rows``; ``fill(self.d, x)`` knows ``self.d`` as ``d``; ``job.loader`` may
be the same object as ``loader``. Every frame in which it is known by some Path is a Sight. Names are followed wherever
they are assigned in their function, in whatever order: rather an alias too many than one too few.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from lineage_ext.capture.chosen_functions import choosers
from lineage_ext.capture.conditions import Condition, Kind
from lineage_ext.capture.decisions import Gate
from lineage_ext.capture.definitions import UNKNOWN, callee
from lineage_ext.capture.entering import Entered, Pair, entered, fields
from lineage_ext.capture.events import Kind as Does
from lineage_ext.capture.passing import Passing, Path, path_of
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import Scope, Source
from lineage_ext.capture.steps import begins, keys_of

MOST_SIGHTS = 60
MOST_DEPTH = 5
MOST_PATHS = 24
MOST_STEPS = 8  # of one Path: ``x = x.next`` makes ever longer ones
Origin = tuple[Path, Scope, Where]


@dataclass(frozen=True, slots=True)
class Sight:
    """A frame that knows the object by ``paths``. ``under`` decided whether the calls to there were made, the first of
    which was ``by`` (None: none, it is where the object was looked for, as ``origin``)."""

    scope: Scope
    at: Where
    paths: frozenset[Path]
    under: tuple[Gate, ...] = ()
    by: ast.Call | None = None
    origin: Origin | None = None


def sights(r: Resolver, path: Path, scope: Scope, at: Where) -> list[Sight]:
    """Where the object that ``path`` is in a frame is known, that frame first. Kept while the cell runs."""
    key = ("sights", path, scope, at.chain, at.since, r.records.entered)
    known: list[Sight] | None = r.kept.get(key)
    if known is None:
        r.kept[key] = []  # while it is being found out
        walk = _Walk(r, (path, scope, at))
        walk.enter(scope, at, frozenset({path}), (), None, 0)
        known = r.kept[key] = list(walk.found.values())
    return known


def frames(r: Resolver, scope: Scope, there: Where) -> list[Where]:
    """The frame of the binding; at module level the cells that ran since then, too."""
    if not isinstance(scope, ast.Module):
        return [there]
    begun = r.started.get(there.file, 0)
    since = takewhile(lambda f: r.started[f] >= begun, reversed(r.started))
    later = [f for f in since if r.namespace.share(f, there.file)][::-1]
    return [w for f in dict.fromkeys((*later, there.file)) if (w := r.where(f, (), there.since)) is not None]


@dataclass(slots=True)
class _Walk:
    r: Resolver
    origin: Origin
    found: dict[Hashable, Sight] = field(default_factory=dict)

    def enter(
        self, scope: Scope, at: Where, paths: frozenset[Path], under: tuple[Gate, ...], by: ast.Call | None, depth: int
    ) -> frozenset[Path]:
        """The object is known by ``paths`` in this frame: all that it is known by there."""
        key = (scope, at.file, at.chain)
        known = self.found.get(key)
        if known is not None:
            if paths <= known.paths:
                return known.paths
            paths |= known.paths
        elif len(self.found) >= MOST_SIGHTS or depth > MOST_DEPTH:
            return paths
        while True:
            sight = self.found[key] = Sight(scope, at, paths, under, by, self.origin)
            more = paths.union(_assigned(sight), self._by_calls(sight, depth), self._by_returned(sight, depth))
            if more == paths or len(more) > MOST_PATHS:
                return paths
            paths = more

    def _by_calls(self, sight: Sight, depth: int) -> Iterator[Path]:
        for passing in self._calls(sight):
            kept = fields(self.r, passing, sight.at)
            yield from (*_forward(sight.paths, kept), *_backward(sight.paths, kept))
            under = (*sight.under, *((c, sight.at) for c in sight.at.reaching.conditions.of(passing.call)))
            under += tuple(k for node in _given(passing, sight.paths) for k in by_keys(node, sight.at))
            chosen = choosers(self.r, passing.asked.func, sight.at)
            under += tuple((Condition(Kind.TEST, by, (by,)), where) for by, where in chosen)
            for function in entered(self.r, passing, sight.at):
                shared = _shared(self.r, function, sight)
                inside = frozenset(_forward(sight.paths, (*function.same, *shared)))
                if inside:
                    by = sight.by or passing.call
                    known = self.enter(function.definition, function.at, inside, under, by, depth + 1)
                    yield from _backward(known, (*function.same, *shared))

    def _by_returned(self, sight: Sight, depth: int) -> Iterator[Path]:
        """What functions that this one returned do to its variables where they are called later."""
        for passing, caller in returned_called(self.r, sight):
            under = (*sight.under, *((c, caller) for c in caller.reaching.conditions.of(passing.call)))
            for function in entered(self.r, passing, caller):
                shared = _shared(self.r, function, sight)
                inside = frozenset(_forward(sight.paths, shared))
                if inside:
                    by = sight.by or passing.call
                    known = self.enter(function.definition, function.at, inside, under, by, depth + 1)
                    yield from _backward(known, shared)

    def _calls(self, sight: Sight) -> list[Passing]:
        passing, operators = sight.at.reaching.passing, self.r.namespace.operators
        ways = passing.ways(sight.scope)
        by_operators = passing.operators(sight.scope, operators) if operators else {}
        found: dict[ast.Call, Passing] = {}
        for path in sight.paths:
            near = (*ways.calls.get(path[0], ()), *by_operators.get(path[0], ()))
            far = sharing(self.r, sight.scope, sight.at).get(path[0], ()) if isinstance(path[0], str) else ()
            found.update((p.call, p) for p in (*near, *far))
        return list(found.values())


def _given(passing: Passing, paths: Iterable[Path]) -> Iterator[ast.expr]:
    """What a call is given, or called on, that one of these Paths is behind."""
    call = passing.asked
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    for node in (*receiver, *call.args, *(k.value for k in call.keywords)):
        own = path_of(node)
        if own is not None and len(own) > 1 and any(begins(path, own) for path in paths):
            yield node


def by_keys(node: ast.expr | None, at: Where) -> Iterator[Gate]:
    """The computed keys by which an object is reached, as what decided that it was that one."""
    return ((Condition(Kind.KEY, key, (key,)), at) for key in keys_of(node))


def returned_called(r: Resolver, sight: Sight) -> list[tuple[Passing, Where]]:
    """The calls, where a function was called, of those that are defined in it and change its variables: by the name of
    what it returned, or of what that was a decorator of."""
    own = _inside(sight.at.source, sight.scope) if sight.at.chain else []
    if not any(r.namespace.changed(sight.at.reaching, d) for d in own):
        return []
    (file, place), *around = sight.at.chain or ()
    caller = r.where(file, tuple(around), sight.at.since)
    node = caller.source.node(place) if caller is not None else None
    if caller is None or node is None:
        return []
    scope = caller.source.scope(node)
    seen = ((f, scope if f.source is caller.source else f.source.tree) for f in frames(r, scope, caller))
    calls = ((passing, f) for f, there in seen for passing in f.reaching.passing.plain_calls(there))
    return [
        (p, f) for p, f in calls if any(_of_that(r, n, f, node, own, sight.at) for n in (p.asked.func, *p.asked.args))
    ]


def _inside(source: Source, scope: Scope) -> list[Scope]:
    """The functions that are defined in a scope, and in those."""
    own = source.functions(scope)
    return [*own, *(f for function in own for f in _inside(source, function))]


def _of_that(r: Resolver, called: ast.expr, f: Where, made: ast.AST, own: list[Scope], at: Where) -> bool:
    """Whether what is called, or handed over, is a function that the call ``made`` returned, or decorated."""
    what = callee(r, called, f) if isinstance(called, ast.Name | ast.Call) else UNKNOWN
    returned = what.definition in own and what.at is not None and what.at.chain == at.chain
    return returned or any(node is made for node in getattr(what.definition, "decorator_list", ()))


def sharing(r: Resolver, scope: Scope, frame: Where) -> dict[str, list[Passing]]:
    """Variable of the scope or outside → the calls whose functions change what it holds. Kept while the cell runs."""
    key = ("sharing", scope, frame.chain, frame.since, r.records.entered)
    known: dict[str, list[Passing]] | None = r.kept.get(key)
    if known is None:
        known = r.kept[key] = {}
        for passing in frame.reaching.passing.plain_calls(scope, r.namespace.setting):
            for function in entered(r, passing, frame):
                for name in r.namespace.changed(function.at.reaching, function.definition):
                    known.setdefault(name, []).append(passing)
    return known


def _shared(r: Resolver, function: Entered, sight: Sight) -> list[Pair]:
    """The variables from around the function that it uses, and that the frame calling it knows by the same names."""
    reaching, definition = function.at.reaching, function.definition
    ways = reaching.passing.ways(definition)
    changed = r.namespace.changed(reaching, definition)
    roots = {p[0] for p in sight.paths if isinstance(p[0], str)}
    used = (name for name in roots if name in changed or name in ways.calls or name in ways.assigned)
    return [((name,), (name,)) for name in used if _is_shared(name, function, sight)]


def _is_shared(name: str, function: Entered, sight: Sight) -> bool:
    around = function.at.reaching.owner(name, function.definition)
    if around is function.definition:
        return False
    here = sight.at.reaching.owner(name, sight.scope)
    return here is around or (isinstance(here, ast.Module) and isinstance(around, ast.Module))


def _forward(paths: Iterable[Path], pairs: Iterable[Pair]) -> Iterator[Path]:
    """The inner Paths of what is known by outer ones."""
    found = (inner + p[len(outer) :] for inner, outer in pairs for p in paths if begins(p, outer))
    return (p for p in found if len(p) <= MOST_STEPS)


def _backward(paths: Iterable[Path], pairs: Iterable[Pair]) -> Iterator[Path]:
    return _forward(paths, [(outer, inner) for inner, outer in pairs])


def _assigned(sight: Sight) -> Iterator[Path]:
    """``x = self.d`` makes ``x`` a Path of what ``self.d`` is; the other way round if ``x`` is nothing else."""
    ways = sight.at.reaching.passing.ways(sight.scope)
    for path in sight.paths:
        for target, value in ways.assigned.get(path[0], ()):
            once = isinstance(value[0], ast.Call) or _times(sight, target) <= 1
            yield from _forward([path], [(target, value)])
            if once:
                yield from _backward([path], [(target, value)])


def _times(sight: Sight, target: Path) -> int:
    """How often a scope assigns to a target."""
    if len(target) == 1:
        return sum(e.kind is not Does.MUTATION for e in sight.at.reaching.of(str(target[0]), sight.scope))
    ways = sight.at.reaching.passing.ways(sight.scope)
    return sum(other == target for other, _ in ways.assigned.get(target[0], ()))
