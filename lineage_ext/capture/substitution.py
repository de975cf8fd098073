"""One untracked argument of a call: which States its value, or the parts of it, came from.

A single value is explained by ``derived[param]``. Where the rule needs to see the inside (columns of a dict, rows and
columns of an indexer's key, a list that holds tracked objects too), the untracked parts are replaced in ``call.args``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from lineage_ext.capture.attributes import LOOKING_UP
from lineage_ext.capture.calls import result_of
from lineage_ext.capture.classes import handed_method
from lineage_ext.capture.contents import content, statements
from lineage_ext.capture.definitions import callee
from lineage_ext.capture.derivation import Derivation, Deriver
from lineage_ext.capture.expressions import captured
from lineage_ext.capture.flow import MOST_PARTS, Flow, K, T, union
from lineage_ext.capture.listing import TAKING, Listing, masked
from lineage_ext.capture.making import MAKERS, Making
from lineage_ext.capture.operands import ASSIGNED, MAKING, READS, assigned, is_constant, reading
from lineage_ext.capture.reads import parts, reads
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, called, preset_by, span
from lineage_ext.capture.stand_ins import StandIns
from lineage_ext.rules.call import CHANGED, CONTENT, Call, Function, Opaque, Resource, State
from lineage_ext.rules.database import changes_tables
from lineage_ext.rules.expressions import words_in

INDEXERS = frozenset({
    "_LocIndexer", "_iLocIndexer", "_AtIndexer", "_iAtIndexer", "_LocationIndexer", "_ScalarAccessIndexer",
})  # fmt: skip
SEEN_BY_RECORDS = frozenset({K.FRAME, K.SERIES, K.GROUPED})
OBJECTS = frozenset({K.FRAME, K.SERIES})
COLUMNS = frozenset({"key", "columns"})
BY_FUNCTION = frozenset({"agg", "aggregate"})  # dicts of functions, each for columns of its own
PIECES = "objs"  # the parameter of ``concat``
LABELLED_BY = {"data": "columns", PIECES: "keys"}  # what tells the labels, if not the keys of a dict
VARIABLE = re.compile(r"@(\w+)")
TEXTS = frozenset({"query", "eval"})
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
    _states: StandIns = field(init=False)
    _making: Making = field(init=False)

    def __post_init__(self) -> None:
        self._states = StandIns(self.resolver, self.deriver, self.call, self.at, self.made)
        self._making = Making(self._states, self.found)

    def resolve(self, param: str, node: ast.expr) -> None:
        """Explain one parameter's value by its expression."""
        value, at = self.call.args[param], self.at
        if called(node) == "assign" and self.call.op.name == "__setitem__":
            node, at = self._assigned(node)
        if self.call.op.name in TEXTS and param == "expr":
            if self.call.op.params[0] != "self":
                self._variables(value, node)
                return
            node = self._text(value, node)
        if isinstance(value, Function):
            self._captured(param, value, node, at)
            return
        if reading(self.call.op) and param == self.call.op.params[0] and self._read_back(value, node):
            return
        made_of = param == "data" and self.call.op.name in MAKERS
        if isinstance(value, Resource) and value.kind == "sql":
            self._database(value, node)
            return
        flow = (self.resolver.own_items(node, at) if made_of and isinstance(value, Opaque) else None) or Flow()
        flow = flow or self.resolver.flow(node, at)
        if self.call.op.name in MAKING and node is self._consumer(node):  # it ran within what the expression calls
            flow = flow.through(T.TRANSFORMATION)
        if not flow:
            return
        if made_of:
            self._making.data(param, value, node, flow)
        elif self.call.op.owner in INDEXERS and param == "key":
            self._key(param, value, node, flow)
        elif self.call.op.name in TAKING and self._lists_labels(param, value):
            self._labels(param, node)
        else:
            self._value(param, value, node, flow)

    def labelled(self, param: str, node: ast.expr) -> None:
        """The computed keys of a dict of recorded objects, which became labels."""
        self._making.keys(param, node, self.resolver.flow(node, self.at), LABELLED_BY[param])

    def _read_back(self, value: Any, node: ast.expr) -> bool:
        """What the program itself wrote into the file, or text, that is read, unless recorded calls did. A computed
        name of a file isn't that."""
        if not self.call.op.name.startswith(READS):
            made_by, at = self._states.root(node)
            read = made_by.args[0] if isinstance(made_by, ast.Call) and made_by.args else None
            if read is None or not called(made_by).startswith(READS):
                return False
            flow = self.resolver.flow(read, at)
            if flow:
                self.found[CONTENT] = self._making.text(flow, read, value)
            return bool(flow)
        named = isinstance(value, Resource) or (isinstance(value, str) and is_constant(node))
        flow = content(self.resolver, node, self.at)
        if flow and self.call.known:
            return True
        flow = flow or (Flow() if named else self.resolver.flow(node, self.at))
        if flow:
            self.found[CONTENT] = self._making.text(flow, node, value)
        return bool(flow)

    def _database(self, value: Resource, node: ast.expr) -> None:
        """What the program itself put into the database that is read, by whichever connection or cursor."""
        if self.call.known and not any(changes_tables(self.call, s) for s in statements(self.resolver, node, self.at)):
            return
        flow = (not self.call.known and content(self.resolver, node, self.at)) or self.resolver.flow(node, self.at)
        if flow:
            self.found[CHANGED if self.call.known else CONTENT] = self._making.text(flow, node, value)

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
        variables = self._here(VARIABLE.findall(text) if isinstance(text, str) else [], node)
        call = self._consumer(node)
        return ast.Tuple([*variables.values()] if node is call else [node, *variables.values()], ast.Load())

    def _variables(self, text: Any, node: ast.expr) -> None:
        """The text of ``pd.eval`` and, beside it, what its names hold."""
        here = self._here(words_in(text) if isinstance(text, str) else [], node)
        flows = {name: self.resolver.flow(variable, self.at) for name, variable in here.items()}
        held = {name: self._states.state(None, here[name], flow) for name, flow in flows.items() if flow}
        if held:
            self.call.args["expr"] = [text, held]

    def _here(self, names: Iterable[str], node: ast.expr) -> dict[str, ast.expr]:
        call = self._consumer(node)
        return {name: self.at.source.name_at(name, call) for name in names}

    def _consumer(self, node: ast.expr) -> ast.AST:
        return self.resolver.consumer.node if self.resolver.consumer is not None else node

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
            self.found[param] = self._states.record(labels, node)

    # -- kinds of arguments ----------------------------------------------------------------------------------------
    def _value(self, param: str, value: Any, node: ast.expr, flow: Flow) -> None:
        objects = self._objects(flow) if param == PIECES and isinstance(value, Opaque) else []
        if objects:
            self.call.args[param] = objects
        elif flow.columns is not None and flow.state is None and param in ASSIGNED:
            self.call.args[param] = self._making.table(flow, node, value)
        elif isinstance(value, dict) and _holds_function(value) and self._by_function():
            read = {k: self._read(self._states.inside(node, k)) for k, v in value.items() if _holds_function([v])}
            self.call.captured = self._states.record({k: f for k, f in read.items() if f}, node)
        elif _holds_function(value):
            self._read_inside(node, flow)
        elif isinstance(value, slice) or any(True for _ in self.call.states(value)) or self._is_row(param, value, flow):
            self.call.args[param] = self._states.replaced(value, node, flow)
        elif isinstance(value, dict) and flow.parts:
            self.found[param] = self._states.record({k: f for k, f in flow.parts.items() if f}, node)
        elif isinstance(value, dict) and flow.values is not None and self._by_column(value):
            rounds = {k: self._making.round(i, len(value), node) for i, k in enumerate(value)}
            self.found[param] = self._states.record({k: f for k, f in rounds.items() if f}, node)
        elif param == self.call.op.params[0]:
            self.call.args[param] = masked(flow) or self._states.state(value, node, flow)  # what the operation is about
        else:
            self.found[param] = self._states.state(value, node, flow)

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
        while (made := preset_by(node)) is not None:
            given = (*made.args[1:], *(k.value for k in made.keywords))
            self._reads(made, (self.resolver.flow(a, at) for a in given))
            definition = node = made.args[0]
        if not isinstance(node, ast.Lambda):
            what = callee(self.resolver, node, at)
            method = handed_method(self.resolver, node, at) if what.definition is None else None
            if method is not None:
                self._read_own(*method, node)
            found, there = method or (what.definition, what.at)
            if found is None or there is None:
                self._bound(param, *self._states.root(node))
                return
            definition, at = found, there
        told = (self.resolver, definition, value.bound, at)
        masks = bool(HASHING.search(at.source.text)) and self._hashes(definition, at)
        self.call.args[param] = replace(value, reads=reads(*told), parts=parts(*told), masks=masks)
        flow = captured(self.resolver, definition, at, SEEN_BY_RECORDS)
        if flow:
            self._read_inside(node, flow)

    def _bound(self, param: str, node: ast.expr, at: Where) -> None:
        """A function that was made of values, as by ``partial``, or is an object's: all that it has of them."""
        of = node.value if isinstance(node, ast.Attribute) else node
        flow = self.resolver.flow(of, at)
        if not flow:
            return
        if isinstance(node, ast.Attribute) and node.attr in LOOKING_UP and self.call.op.name == "map":  # as ``map(d)``
            self.call.args[param] = table = Opaque("dict")
            self.found[param] = self._states.state(table, of, flow)
        else:
            self._read_inside(of, flow)

    def _read_own(self, method: ast.FunctionDef, at: Where, node: ast.expr) -> None:
        """What a method that is handed over reads of its own object."""
        frame = Where(at.source, at.reaching, ((self.at.file, self._states.here()), *(self.at.chain or ())), at.since)
        first = method.args.args[0].arg if method.args.args else ""
        own = (n for n in ast.walk(method) if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == first)
        self._reads(node, (self.resolver.flow(n, frame) for n in own if isinstance(n.ctx, ast.Load)))

    def _reads(self, node: ast.expr, flows: Iterable[Flow]) -> None:
        """Values that a function has from elsewhere, but for objects whose use is recorded."""
        flow = union(f for f in flows if f.state is None or f.state.kind not in SEEN_BY_RECORDS)
        if flow:
            self._read_inside(node, flow)

    def _hashes(self, definition: ast.AST, at: Where) -> bool:
        """Whether all that the function gives of what the operation is called on is hashed."""
        if not isinstance(definition, FUNCTIONS):  # a class, which gives its objects
            return False
        frame = Where(at.source, at.reaching, ((self.at.file, self._states.here()), *(self.at.chain or ())), at.since)
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

    def _read_inside(self, node: ast.expr, flow: Flow) -> None:
        """A function may ask at which place of a list something stands (``ranked.index(s)``): the order counts."""
        state = self._states.state(None, node, flow if flow.one else flow.unaligned())
        self.call.seen = (*(s for s in self.call.seen if s.no != state.no), state)

    def _key(self, param: str, value: Any, node: ast.expr, flow: Flow) -> None:
        """``rows`` or ``(rows, columns)`` of an indexer."""
        root, at = self._states.root(node)
        if isinstance(value, tuple) and isinstance(root, ast.Tuple) and len(root.elts) == len(value) > 1:
            rows = self._states.replaced(value[0], root.elts[0], self.resolver.flow(root.elts[0], at))
            columns = value[1:]
            if isinstance(value[1], Opaque):
                columns = (
                    self._states.replaced(value[1], root.elts[1], self.resolver.flow(root.elts[1], at)),
                    *value[2:],
                )
            self.call.args[param] = (rows, *columns)
        elif isinstance(value, slice):
            self.call.args[param] = self._states.replaced(value, root, flow)
        else:
            self.found[param] = self._states.state(value, node, flow)

    def _by_column(self, value: dict[Hashable, Any]) -> bool:
        """Whether the keys of a dict are columns of the frame that the operation is about."""
        this = self.call.this
        frame = isinstance(this, State) and this.kind is K.FRAME
        return frame and 1 < len(value) <= MOST_PARTS and all(map(this.at, value))


def _holds_function(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(isinstance(p, Function) or _holds_function(p) for p in parts)
