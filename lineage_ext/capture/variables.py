"""The value of a name: its reaching definitions, in its function, around it, in earlier cells, and in its callers.

What changes an object after it was bound counts too: appended items, assigned keys and attributes, ``fit``. A recorded
pandas object needs none of that: its latest version is known.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator

from lineage_ext.capture.arguments import parameter
from lineage_ext.capture.events import EACH, Event, Kind
from lineage_ext.capture.flow import EMPTY, Flow, K, T, gathered, of, sequence, union
from lineage_ext.capture.resolver import Resolver, Where, expression
from lineage_ext.capture.source import COMPREHENSIONS, Scope

VERSIONED = frozenset({K.FRAME, K.SERIES, K.GROUPED, K.INDEX, K.ROW, K.SCALAR})
MOST_EVENTS = 100
Found = Iterator[tuple[Event, Where]]


@expression(ast.Name)
def name(r: Resolver, node: ast.Name, at: Where) -> Flow:
    """What the bindings that reach this use came from, and what was done to the object since."""
    found = [pair for pair, _ in zip(events(r, node.id, node, at), range(MOST_EVENTS), strict=False)]
    bound = [(e, w) for e, w in found if e.kind is not Kind.MUTATION]
    value = union(bound_to(r, node.id, e, w) for e, w in bound)
    if value.state is not None and value.state.kind in VERSIONED:
        return of(r.records.newest(value.state))
    changes = [(e, w) for e, w in found if e.kind is Kind.MUTATION]
    return changed(r, value, changes, min((r.since(e.node, w) for e, w in bound), default=0)) if changes else value


def events(r: Resolver, name: str, use: ast.AST, at: Where) -> Found:
    """The events that may have given ``name`` its value at ``use``, nearest first, each with its frame."""
    inside = at.reaching.inside(name, use)
    if inside is not None:
        yield inside, at
        return
    scope = at.source.scope(use)
    found, sure = at.reaching.before(name, use, scope)
    yield from ((e, at) for e in found)
    if sure:
        return
    if isinstance(scope, ast.Module):
        yield from _around_module(r, name, at)
    elif not at.reaching.is_local(name, scope):
        yield from _outside(r, name, scope, at)


def _around_module(r: Resolver, name: str, at: Where) -> Found:
    """What functions of the file did to the name, then earlier cells."""
    anywhere = r.where(at.file, None, at.since)
    if anywhere is not None:
        yield from ((e, anywhere) for e in at.reaching.from_functions.get(name, ()))
    for file, found in r.namespace.earlier(name, at.file):
        there = r.where(file, (), at.since)
        anywhere = r.where(file, None, at.since)
        if there is None or anywhere is None:
            continue
        yield from ((e, there if isinstance(there.source.scope(e.node), ast.Module) else anywhere) for e in found)


def _outside(r: Resolver, name: str, scope: Scope, at: Where) -> Found:
    """A name that isn't the function's own: as seen where the function around it, or the module, now stands."""
    around = at.source.scope(scope)
    while isinstance(around, ast.ClassDef):
        around = at.source.scope(around)
    for i, (file, span) in enumerate(at.chain or ()):
        there = r.where(file, (at.chain or ())[i + 1 :], at.since)
        node = there.source.node(span) if there is not None else None
        if there is None or node is None:
            continue
        same_module = isinstance(around, ast.Module) and isinstance(there.source.scope(node), ast.Module)
        cells = r.namespace.share(file, at.file)
        if (same_module and cells) or (there.source is at.source and there.source.scope(node) is around):
            yield from events(r, name, node, there)
            return
    yield from _from_definition(r, name, scope, around, at)


def _from_definition(r: Resolver, name: str, scope: Scope, around: Scope, at: Where) -> Found:
    """The caller isn't known: anything the function around, or its whole module, binds the name to."""
    anywhere = r.where(at.file, None, at.since)
    if anywhere is None:
        return
    if not isinstance(around, ast.Module):
        if at.reaching.is_local(name, around):
            yield from ((e, anywhere) for e in at.reaching.of(name, around))
        else:
            yield from _outside(r, name, around, anywhere)
        return
    found, sure = at.reaching.at_end(name)
    module = r.where(at.file, (), at.since)
    if module is not None:
        yield from ((e, module) for e in found)
        if not sure:
            yield from _around_module(r, name, module)


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
        return _follow(_item(r, event, at), event.path[1:])
    gathering = _mentions(event.value, name) and at.source.loops(event.node)
    return _follow(r.flow(event.value, _gathering(r, event, at) if gathering else at), event.path)


