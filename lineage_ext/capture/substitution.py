"""One untracked argument of a call: which States its value, or the parts of it, came from.

A single value is explained by ``derived[param]``. Where the rule needs to see the inside (columns of a dict, rows and
columns of an indexer's key, a list that holds tracked objects too), the untracked parts are replaced in ``call.args``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from lineage_ext.capture.calls import result_of
from lineage_ext.capture.definitions import callee, events
from lineage_ext.capture.derivation import Derivation, Deriver, size_of, title_of
from lineage_ext.capture.events import EACH, Kind
from lineage_ext.capture.expressions import captured
from lineage_ext.capture.flow import EMPTY, Flow, K, T, distinct, union
from lineage_ext.capture.listing import TAKING, Listing, masked
from lineage_ext.capture.operands import ASSIGNED, assigned
from lineage_ext.capture.reads import parts, reads
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.site import Place
from lineage_ext.capture.source import called, span
from lineage_ext.rules.call import Call, Function, Opaque, State

MAKERS = frozenset({"__init__", "from_dict", "from_records", "json_normalize"})
INDEXERS = frozenset({
    "_LocIndexer", "_iLocIndexer", "_AtIndexer", "_iAtIndexer", "_LocationIndexer", "_ScalarAccessIndexer",
})  # fmt: skip
SEEN_BY_RECORDS = frozenset({K.FRAME, K.SERIES, K.GROUPED, K.INDEX})
OBJECTS = frozenset({K.FRAME, K.SERIES})
COLUMNS = frozenset({"key", "columns"})
BY_FUNCTION = frozenset({"agg", "aggregate"})  # dicts of functions, each for columns of its own
PIECES = "objs"  # the parameter of ``concat``
MOST_PARTS = 64
VARIABLE = re.compile(r"@(\w+)")
HASHING = re.compile(r"hash|digest|crc32|hmac|uuid|mmh3")


@dataclass(slots=True)
class Substitution:
    """Explains the arguments of one call. ``found`` becomes ``call.derived``, ``made`` the Derivations on the way."""

    resolver: Resolver
    deriver: Deriver
    call: Call
    at: Where
    found: dict[str, State]
    made: list[Derivation]

    def resolve(self, param: str, node: ast.expr) -> None:
        """Explain one parameter's value by its expression."""
        value, at = self.call.args[param], self.at
        if called(node) == "assign" and self.call.op.name == "__setitem__":
            node, at = self._assigned(node)
        if self.call.op.name in {"query", "eval"} and param == "expr":
            node = self._text(value, node)
        if isinstance(value, Function):
            self._captured(param, value, node, at)
            return
        flow = self.resolver.flow(node, at)
        if not flow:
            return
        if param == "data" and self.call.op.name in MAKERS:
            self._data(param, value, node, flow)
        elif self.call.op.owner in INDEXERS and param == "key":
            self._key(param, value, node, flow)
        elif self.call.op.name in TAKING and self._lists_labels(param, value):
            self._labels(param, node)
        else:
            self._value(param, value, node, flow)

    def _assigned(self, node: ast.expr) -> tuple[ast.expr, Where]:
        """The keyword of ``df.assign(key=…)`` that is being set; a lambda's body runs in its own frame."""
        assert isinstance(node, ast.Call)
        at = self.at
        value = assigned(node, self.call.args.get("key"))
        if isinstance(value, ast.Lambda):
            return value.body, Where(at.source, at.reaching, ((at.file, span(node)), *(at.chain or ())), at.since)
        return value or ast.Constant(None), at

    def _text(self, text: Any, node: ast.expr) -> ast.expr:
        """What the text of ``query`` and ``eval`` was made of, and ``@name`` in it, as seen where the call stands."""
        call = self.resolver.consumer.node if self.resolver.consumer is not None else node
        names = VARIABLE.findall(text) if isinstance(text, str) else []
        variables: list[ast.expr] = [self.at.source.name_at(name, call) for name in dict.fromkeys(names)]
        return ast.Tuple(variables if node is call else [node, *variables], ast.Load())

    def _lists_labels(self, param: str, value: Any) -> bool:
        """Whether an index or array says which columns to take; of as many as there are it may be a mask of rows."""
        this, outs = self.call.this, self.call.outs
        columns = isinstance(this, State) and this.kind is K.FRAME and outs[:1] and outs[0].kind is K.FRAME
        return bool(columns) and param in COLUMNS and isinstance(value, Opaque) and outs[0].labels != this.labels

    def _labels(self, param: str, node: ast.expr) -> None:
        taken = self.call.out.labels
        listing = Listing(self.resolver, self.at, frozenset(taken))
        whole = listing.masked(node)
        labels = listing.of([*taken], node) if whole is None else {}
        if whole is not None:
            self.found[param] = whole
        elif labels:
            self.found[param] = self._record(labels, node)

    # -- kinds of arguments ----------------------------------------------------------------------------------------
    def _value(self, param: str, value: Any, node: ast.expr, flow: Flow) -> None:
        objects = self._objects(flow) if param == PIECES and isinstance(value, Opaque) else []
        if objects:
            self.call.args[param] = objects
        elif flow.columns is not None and flow.state is None and param in ASSIGNED:
            self.call.args[param] = self._table(flow, node, value)
        elif isinstance(value, dict) and _holds_function(value) and self._by_function():
            read = {k: self._read(self._inside(node, k)) for k, v in value.items() if _holds_function([v])}
            self.call.captured = self._record({k: f for k, f in read.items() if f}, node)
        elif _holds_function(value):
            self._read_inside(self._state(None, node, flow))
        elif isinstance(value, slice) or any(True for _ in self.call.states(value)) or self._is_row(param, value, flow):
            self.call.args[param] = self._replaced(value, node, flow)
        elif isinstance(value, dict) and flow.parts:
            self.found[param] = self._record({k: f for k, f in flow.parts.items() if f}, node)
        elif isinstance(value, dict) and flow.values is not None and self._by_column(value):
            rounds = {k: self._round(i, len(value), node) for i, k in enumerate(value)}
            self.found[param] = self._record({k: f for k, f in rounds.items() if f}, node)
        elif param == self.call.op.params[0]:
            self.call.args[param] = masked(flow) or self._state(value, node, flow)  # what the operation is about
        else:
            self.found[param] = self._state(value, node, flow)

    def _objects(self, flow: Flow) -> list[State]:
        """The recorded objects that a generator or a view of a dict holds, if it holds nothing else."""
        origins = flow.each().origins
        if not all(o.state.kind in OBJECTS and set(o.slots) == {*o.state.columns} for o in origins if o.how.direct):
            return []
        return [self.resolver.records.newest(o.state) for o in reversed(origins) if o.how.direct]

    def _is_row(self, param: str, value: Any, flow: Flow) -> bool:
        """Whether a list may be a row, each item for a column of its own."""
        own = flow.parts is not None and isinstance(value, list | tuple) and set(flow.parts) == set(range(len(value)))
        return own and param in ASSIGNED and any(out.kind is K.FRAME for out in self.call.outs)

    def _captured(self, param: str, value: Function, node: ast.expr, at: Where) -> None:
        """A function: what it reads of what it is given, and from outside, but for objects whose use is recorded."""
        definition: ast.AST = node
        if not isinstance(node, ast.Lambda):
            what = callee(self.resolver, node, at)
            if what.definition is None or what.at is None:
                return
            definition, at = what.definition, what.at
        told = (self.resolver, definition, value.bound, at)
        masks = bool(HASHING.search(at.source.text)) and self._hashes(definition, at)
        self.call.args[param] = replace(value, reads=reads(*told), parts=parts(*told), masks=masks)
        flow = captured(self.resolver, definition, at, SEEN_BY_RECORDS)
        if flow:
            self._read_inside(self._state(None, node, flow))

    def _hashes(self, definition: ast.AST, at: Where) -> bool:
        """Whether all that the function gives of what the operation is called on is hashed."""
        frame = Where(at.source, at.reaching, ((self.at.file, self._here()), *(self.at.chain or ())), at.since)
        this = self.call.this.no if isinstance(self.call.this, State) else None
        given = [o for o in result_of(self.resolver, definition, frame).origins if o.state.no == this]
        return bool(given) and all(o.masking for o in given)

    def _by_function(self) -> bool:
        """Whether each function of a dict makes columns of its own."""
        this = self.call.this
        return self.call.op.name in BY_FUNCTION and isinstance(this, State) and this.kind in (K.GROUPED, K.FRAME)

    def _read(self, node: ast.expr) -> Flow:
        """What the functions in an item of a dict of functions read from outside."""
        functions = [n for n in ast.walk(node) if isinstance(n, ast.Lambda | ast.Name)]
        found = []
        for function in functions:
            what = callee(self.resolver, function, self.at)
            if what.definition is not None and what.at is not None:
                found.append(captured(self.resolver, what.definition, what.at, SEEN_BY_RECORDS))
        return union(found)

    def _read_inside(self, state: State) -> None:
        self.call.seen = (*(s for s in self.call.seen if s.no != state.no), state)

    def _key(self, param: str, value: Any, node: ast.expr, flow: Flow) -> None:
        """``rows`` or ``(rows, columns)`` of an indexer."""
        root, at = self._root(node)
        if isinstance(value, tuple) and isinstance(root, ast.Tuple) and len(root.elts) == len(value) > 1:
            rows = self._replaced(value[0], root.elts[0], self.resolver.flow(root.elts[0], at))
            columns = value[1:]
            if isinstance(value[1], Opaque):
                columns = (self._replaced(value[1], root.elts[1], self.resolver.flow(root.elts[1], at)), *value[2:])
            self.call.args[param] = (rows, *columns)
        elif isinstance(value, slice):
            self.call.args[param] = self._replaced(value, root, flow)
        else:
            self.found[param] = self._state(value, node, flow)

    def _data(self, param: str, value: Any, node: ast.expr, flow: Flow) -> None:
        """What a frame or series is made of: columns by label, or records."""
        tracked = any(True for _ in self.call.states(value))
        inner = union((flow.values or EMPTY, *(flow.parts or {}).values())) if isinstance(value, dict) else EMPTY
        if inner.values is not None and inner.item is not None and not self._keys_label_rows():
            self.call.args["index"] = self._state(Opaque("", None), node, distinct(inner.item))  # a dict of dicts
        if _is_dict(value) and flow.item and not self._keys_label_rows() and self.call.args.get("columns") is None:
            self.call.args["columns"] = self._state(Opaque("", None), node, distinct(flow.item))
        keyed = _is_dict(value) and bool(flow.values) and flow.item is not None and self._keys_label_rows()
        if (tracked and not isinstance(value, dict)) or self._is_labelled(value, flow):
            self.call.args[param] = self._replaced(value, node, flow)
        elif _is_dict(value) and flow.parts and not keyed and not flow.parts.keys() - set(_keys(value, flow)):
            self.call.args[param] = {k: self._column(value, k, node, flow) for k in _keys(value, flow)}
        elif keyed:
            self._keyed(param, value, node, flow)
        elif isinstance(value, dict) and flow.values is not None and 1 < len(value) <= MOST_PARTS:
            self.call.args[param] = {k: self._nth(v, i, len(value), node) for i, (k, v) in enumerate(value.items())}
        elif self._is_records(flow) or self._beside(flow):
            self.call.args[param] = self._table(flow, node, value)
        else:
            self.found[param] = self._state(value, node, flow)

    def _keys_label_rows(self) -> bool:
        """Whether the keys of a dict become the index, and not the columns."""
        series = bool(self.call.outs) and self.call.outs[0].kind is K.SERIES
        return self.call.args.get("orient") == "index" or (series and self.call.args.get("index") is None)

    def _keyed(self, param: str, value: Any, node: ast.expr, flow: Flow) -> None:
        """A dict with computed keys: they are the index, decide how many rows there are and which value each has."""
        keys = flow.item or EMPTY
        labels = distinct(keys)
        self.call.args["index"] = self._state(value, node, labels)
        if flow.values is not None and flow.values.parts and self.call.outs[0].kind is K.FRAME:
            rows = Flow(flow.values.origins, item=flow.values.under(keys, T.JOIN)).unaligned().counted(keys)
            self.call.args[param] = self._table(rows, node, value)
            return
        entries = union((flow.values or EMPTY, *(flow.parts or {}).values()))
        values = entries.under(keys, T.JOIN).unaligned().counted(keys)
        self.found[param] = self._state(value, node, values)

    def _column(self, value: Any, key: Hashable, node: ast.expr, flow: Flow) -> Any:
        part = value[key] if isinstance(value, dict) else Opaque("", None)
        own = (flow.parts or {}).get(key, EMPTY)
        whole = self.call.args.get("orient") != "index"  # else it is a row
        return self._replaced(part, self._inside(node, key), own, whole=whole)

    def _nth(self, value: Any, i: int, n: int, node: ast.expr) -> Any:
        """The i-th of n entries of a dict that a loop filled."""
        return self._replaced(value, node, self._round(i, n, node), whole=True)

    def _round(self, i: int, n: int, node: ast.expr) -> Flow:
        """What the i-th of n rounds of a loop that fills a dict computed."""
        self.resolver.nth = (i, n)
        flow = self.resolver.flow(node, self.at)
        self.resolver.nth = None
        return flow.values or EMPTY

    def _by_column(self, value: dict[Hashable, Any]) -> bool:
        """Whether the keys of a dict are columns of the frame that the operation is about."""
        this = self.call.this
        frame = isinstance(this, State) and this.kind is K.FRAME
        return frame and 1 < len(value) <= MOST_PARTS and all(map(this.at, value))

    def _is_labelled(self, value: Any, flow: Flow) -> bool:
        """``Series([x, y], index=["a", "b"])``."""
        labels = self.call.args.get("index")
        if not isinstance(value, list) or not isinstance(labels, list) or not flow.parts:
            return False
        return len(value) == len(labels) and self.call.outs[0].kind is K.SERIES

    def _is_records(self, flow: Flow) -> bool:
        outs = self.call.outs
        if not outs or outs[0].kind is not K.FRAME:
            return False
        record = flow.each()
        rows = all(o.state.kind is K.ROW and all(map(o.state.at, outs[0].labels)) for o in record.origins)
        return bool(record.parts) or (rows and len(outs[0].labels) > 1)

    def _beside(self, flow: Flow) -> bool:
        outs = self.call.outs
        return flow.columns is not None and outs[0].kind is K.FRAME and len(outs[0].labels) == len(flow.columns)

    def _labelled(self, item: Flow) -> dict[Hashable, Flow]:
        """The columns of a record: its keys, or the output's labels by position."""
        parts = dict(item.parts or {})
        labels = self.call.outs[0].labels
        if all(isinstance(k, int) for k in parts) and len(labels) == len(parts):
            return {labels[int(str(k))]: f for k, f in parts.items()}
        for label in labels:
            if label not in parts:  # put there by somebody we didn't see
                parts[label] = self._in_record(item, label) or Flow(item.origins)
        return parts

    def _in_record(self, record: Flow, label: Hashable) -> Flow:
        """The part of a record that ``json_normalize`` or a maker of frames calls by that label."""
        if self.call.op.name != "json_normalize":
            return _below(record, label, ".")
        get = self.call.args.get
        path, separator = get("record_path") or (), str(get("sep") or ".")
        inner = record.follow(step for key in ([path] if isinstance(path, str) else path) for step in (key, EACH))
        own, around = (str(label).removeprefix(get(p) or "") for p in ("record_prefix", "meta_prefix"))
        return (path and _below(inner, own, separator)) or _below(record, around, separator) or Flow(record.origins)

    # -- States ----------------------------------------------------------------------------------------------------
    def _replaced(self, value: Any, node: ast.expr, flow: Flow, *, whole: bool = False) -> Any:
        """The value with States in place of its untracked parts."""
        if value is None or isinstance(value, State | bool | type | Function) or not flow:
            return value
        if isinstance(value, slice):
            return self._bounds(value, node)
        tracked = any(True for _ in self.call.states(value))
        if isinstance(value, list | tuple) and flow.parts and (tracked or not whole) and len(value) <= MOST_PARTS:
            parts = [flow.parts.get(i, EMPTY) for i in range(len(value))]
            items = zip(value, parts, strict=True)
            return type(value)(self._replaced(v, self._inside(node, i), f) for i, (v, f) in enumerate(items))
        if isinstance(value, dict) and flow.parts:
            return {k: self._replaced(v, self._inside(node, k), flow.parts.get(k, EMPTY)) for k, v in value.items()}
        return value if tracked else self._state(value, node, flow)

    def _bounds(self, value: slice, node: ast.expr) -> slice:
        root, at = self._root(node)
        if not isinstance(root, ast.Slice):
            return value
        start = self._replaced(value.start, root.lower or node, self.resolver.flow(root.lower, at))
        stop = self._replaced(value.stop, root.upper or node, self.resolver.flow(root.upper, at))
        return slice(start, stop, value.step)

    def _state(self, value: Any, node: ast.expr, flow: Flow) -> State:
        if flow.state is not None:
            return flow.state
        root, at = self._root(node)
        return self.deriver.state(flow, self._title(root, at), self._place(root, at), value, self.made)

    def _table(self, flow: Flow, node: ast.expr, value: Any) -> State:
        """A list of records."""
        root, at = self._root(node)
        aligned = any(o.aligned for o in flow.origins)
        named = dict(enumerate(flow.columns)) if flow.columns is not None else self._labelled(flow.each())
        columns = {k: f if aligned else f.unaligned() for k, f in named.items()}
        return self.deriver.table(
            columns, flow, self._title(root, at), self._place(root, at), size_of(value), self.made
        )

    def _record(self, parts: dict[Hashable, Flow], node: ast.expr) -> State:
        root, at = self._root(node)
        return self.deriver.record(parts, self._title(root, at), self._place(root, at), self.made)

    # -- where -----------------------------------------------------------------------------------------------------
    def _root(self, node: ast.expr) -> tuple[ast.expr, Where]:
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

    def _inside(self, node: ast.expr, key: Hashable) -> ast.expr:
        """The expression of an item of a display, else the whole."""
        root, _ = self._root(node)
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
        scope = at.source.scope(node)
        function = getattr(scope, "name", "<lambda>" if isinstance(scope, ast.Lambda) else "<module>")
        if not hasattr(node, "lineno"):  # made by us, of several arguments
            return Place(self.at.file, self._here(), function)
        return Place(at.file, span(node), function)

    def _here(self) -> tuple[int, int, int, int]:
        consumer = self.resolver.consumer
        assert consumer is not None
        return span(consumer.node)


def _holds_function(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(isinstance(p, Function) or _holds_function(p) for p in parts)


def _below(record: Flow, label: Hashable, separator: str) -> Flow:
    """The part of a record that became a column: ``a.b`` of a record in it, or one of those added by ``**``."""
    for name in (label, f".{label}"):  # a field of an object
        if record.parts is not None and name in record.parts:
            return record.parts[name]
    for key, inside in (record.parts or {}).items():
        head = f"{key}{separator}"
        if isinstance(label, str) and label.startswith(head) and inside.parts is not None:
            return _below(inside, label.removeprefix(head), separator)
    if record.values is not None:
        return record.values.part(label)
    return record.part(label) if record.parts is None else EMPTY


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, Opaque) and value.type == "dict")


def _keys(value: Any, flow: Flow) -> list[Hashable]:
    return list(value) if isinstance(value, dict) else list(flow.parts or ())
