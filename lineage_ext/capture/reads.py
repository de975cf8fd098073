"""Which labels a function of the user's reads of the row or frame that it is given, in functions it calls too.

Read off the text: nothing is run, and what is recorded inside the function isn't needed. ``reads`` tells all of them,
``parts`` those behind each item of a list, tuple, dict or Series that it returns.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from lineage_ext.capture.arguments import passed
from lineage_ext.capture.definitions import callee, events
from lineage_ext.capture.events import EACH, Event
from lineage_ext.capture.events import Kind as Does
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, called, span

MOST_DEPTH = 6
MOST_PARTS = 64
LOOKED_UP = frozenset({"loc", "at", "get"})
UNREAD = frozenset({"builtins.len", "builtins.isinstance", "builtins.type", "builtins.print", "builtins.id"})
Labels = tuple[Hashable, ...]


class Hidden(Exception):
    """Something else is done with it."""


def reads(r: Resolver, definition: ast.AST, position: int, at: Where) -> Labels | None:
    """The labels read of the parameter at ``position``; None if it can't be told."""
    try:
        return tuple(dict.fromkeys(_Parameter(r, definition, position, at).everywhere()))
    except Hidden:
        return None


def parts(r: Resolver, definition: ast.AST, position: int, at: Where) -> tuple[tuple[Hashable, Labels], ...] | None:
    """Key or position of each item of what the function returns, and the labels behind it; None if that is hidden."""
    try:
        parameter = _Parameter(r, definition, position, at)
        parameter.is_kept()
        found: dict[Hashable, dict[Hashable, None]] = {}
        for value in _returned(definition, at):
            shared = list(parameter.behind_conditions(value)) if not isinstance(definition, ast.Lambda) else []
            for key, item in _items(value):
                found.setdefault(key, {}).update(dict.fromkeys((*parameter.behind(item), *shared)))
    except Hidden:
        return None
    kept = found if len(found) <= MOST_PARTS else {}
    return tuple((key, tuple(labels)) for key, labels in kept.items()) or None


@dataclass(slots=True)
class _Parameter:
    """One parameter of a function; ``at`` is the function's frame."""

    r: Resolver
    definition: ast.AST
    position: int
    at: Where
    depth: int = 0
    seen: set[ast.AST] = field(default_factory=set)  # what was looked behind that names are bound to

    @property
    def name(self) -> str:
        if not isinstance(self.definition, FUNCTIONS) or self.depth > MOST_DEPTH:
            raise Hidden
        parameters = (*self.definition.args.posonlyargs, *self.definition.args.args)
        if self.position >= len(parameters):
            raise Hidden
        return parameters[self.position].arg

    def is_kept(self) -> None:
        """Hidden, if its name is bound anew: to some of its rows, perhaps."""
        names = (n for n in ast.walk(self.definition) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load))
        if any(n.id == self.name for n in names):
            raise Hidden

    def everywhere(self) -> Iterator[Hashable]:
        """What is read of it anywhere in the function."""
        return self._uses(self.definition)

    def _uses(self, within: ast.AST) -> Iterator[Hashable]:
        name = self.name
        for node in ast.walk(within):
            if isinstance(node, ast.Name) and node.id == name:
                if not isinstance(node.ctx, ast.Load):
                    raise Hidden
                yield from self._of_use(node)

    def behind(self, node: ast.expr) -> Iterator[Hashable]:
        """What is read of it for the value of an expression, through the function's variables."""
        self.seen.clear()
        yield from self._behind(node)

    def behind_conditions(self, node: ast.AST) -> Iterator[Hashable]:
        """What is read of it by the conditions that a statement of the function stands under."""
        self.seen.clear()
        yield from self._conditions(node)

    def _behind(self, node: ast.AST) -> Iterator[Hashable]:
        yield from self._uses(node)
        scope = self.definition
        for name in ast.walk(node):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load) and name.id != self.name:
                inside = self.at.reaching.inside(name.id, name)
                found = [inside] if inside is not None else self._bound(name, scope)
                for event in found:
                    yield from self._event(event)

    def _bound(self, name: ast.Name, scope: ast.AST) -> list[Event]:
        own = not isinstance(scope, ast.Lambda) and self.at.reaching.is_local(name.id, scope)  # type: ignore[arg-type]
        return self.at.reaching.before(name.id, name, scope)[0] if own else []  # type: ignore[arg-type]

    def _event(self, event: Event) -> Iterator[Hashable]:
        binding = event.value or event.node  # ``n, k = len(g), g.k.sum()`` binds twice
        if binding in self.seen or event.kind is Does.PARAMETER:
            return
        self.seen.add(binding)
        if event.kind is Does.DEFINITION:
            yield from self._uses(event.node)
        if event.value is not None:
            yield from self._behind(event.value)
        if isinstance(event.node, ast.stmt):
            yield from self._conditions(event.node)

    def _conditions(self, node: ast.AST) -> Iterator[Hashable]:
        for condition in self.at.reaching.conditions.of(node):
            for value in condition.values:
                yield from self._behind(value)

    def _of_use(self, node: ast.Name) -> Iterator[Hashable]:
        parent = self.at.source.parents[node]
        if isinstance(parent, ast.Subscript) and parent.value is node:
            yield from labels(self.r, parent.slice, self.at)
        elif isinstance(parent, ast.Attribute):
            yield from self._of_attribute(parent)
        elif isinstance(parent, ast.Call) and node in parent.args:
            yield from self._of_argument(parent, parent.args.index(node))
        elif not isinstance(parent, ast.Compare) or not isinstance(parent.ops[0], ast.Is | ast.IsNot):
            raise Hidden

    def _of_attribute(self, node: ast.Attribute) -> Iterator[Hashable]:
        outer = self.at.source.parents[node]
        if node.attr not in LOOKED_UP or not isinstance(outer, ast.Subscript | ast.Call):
            yield node.attr
            return
        key = outer.slice if isinstance(outer, ast.Subscript) else outer.args[0] if outer.args else None
        if node.attr != "get" and isinstance(key, ast.Tuple) and len(key.elts) == 2:
            key = key.elts[1]  # the rows' part is looked at by itself
        yield from labels(self.r, key, self.at)

    def _of_argument(self, call: ast.Call, position: int) -> Iterator[Hashable]:
        """It is handed to a function."""
        r, at = self.r, self.at
        what = callee(r, call.func, at)
        if what.name in UNREAD:
            return
        if what.definition is None or what.at is None or any(isinstance(a, ast.Starred) for a in call.args):
            raise Hidden
        method = isinstance(call.func, ast.Attribute)
        chain = None if at.chain is None else ((at.file, span(call)), *at.chain)
        frame = Where(what.at.source, what.at.reaching, chain, at.since)
        yield from _Parameter(r, what.definition, position + method, frame, self.depth + 1).everywhere()


