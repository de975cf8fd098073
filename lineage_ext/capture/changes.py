"""What was done to an object after it was bound: items appended, keys and attributes set, models fitted."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import replace

from lineage_ext.capture.conditions import Condition, Kind
from lineage_ext.capture.decisions import decided
from lineage_ext.capture.entries import writes
from lineage_ext.capture.events import ADDING, Event
from lineage_ext.capture.file_paths import WRITING
from lineage_ext.capture.flow import EMPTY, Flow, T, distinct, gathered, mapping, sequence, union
from lineage_ext.capture.handing import Change
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import called
from lineage_ext.capture.texts import text_of
from lineage_ext.capture.written import filled

ONCE = frozenset({"add", "update", "union_update"})  # what sets do: of equal items they keep one
JOINING = frozenset({"extend", "extendleft", "update", "union_update"})
DICTS = frozenset({"dict", "defaultdict", "OrderedDict", "Counter"})
BUFFERS = frozenset({"StringIO", "BytesIO"})
NAMING = frozenset({"savez", "savez_compressed"})  # their keywords are entries of the file
APART = frozenset({Kind.ROUNDS, Kind.KEY})  # conditions that count apart from the others
CALLED = (ast.Expr, ast.Call)  # a method called for its effect, unlike an attribute that is set


def is_dict(value: ast.expr | None) -> bool:
    """Whether an expression makes a dict; of a dataclass's ``field`` whether its ``default_factory`` does."""
    if isinstance(value, ast.Call) and called(value) == "field":
        factory = next((k.value for k in value.keywords if k.arg == "default_factory"), None)
        return is_dict(factory.body) if isinstance(factory, ast.Lambda) else getattr(factory, "id", "") in DICTS
    return isinstance(value, ast.Dict | ast.DictComp) or (value is not None and called(value) in DICTS)


def is_container(value: ast.expr | None) -> bool:
    """Whether an expression makes a dict or list."""
    return (
        is_dict(value) or isinstance(value, ast.List | ast.ListComp) or (value is not None and called(value) == "list")
    )


def is_buffer(value: ast.expr | None) -> bool:
    """Whether an expression makes a file in memory, or opens one."""
    return value is not None and (called(value) in BUFFERS or called(value) == "open")


class _Contents:
    """What is known of the inside of a container while its changes are read."""

    def __init__(self, value: Flow) -> None:
        self.whole = [value]
        self.parts: dict[Hashable, Flow] = dict(value.parts or {})
        self.items: list[Flow] = [value.item] if value.item is not None else []
        self.keys: list[Flow] = []
        self.count: list[Flow] = []  # what decided how many items there are
        self.choice: list[Flow] = []  # what decided which of several ones they are
        self.columns = [[column] for column in value.columns or ()]  # of an array

    def put(self, key: Hashable, value: Flow) -> None:
        """At a known key."""
        self.parts[key] = union((self.parts.get(key, EMPTY), value))
        self.whole.append(value)

    def under(self, key: Flow, value: Flow) -> None:
        """At a computed key."""
        self.keys.append(key)
        self.whole.append(value)

    def mix(self, flows: list[Flow], column: int | None = None) -> None:
        """Into any of the items; of an array's columns into all, or one."""
        self.whole += flows
        for own in self.columns if column is None or column >= len(self.columns) else [self.columns[column]]:
            own.extend(flows)

    def take(self, value: Flow) -> None:
        """All that there is in another value, the way it is in there."""
        if value.parts and all(isinstance(key, str) for key in value.parts):
            for key, part in value.parts.items():
                self.put(key, part)
        if value.values is not None:
            self.under(value.item or EMPTY, value.values)
        elif value.item is not None:
            self.items.append(value.item)
        self.mix([replace(value, state=None)])

    def sort(self, by: Flow) -> None:
        """In an order that ``by`` decided."""
        self.whole = [flow.unaligned() for flow in self.whole]
        self.items = [flow.unaligned() for flow in self.items]
        self.count.append(by)

    def _is_record(self) -> bool:
        """Whether entries of known name were set in a dict whose other entries are known only together."""
        named = all(isinstance(key, str) and not key.startswith(".") for key in self.parts)
        return bool(self.parts) and named and self.whole[0].parts is None and bool(self.whole[0])

    def flow(self) -> Flow:
        """The container now."""
        values = union((*self.whole, *self.parts.values(), *self.items))
        if self.keys:
            keys = union((*self.items, *self.keys))  # those it had before, too
            found = mapping(keys, values.under(keys, T.JOIN))
        else:
            items = union(self.items) if self.items else None
            columns = tuple(map(union, self.columns)) or None
            others = self.whole[0] if self._is_record() else None
            found = Flow(values.origins, None, self.parts or None, items, others, values.count, columns=columns)
        return found.under(union(self.choice)).counted(union(self.count))


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
    contents, keyed = _Contents(value), keyed or value.values is not None
    statements: set[ast.AST] = {change.event.node for change in changes}
    for change in reversed(changes):
        event, at = change.event, _gathering(change.at, since)
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
        _change(r, event, at, contents, keyed, by, union(rounds))
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


def _gathering(at: Where, since: int) -> Where:
    return at if at.since is not None else at.all_since(since)


def _adds(event: Event) -> bool:
    """Whether a change adds an item, whose place it doesn't choose."""
    method = event.target.attr if isinstance(event.target, ast.Attribute) else ""
    return method in ADDING or method in JOINING or method == "insert"


