"""What functions of the user's did to an object that was bound elsewhere: they were given it, or share its variable.

``fill(d, df.a)`` puts entries into ``d`` by the statements of ``fill``, in the frame of that call; ``push(x)`` appends
to a list of the function or cell around it; ``df.apply(lambda r: seen.add(r.k), axis=1)`` adds to a set;
``self.fill(d, df.a)`` is a method of a class of the user's. What methods do to their own object is told by ``objects``.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lineage_ext.capture.arguments import is_method
from lineage_ext.capture.calls_on import cells
from lineage_ext.capture.classes import as_class, class_of, method_of
from lineage_ext.capture.decisions import Gate
from lineage_ext.capture.definitions import callee
from lineage_ext.capture.events import Event, Kind
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, Scope, span

MOST_DEPTH = 4
MOST_CHANGES = 60
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Entered = tuple[Function, Where, ast.Call | None]  # definition, the frame it ran in, the call if it is by name


@dataclass(frozen=True, slots=True)
class Change:
    """An event that changes an object, in the frame ``at``. ``under`` decided whether the calls to there were made."""

    event: Event
    at: Where
    under: tuple[Gate, ...] = ()


def handed(r: Resolver, name: str, use: ast.AST, at: Where, bound: list[tuple[Event, Where]]) -> list[Change]:
    """The changes that calls made to what ``name`` holds, from its bindings on up to ``use``."""
    found: dict[tuple[Event, object], Change] = {}
    for event, there in bound:
        scope: Scope = event.node if event.kind is Kind.PARAMETER else there.source.scope(event.node)  # type: ignore[assignment]
        for frame in _frames(r, scope, there):
            own = scope if frame.source is there.source else frame.source.tree
            for call in _calls(r, name, own, frame):
                if _between(call, event.node, there, use, at, frame):
                    for change in _effects(r, name, call, frame, 0):
                        found.setdefault((change.event, change.at.chain), change)
                if len(found) > MOST_CHANGES:
                    return list(found.values())
    return list(found.values())


def _frames(r: Resolver, scope: Scope, there: Where) -> list[Where]:
    """The frame of the binding; at module level the cells that ran since then, too."""
    if not isinstance(scope, ast.Module):
        return [there]
    begun = r.started.get(there.file, 0)
    return [w for w in cells(r, there) if w.file == there.file or r.started.get(w.file, 0) >= begun]


def _between(call: ast.Call, binding: ast.AST, there: Where, use: ast.AST, at: Where, frame: Where) -> bool:
    """Whether a call stands after the binding and before the use, or in a loop around that."""
    source = frame.source
    if source is there.source and not isinstance(binding, FUNCTIONS) and call.lineno < getattr(binding, "lineno", 0):
        return bool(source.loops(call) & source.loops(binding))
    if source is at.source and source.scope(use) is source.scope(call) and call.lineno > getattr(use, "lineno", 0):
        return bool(source.loops(call) & source.loops(use))
    return True


def _calls(r: Resolver, name: str, scope: Scope, frame: Where) -> Iterator[ast.Call]:
    """The calls of a scope that may reach the object: it is an argument, or a function shares the variable."""
    passing = frame.reaching.passing(scope)
    yield from passing.get(name, ())
    yield from _sharing(r, scope, frame).get(name, ())


def _sharing(r: Resolver, scope: Scope, frame: Where) -> dict[str, list[ast.Call]]:
    """Variable of the scope or outside → the calls whose functions change what it holds. Kept while the cell runs."""
    key = ("sharing", scope, frame.chain, frame.since, r.namespace.moment)
    known: dict[str, list[ast.Call]] | None = r.kept.get(key)
    if known is None:
        known = {}
        for call in frame.reaching.plain_calls(scope):
            for definition, inner, _ in _entered(r, call, frame):
                for name in inner.reaching.changed_outside(definition):
                    known.setdefault(name, []).append(call)
        r.kept[key] = known
    return known


def _effects(r: Resolver, name: str, call: ast.Call, frame: Where, depth: int) -> Iterator[Change]:
    """The changes that a call makes to what ``name`` holds."""
    under = tuple((c, frame) for c in frame.reaching.conditions.of(call))
    for definition, inner, by_name in _entered(r, call, frame):
        for known in _names(name, definition, inner, by_name):
            for event in inner.reaching.of(known, definition):
                if event.kind is Kind.MUTATION:
                    yield Change(event, inner, under)
            for deeper in _calls(r, known, definition, inner) if depth < MOST_DEPTH else ():
                for change in _effects(r, known, deeper, inner, depth + 1):
                    yield replace(change, under=(*under, *change.under))


def _entered(r: Resolver, call: ast.Call, frame: Where) -> Iterator[Entered]:
    """The functions of the user's that a call enters: what it calls by name, and functions among its arguments."""
    if frame.chain is not None and (frame.file, span(call)) in frame.chain:
        return
    if isinstance(call.func, ast.Attribute):
        yield from _method(r, call, call.func, frame)
    for node in (call.func, *call.args, *(k.value for k in call.keywords)):
        if isinstance(node, ast.Lambda) or (isinstance(node, ast.Name) and not hasattr(builtins, node.id)):
            what = callee(r, node, frame)
            if getattr(what.definition, "decorator_list", None):  # what runs may be another function
                yield from ((d, w, None) for d, w in r.entered(call, frame) if isinstance(d, FUNCTIONS))
            if isinstance(what.definition, FUNCTIONS) and what.at is not None:
                yield what.definition, _inside(call, frame, what.at), call if node is call.func else None


def _inside(call: ast.Call, frame: Where, at: Where) -> Where:
    """The frame of a function, defined in ``at``, that the call in ``frame`` enters."""
    chain = None if frame.chain is None else ((frame.file, span(call)), *frame.chain)
    return Where(at.source, at.reaching, chain, frame.since)


def _method(r: Resolver, call: ast.Call, called: ast.Attribute, frame: Where) -> Iterator[Entered]:
    """``ledger.fill(…)``, ``Ledger.fill(…)``, ``module.fill(…)``."""
    key = ("method", call, frame.chain, frame.since, r.namespace.moment)
    if key not in r.kept:
        r.kept[key] = _found(r, called, frame)
    found: tuple[Function, Where] | None = r.kept[key]
    if found is not None:
        yield found[0], _inside(call, frame, found[1]), call


def _found(r: Resolver, called: ast.Attribute, frame: Where) -> tuple[Function, Where] | None:
    what = callee(r, called, frame)
    if isinstance(what.definition, FUNCTIONS) and what.at is not None:
        return what.definition, what.at
    cls = as_class(callee(r, called.value, frame)) or class_of(r, called.value, frame)
    return method_of(r, cls, called.attr) if cls is not None else None


def _names(name: str, definition: Function, inner: Where, call: ast.Call | None) -> Iterator[str]:
    """What the function calls the object: the parameters it is given for, and its own name if that isn't local."""
    if not inner.reaching.is_local(name, definition):
        yield name
    if call is None:
        return
    parameters = [p.arg for p in (*definition.args.posonlyargs, *definition.args.args)][
        is_method(definition, inner.source) :
    ]
    yield from (p for p, a in zip(parameters, call.args, strict=False) if isinstance(a, ast.Name) and a.id == name)
    yield from (k.arg for k in call.keywords if k.arg and isinstance(k.value, ast.Name) and k.value.id == name)
