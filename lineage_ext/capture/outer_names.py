"""Which variables from around a function it sets, or changes the objects of: by itself, or by what it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from lineage_ext.capture.events import Event, Kind
from lineage_ext.capture.passing import PassingOn
from lineage_ext.capture.source import FUNCTIONS, Scope, called

Events = Mapping[tuple[Scope, str], list[Event]]
Elsewhere = Mapping[str, frozenset[str]]  # a function → the variables of its module that it changes


class OuterNames:
    """Those of all functions of one Source. ``declared`` are their ``global`` and ``nonlocal`` names."""

    def __init__(
        self,
        passing: PassingOn,
        events: Events,
        declared: set[tuple[Scope, str]],
        is_local: Callable[[str, Scope], bool],
    ) -> None:
        self._passing = passing
        self._events = events
        self._declared = declared
        self._is_local = is_local
        self._known: tuple[frozenset[str], Elsewhere] | None = None
        self._changed: dict[Scope, frozenset[str]] = {}

    def changed(self, function: Scope, changing: frozenset[str], elsewhere: Elsewhere) -> frozenset[str]:
        """Variables from outside of a function that it, or one it calls, sets or changes the objects of.

        ``changing`` are the functions and methods, of any Source, that change what they are given; ``elsewhere`` those
        of other cells that change variables of the notebook.
        """
        if self._known != (changing, elsewhere):
            self._known, self._changed = (changing, elsewhere), self._find(changing, elsewhere)
        return self._changed.get(function, frozenset())

    def changing(self, known: frozenset[str]) -> frozenset[str]:
        """The functions and methods here that change an object they are given: their names; ``.note`` for a method that
        changes the object it is called on.

        ``known`` are those of other Sources; a function that hands a parameter on to one of them is one, too.
        """
        found = known | {name for scope, own in self._mutated() for name in _as_given(own, scope)}
        before: frozenset[str] = frozenset()
        while before != found:
            before = found
            handed = ((s, own) for s in self._passing.scopes for own in self._handed(s, found) if _is_named(s))
            found = found | {name for scope, own in handed for name in _as_given(own, scope)}
        return found - known

    def _mutated(self) -> Iterator[tuple[Scope, str]]:
        for (scope, name), events in self._events.items():
            if isinstance(scope, FUNCTIONS) and any(e.kind is Kind.MUTATION for e in events):
                yield scope, name

    def _handed(self, scope: Scope, changing: frozenset[str]) -> Iterator[str]:
        """The variables whose objects a scope gives to functions that change those, or calls such methods on."""
        for passing in self._passing.ways(scope).all_passing():
            name, receiver = called(passing.asked), passing.receiver
            given = [path[0] for _, path in passing.arguments] if name in changing else []
            given += [receiver[0]] if receiver is not None and f".{name}" in changing else []
            yield from (root for root in given if isinstance(root, str))

    def _find(self, changing: frozenset[str], elsewhere: Elsewhere) -> dict[Scope, frozenset[str]]:
        found: dict[Scope, set[str]] = {}
        declared = (own for own in self._declared if isinstance(own[0], FUNCTIONS) and own in self._events)
        for scope, name in (*declared, *self._mutated()):
            names = {name, *self._passing.ways(scope).behind(name)}  # ``out`` and ``name`` of ``out = open(name)``
            found.setdefault(scope, set()).update(n for n in names if not self._is_local(n, scope))
        for scope in self._passing.scopes if changing else ():
            handed = self._handed(scope, changing) if isinstance(scope, FUNCTIONS) else ()
            for name in handed:
                if not self._is_local(name, scope):
                    found.setdefault(scope, set()).add(name)
        self._by_called(found, elsewhere)
        return {scope: frozenset(names) for scope, names in found.items()}

    def _by_called(self, found: dict[Scope, set[str]], elsewhere: Elsewhere) -> None:
        """Add to each function what those do that it calls by their names, and so on."""
        callers: dict[str, list[Scope]] = {}
        for scope in self._passing.calling(elsewhere):
            for name in self._passing.called_in(scope, elsewhere) if isinstance(scope, FUNCTIONS) else ():
                callers.setdefault(name, []).append(scope)
                more = {n for n in elsewhere.get(name, ()) if not self._is_local(n, scope)}
                if more:
                    found.setdefault(scope, set()).update(more)
        waiting = [*found]
        while waiting:
            function = waiting.pop()
            for caller in callers.get(getattr(function, "name", ""), ()):
                more = {n for n in found[function] if not self._is_local(n, caller)} - found.setdefault(caller, set())
                found[caller] |= more
                waiting += [caller] if more else []


def _is_named(scope: Scope) -> bool:
    return isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)


def _as_given(own: str, scope: Scope) -> Iterator[str]:
    """What a function is called that changes what it calls ``own``, if that is a parameter."""
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        names = [a.arg for a in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)]
        if own in names[:1] and own in {"self", "cls"}:
            yield f".{scope.name}"
        elif own in names:
            yield scope.name