def _item(r: Resolver, event: Event, at: Where) -> Flow:
    """One item of what a loop or comprehension runs over."""
    value = event.value
    assert value is not None
    loop = event.node
    if isinstance(loop, ast.comprehension):
        loop = next(n for n in at.source.up(loop) if isinstance(n, COMPREHENSIONS))
    recorded = r.iterated(loop, value, at)
    if recorded is not None:
        return recorded
    whole = r.flow(value, at)
    if whole.state is not None and whole.state.kind is K.FRAME:
        return EMPTY  # iterating a frame gives its labels
    return whole.each()


def _follow(flow: Flow, path: tuple[int | str, ...]) -> Flow:
    for step in path:
        flow = flow.each() if step == EACH else flow.part(step)
    return flow


def _mentions(value: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))


def _gathering(r: Resolver, event: Event, at: Where) -> Where:
    """The frame with every execution since the loop's total was begun."""
    return at if at.since is not None else at.all_since(r.since(event.node, at))


# -- changes ---------------------------------------------------------------------------------------------------------
ADDING = frozenset({"append", "add", "appendleft", "push", "put", "put_nowait"})
JOINING = frozenset({"extend", "extendleft", "update", "union_update"})


class _Contents:
    """What is known of the inside of a container while its changes are read."""

    def __init__(self, value: Flow) -> None:
        self.whole = [value]
        self.parts: dict[Hashable, Flow] = dict(value.parts or {})
        self.items: list[Flow] = [value.item] if value.item is not None else []

    def put(self, key: ast.expr | str | None, value: Flow) -> None:
        name = key.value if isinstance(key, ast.Constant) else key
        if name is not None and not isinstance(name, ast.AST):
            self.parts[name] = union((self.parts.get(name, EMPTY), value))
        self.whole.append(value)

    def add(self, item: Flow) -> None:
        self.items.append(item)

    def flow(self) -> Flow:
        items = list(self.parts.values()) + self.items if self.parts else self.items
        if not items:
            return union(self.whole)
        whole = sequence(union(items), *self.whole) if self.items else gathered(self.parts)
        extra = union((whole, *self.whole))
        return Flow(extra.origins, None, self.parts or None, union(self.items) if self.items else None)


def changed(r: Resolver, value: Flow, changes: list[tuple[Event, Where]], since: int) -> Flow:
    """A value after changes to the object, each possibly made many times since ``since``."""
    contents = _Contents(value)
    for event, at in reversed(changes):
        _change(r, event, at if at.since is not None else at.all_since(since), contents)
    return contents.flow()


def _change(r: Resolver, event: Event, at: Where, contents: _Contents) -> None:
    target, value = event.target, event.value
    if isinstance(target, ast.Attribute) and isinstance(value, ast.Call) and value.func is target:
        _method(r, target, value, at, contents)
    elif isinstance(target, ast.Subscript):
        written = _follow(r.flow(value, at), event.path)
        key = target.slice if isinstance(target.value, ast.Name) else None
        contents.put(key, written)
        contents.put(None, r.flow(target.slice, at).through(T.CONDITIONAL))
    elif isinstance(target, ast.Attribute):
        contents.put(f".{target.attr}", _follow(r.flow(value, at), event.path))
    elif isinstance(value, ast.Call):
        contents.put(None, union(r.flow(a, at) for a in value.args[1:]))


def _method(r: Resolver, method: ast.Attribute, call: ast.Call, at: Where, contents: _Contents) -> None:
    flows = [r.flow(a.value if isinstance(a, ast.Starred) else a, at) for a in call.args]
    named = {k.arg: r.flow(k.value, at) for k in call.keywords}
    into = method.value
    if method.attr in ADDING and isinstance(into, ast.Name):
        contents.add(union(flows))
    elif method.attr in ADDING and isinstance(into, ast.Subscript) and isinstance(into.slice, ast.Constant):
        contents.put(into.slice, sequence(union(flows)))
    elif method.attr == "insert" and isinstance(into, ast.Name):
        contents.add(union(flows[1:]))
    elif method.attr in JOINING and isinstance(into, ast.Name):
        _join(flows, named, contents)
    else:
        reason = f"called {method.attr}"
        contents.put(None, union((*flows, *named.values())).through(T.TRANSFORMATION, reason=reason))


def _join(flows: list[Flow], named: dict[str | None, Flow], contents: _Contents) -> None:
    for flow in flows:
        if flow.parts is not None and all(isinstance(k, str) for k in flow.parts):
            for key, part in flow.parts.items():
                contents.put(str(key), part)
        else:
            contents.add(flow.each())
            contents.put(None, flow)
    for key, part in named.items():
        contents.put(key, part)
