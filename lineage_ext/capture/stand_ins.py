"""States that stand for untracked values of one call, or for parts of them, named by where the values were made."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from lineage_ext.capture.definitions import callee, events
from lineage_ext.capture.derivation import Derivation, Deriver, size_of, title_of
from lineage_ext.capture.events import Kind
from lineage_ext.capture.flow import EMPTY, MOST_PARTS, Flow
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.site import Place
from lineage_ext.capture.source import called, span
from lineage_ext.rules.call import Call, Function, State


@dataclass(slots=True)
class StandIns:
    """Makes them for the arguments of ``call`` in the frame ``at``; ``made`` are the Derivations on the way."""

    resolver: Resolver
    deriver: Deriver
    call: Call
    at: Where
    made: list[Derivation]

    def replaced(self, value: Any, node: ast.expr, flow: Flow, *, whole: bool = False) -> Any:
        """The value with States in place of its untracked parts."""
        if value is None or isinstance(value, State | bool | type | Function) or not flow:
            return value
        if isinstance(value, slice):
            return self._bounds(value, node)
        tracked = any(True for _ in self.call.states(value))
        if isinstance(value, list | tuple) and flow.parts and (tracked or not whole) and len(value) <= MOST_PARTS:
            parts = [flow.parts.get(i, EMPTY) for i in range(len(value))]
            items = zip(value, parts, strict=True)
            return type(value)(self.replaced(v, self.inside(node, i), f) for i, (v, f) in enumerate(items))
        if isinstance(value, dict) and flow.parts:
            return {k: self.replaced(v, self.inside(node, k), flow.parts.get(k, EMPTY)) for k, v in value.items()}
        return value if tracked else self.state(value, node, flow)

    def _bounds(self, value: slice, node: ast.expr) -> slice:
        root, at = self.root(node)
        if not isinstance(root, ast.Slice):
            return value
        start = self.replaced(value.start, root.lower or node, self.resolver.flow(root.lower, at))
        stop = self.replaced(value.stop, root.upper or node, self.resolver.flow(root.upper, at))
        return slice(start, stop, value.step)

    def state(self, value: Any, node: ast.expr, flow: Flow) -> State:
        """That of a value as a whole."""
        if flow.state is not None:
            return flow.state
        root, at = self.root(node)
        return self.deriver.state(flow, self._title(root, at), self._place(root, at), value, self.made)

    def table(self, columns: Mapping[Hashable, Flow], flow: Flow, node: ast.expr, value: Any) -> State:
        """That of a list of records, or an array, by its columns."""
        root, at = self.root(node)
        aligned = any(o.aligned for o in flow.origins)
        own = {k: f if aligned else f.unaligned() for k, f in columns.items()}
        return self.deriver.table(own, flow, self._title(root, at), self._place(root, at), size_of(value), self.made)

    def record(self, parts: dict[Hashable, Flow], node: ast.expr) -> State:
        """That of a dict of single values."""
        root, at = self.root(node)
        return self.deriver.record(parts, self._title(root, at), self._place(root, at), self.made)

    def root(self, node: ast.expr) -> tuple[ast.expr, Where]:
        """The expression that made the value: names that were bound once are followed."""
        at = self.at
        for _ in range(8):
            if not isinstance(node, ast.Name):
                break
            found = [pair for pair, _ in zip(events(self.resolver, node.id, node, at), range(2), strict=False)]
            event, there = found[0] if len(found) == 1 else (None, at)
            if event is None or event.kind is not Kind.VALUE or event.path or event.value is None:
                break
            node, at = event.value, there
        return node, at

    def inside(self, node: ast.expr, key: Hashable) -> ast.expr:
        """The expression of an item of a display, else the whole."""
        root, _ = self.root(node)
        if isinstance(root, ast.Tuple | ast.List) and isinstance(key, int) and key < len(root.elts):
            return root.elts[key]
        if isinstance(root, ast.Dict):
            pairs = zip(root.keys, root.values, strict=True)
            return next((v for k, v in pairs if isinstance(k, ast.Constant) and k.value == key), node)
        if isinstance(root, ast.Call) and called(root) == "dict":
            return next((k.value for k in root.keywords if k.arg == key), node)
        return node

    def _title(self, node: ast.expr, at: Where) -> str:
        if not isinstance(node, ast.Call):
            return title_of(node)
        what = callee(self.resolver, node.func, at)
        name = what.name if what.definition is None else ""
        return title_of(node, name or f"python.{called(node)}" if name or called(node) else "")

    def _place(self, node: ast.expr, at: Where) -> Place:
        if not hasattr(node, "lineno"):  # made by us, of several arguments
            return self.at.place(self._consumer())
        return at.place(node)

    def here(self) -> tuple[int, int, int, int]:
        """The span of the call."""
        return span(self._consumer())

    def _consumer(self) -> ast.AST:
        assert self.resolver.consumer is not None
        return self.resolver.consumer.node