def _change(r: Resolver, event: Event, at: Where, contents: _Contents, keyed: bool, by: Flow, rounds: Flow) -> None:
    target, value = event.target, event.value
    if isinstance(target, ast.Attribute) and isinstance(value, ast.Call) and isinstance(event.node, CALLED):
        _method(r, target, value, at, contents, rounds)
        contents.mix([by.through(T.CONDITIONAL)])
    elif isinstance(target, ast.Subscript):
        _store(r, target, r.flow(value, at).follow(event.path).under(by), at, contents, keyed=keyed)
    elif isinstance(target, ast.Attribute):
        contents.put(f".{target.attr}", r.flow(value, at).follow(event.path).under(by))
    elif isinstance(value, ast.Call):
        if writes(event) and isinstance(value.func, ast.Attribute):
            contents.take(text_of(r.flow(value.func.value, at)).under(by))
            return
        whole = filled(value)
        given = [r.flow(a, at).under(by) for a in value.args if a is not whole]
        contents.take(given[0]) if len(given) == 1 else contents.mix(given)
        for keyword in value.keywords if called(value) in NAMING else ():
            contents.put(str(keyword.arg), r.flow(keyword.value, at).under(by))


def _store(r: Resolver, target: ast.Subscript, value: Flow, at: Where, contents: _Contents, *, keyed: bool) -> None:
    """``m[key] = value``: an entry of a dict, or some of the items of an array."""
    while keyed and isinstance(target.value, ast.Subscript):  # ``m[k][j] = value``
        within = target.slice
        if isinstance(within, ast.UnaryOp):  # ``m[k][-1]`` is in a list
            value = sequence(value)
        elif isinstance(within, ast.Constant):
            value = gathered({within.value: value})
        else:
            value = mapping(r.flow(within, at), value)
        target = target.value
    if isinstance(target.slice, ast.Constant) and isinstance(target.value, ast.Name):
        contents.put(target.slice.value, value)
    elif keyed:
        contents.under(r.flow(target.slice, at), value)
    else:
        contents.mix([value, r.flow(target.slice, at).through(T.CONDITIONAL)], _column(target.slice))


def _column(key: ast.expr) -> int | None:
    """``2`` of ``x[rows, 2]``."""
    last = key.elts[1] if isinstance(key, ast.Tuple) and len(key.elts) == 2 else None
    return last.value if isinstance(last, ast.Constant) and isinstance(last.value, int) and last.value >= 0 else None


def _method(r: Resolver, method: ast.Attribute, call: ast.Call, at: Where, contents: _Contents, rounds: Flow) -> None:
    flows = [r.flow(a.value if isinstance(a, ast.Starred) else a, at) for a in call.args]
    named = {k.arg: r.flow(k.value, at) for k in call.keywords}
    into = _entry(method.value)
    if method.attr in WRITING:
        _write(method.attr, flows, contents)
        return
    if method.attr in ADDING and isinstance(into, ast.Name):
        contents.items += flows
        contents.count += flows if method.attr in ONCE else ()
    elif method.attr in ADDING and isinstance(into, ast.Subscript):
        added = (distinct if method.attr in ONCE else sequence)(union(flows))
        _store(r, into, added.counted(rounds), at, contents, keyed=True)
    elif method.attr == "sort" and isinstance(into, ast.Name):
        contents.sort(_order(r, call, into, at))
    elif method.attr == "setdefault" and isinstance(into, ast.Name) and flows:
        contents.under(flows[0], union(flows[1:]))
    elif method.attr == "insert" and isinstance(into, ast.Name):
        contents.items += flows[1:]
    elif method.attr == "update" and isinstance(into, ast.Subscript):
        joined = [*flows, gathered({str(name): flow for name, flow in named.items()})]
        _store(r, into, union(joined), at, contents, keyed=True)
    elif method.attr in JOINING and isinstance(into, ast.Name):
        _join(flows, named, contents, once=method.attr in ONCE)
    else:
        reason = f"called {method.attr}"
        inside = [n for n in ast.walk(into) if isinstance(n, ast.Call)]  # ``orders.setdefault(k, Order()).lines``
        flows += [r.flow(a, at) for n in inside for a in n.args]
        contents.mix([union((*flows, *named.values())).through(T.TRANSFORMATION, reason=reason)])


def _order(r: Resolver, call: ast.Call, items: ast.Name, at: Where) -> Flow:
    """What ``items.sort(key=…)`` sorts by."""
    names = at.source.name_at("sorted", call)
    made = r.flow(ast.copy_location(ast.Call(names, [items], call.keywords), call), at)
    return Flow(made.count) or r.flow(items, at).each()


def _entry(node: ast.expr) -> ast.expr:
    """``d[k]`` for ``d.setdefault(k, set())``."""
    call = node.func if isinstance(node, ast.Call) and node.args else None
    if isinstance(call, ast.Attribute) and call.attr == "setdefault" and isinstance(call.value, ast.Name):
        return ast.copy_location(ast.Subscript(call.value, node.args[0], ast.Load()), node)  # type: ignore[attr-defined]
    return node


def _write(method: str, flows: list[Flow], contents: _Contents) -> None:
    """``file.write(text)``, ``writer.writerow(row)``."""
    for flow in flows:
        if method == "writerow":
            contents.items.append(flow)
            contents.whole.append(flow)
        else:
            contents.take(flow)


def _join(flows: list[Flow], keywords: dict[str | None, Flow], contents: _Contents, *, once: bool) -> None:
    for flow in flows:
        named = flow.parts is not None and all(isinstance(k, str) for k in flow.parts)
        for key, part in (flow.parts or {}).items() if named else ():
            contents.put(str(key), part)
        if flow.values is not None:
            contents.under(flow.item or EMPTY, flow.values)
        elif not named:
            contents.items.append(flow.each())
            contents.whole.append(flow)
            contents.count += [flow.each()] if once else []
    for name, part in keywords.items():
        contents.put(name, part)