def _returned(definition: ast.AST, at: Where) -> Iterator[ast.expr]:
    if isinstance(definition, ast.Lambda):
        yield definition.body
        return
    for node in at.source.own(definition):
        if isinstance(node, ast.Return):
            if node.value is None:
                raise Hidden
            yield node.value


def _items(node: ast.expr) -> Iterator[tuple[Hashable, ast.expr]]:
    """Key or position and expression of the items of ``[a, b]``, ``{"k": a}``, ``pd.Series(…)`` of those."""
    if isinstance(node, ast.Call) and called(node) == "Series" and node.args:
        index = next((k.value for k in node.keywords if k.arg == "index"), node.args[1] if len(node.args) > 1 else None)
        names = [c.value if isinstance(c, ast.Constant) else None for c in getattr(index, "elts", ())]
        items = list(_items(node.args[0]))
        if index is not None and len(names) != len(items):
            raise Hidden
        yield from ((names[i] if names else key, item) for i, (key, item) in enumerate(items))
    elif isinstance(node, ast.Call) and called(node) == "dict" and not node.args:
        yield from ((k.arg, k.value) for k in node.keywords)
    elif isinstance(node, ast.List | ast.Tuple) and not any(isinstance(n, ast.Starred) for n in node.elts):
        yield from enumerate(node.elts)
    elif isinstance(node, ast.Dict) and all(isinstance(k, ast.Constant) for k in node.keys):
        yield from ((k.value, v) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant))
    else:
        raise Hidden


def labels(r: Resolver, key: ast.expr | None, at: Where) -> Iterator[Hashable]:
    """The constants a key may be: itself, or what the names in it are bound to. Raises Hidden."""
    if isinstance(key, ast.Constant):
        yield key.value
    elif isinstance(key, ast.List | ast.Tuple | ast.Set):
        for item in key.elts:
            yield from labels(r, item, at)
    elif isinstance(key, ast.Call) and called(key) in {"list", "tuple"} and len(key.args) == 1:
        yield from labels(r, key.args[0], at)
    elif isinstance(key, ast.Name):
        bound = [(e, w) for e, w in events(r, key.id, key, at) if e.kind is not Does.MUTATION]
        for event, there in bound:
            yield from _bound(r, key.id, event, there)
        if not bound:
            raise Hidden
    else:
        raise Hidden


def _bound(r: Resolver, name: str, event: Event, at: Where) -> Iterator[Hashable]:
    if event.kind is Does.PARAMETER:
        given = passed(r, name, event.node, at)
        for argument, caller in given:
            yield from labels(r, argument, caller)
        if given:
            return
    elif event.kind is Does.VALUE and event.path in {(), (EACH,)}:
        yield from labels(r, event.value, at)
        return
    raise Hidden
