"""The value of a call that wasn't recorded: a known function, a function of the user's, a method, or anything else.

To teach a function that needs more than a line in ``known_calls``: a function ``(resolver, node, where) -> Flow``
under ``@function("dotted.name")``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from lineage_ext.capture.definitions import Callee, callee
from lineage_ext.capture.flow import EMPTY, Flow, K, T, distinct, gathered, mapping, sequence, union
from lineage_ext.capture.known_calls import IGNORED, METHODS, SIZE, UNALIGNED_METHODS, Known, known
from lineage_ext.capture.resolver import Resolver, Where, called, expression, never_ran
from lineage_ext.capture.source import FUNCTIONS, span
from lineage_ext.model import Transformation

UNRECORDED = frozenset({"pipe", "keys", "info", "memory_usage", "plot", "hist", "boxplot", "iteritems"})  # methods
Special = Callable[[Resolver, ast.Call, Where], Flow]
SPECIAL: dict[str, Special] = {}


def function(*names: str) -> Callable[[Special], Special]:
    """Register what a function does."""

    def register(handler: Special) -> Special:
        SPECIAL.update(dict.fromkeys(names, handler))
        return handler

    return register


@expression(ast.Call)
def call(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Its result, by what is known of the callee."""
    what = callee(r, node.func, at)
    if what.definition is not None:
        return _user_function(r, node, at, what)
    special = SPECIAL.get(what.name)
    if special is not None:
        return special(r, node, at)
    facts = known(what.name) if what.name else None
    if facts is not None:
        return _known(r, node, at, facts)
    entered = r.entered(node, at)
    if entered:
        return union(_result(r, definition, frame) for definition, frame in entered)
    if isinstance(node.func, ast.Attribute) and not what.name:
        return _method(r, node, node.func, at)
    return unknown(r, node, at, what.name or called(node))


def arguments(node: ast.Call) -> Iterator[ast.expr]:
    """All arguments."""
    for argument in node.args:
        yield argument.value if isinstance(argument, ast.Starred) else argument
    for keyword in node.keywords:
        yield keyword.value


def unknown(r: Resolver, node: ast.Call, at: Where, name: str) -> Flow:
    """Anything may have become of the arguments."""
    return union(r.flow(a, at) for a in arguments(node)).through(T.TRANSFORMATION, reason=f"called {name}")


def _known(r: Resolver, node: ast.Call, at: Where, facts: Known) -> Flow:
    values: list[Flow] = []
    counts: list[Flow] = []
    for argument, way in _ways(node, facts):
        if isinstance(way, Transformation):
            found = r.flow(argument, at).through(way, aligned=facts.aligned)
            (counts if way is T.FILTER else values).append(found)
        elif way == SIZE:
            values.append(r.flow(argument, at).rows())
    return union(values).counted(union(counts))


def _ways(node: ast.Call, facts: Known) -> Iterator[tuple[ast.expr, Transformation | str | None]]:
    """Each argument with the way it influences the result."""
    named = dict(facts.params)
    for i, argument in enumerate(node.args):
        yield argument, facts.params[i][1] if i < len(facts.params) else facts.rest
    for keyword in node.keywords:
        fallback = None if keyword.arg in IGNORED else facts.rest
        yield keyword.value, named.get(keyword.arg or "", fallback)


# -- functions of the user's -----------------------------------------------------------------------------------------
def _user_function(r: Resolver, node: ast.Call, at: Where, what: Callee) -> Flow:
    here = (at.file, span(node))
    definition, around = what.definition, what.at
    recursive = at.chain is not None and here in at.chain
    if not isinstance(definition, FUNCTIONS) or around is None or recursive:
        return unknown(r, node, at, what.name)
    chain = None if at.chain is None else (here, *at.chain)
    frame = Where(around.source, around.reaching, chain, at.since)
    return _result(r, definition, frame) or unknown(r, node, at, what.name)


def _result(r: Resolver, definition: ast.AST, frame: Where) -> Flow:
    """What a function returns or yields, and the conditions it decides by."""
    if isinstance(definition, ast.Lambda):
        return r.flow(definition.body, frame)
    returned: list[Flow] = []
    yielded: list[Flow] = []
    tests: list[Flow] = []
    for part in frame.source.own(definition):
        if isinstance(part, ast.Return):
            returned.append(r.flow(part.value, frame))
        elif isinstance(part, ast.Yield):
            yielded.append(r.flow(part.value, frame))
        elif isinstance(part, ast.YieldFrom):
            yielded.append(r.flow(part.value, frame).each())
        elif isinstance(part, ast.If | ast.While):
            tests.append(r.flow(part.test, frame))
    value = sequence(union(yielded)) if yielded else union(returned)
    conditions = union(tests).through(T.CONDITIONAL)
    return union((value, conditions)) if conditions else value


# -- methods ---------------------------------------------------------------------------------------------------------
def _method(r: Resolver, node: ast.Call, method: ast.Attribute, at: Where) -> Flow:
    """A method of something that isn't recorded: an array, a dict, a model."""
    value, name = r.flow(method.value, at), method.attr
    if name not in UNRECORDED and never_ran(r, node, at, value):
        return EMPTY
    inside = _of_dict(r, node, name, value, at)
    if inside is not None:
        return inside
    if name == "get_level_values" and node.args:
        return value.level(node.args[0])
    if name in METHODS:
        way, aligned = METHODS[name]
        operands = union(r.flow(a, at) for a in node.args).through(T.TRANSFORMATION)
        return union((value.through(way, aligned=aligned and name not in UNALIGNED_METHODS), operands))
    reason = f"called {name}"
    others = unknown(r, node, at, name)
    return union((value.through(T.TRANSFORMATION, reason=reason), others))


def _of_dict(r: Resolver, node: ast.Call, name: str, value: Flow, at: Where) -> Flow | None:
    if value.parts is None and value.item is None:
        return None
    keys = value.item or EMPTY
    inside = union(value.parts.values()) if value.parts else value.values or Flow(value.origins)
    if name == "items":
        return sequence(gathered({0: keys, 1: inside})).counted(keys)
    if name == "values":
        return sequence(inside).counted(keys)
    if name == "keys":
        return distinct(keys)
    if name in {"get", "pop", "setdefault"} and node.args:
        return _entry(r, node, at, value)
    return value if name == "copy" else None


def _entry(r: Resolver, node: ast.Call, at: Where, value: Flow) -> Flow | None:
    """``d.get(key, default)``."""
    key, *default = node.args
    others = union(r.flow(a, at) for a in default)
    if isinstance(key, ast.Constant) and value.parts:
        return union((value.part(key.value), others))
    return union((value.values, r.flow(key, at).through(T.JOIN), others)) if value.values is not None else None


# -- functions that see inside their arguments -----------------------------------------------------------------------
def _iterated(r: Resolver, node: ast.expr, at: Where) -> Flow:
    """A list of the items."""
    whole, items = r.flow(node, at), _items(r, node, at)
    if whole.values is not None:
        return distinct(items)
    return replace(sequence(items), count=whole.count) if items else EMPTY


def _items(r: Resolver, node: ast.expr, at: Where) -> Flow:
    flow = r.flow(node, at)
    labels = flow.state is not None and flow.state.kind is K.FRAME  # iterating a frame gives its labels
    return EMPTY if labels else flow.each()


@function("builtins.zip", "itertools.product", "itertools.zip_longest")
def zip_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Tuples of the items."""
    parts: dict[object, Flow] = {}
    for i, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            return sequence(_items(r, argument.value, at).each())
        parts[i] = _items(r, argument, at)
    count = union(r.flow(a, at) for a in node.args).count
    return replace(sequence(gathered(parts)), count=count)


@function("numpy.where")
def where(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """One of two values by a condition; with the condition alone the positions where it holds."""
    facts = known("numpy.where" if len(node.args) > 1 else "numpy.nonzero")
    return _known(r, node, at, facts) if facts is not None else EMPTY


@function("builtins.enumerate")
def enumerate_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """A counter and the item."""
    item = _items(r, node.args[0], at) if node.args else EMPTY
    return sequence(gathered({0: item.rows(), 1: item}))


@function("builtins.list", "builtins.tuple", "collections.deque")
def list_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same items."""
    flow = r.flow(node.args[0], at) if node.args else EMPTY
    if flow.parts is not None and all(isinstance(k, int) for k in flow.parts):
        return flow
    return _iterated(r, node.args[0], at) if node.args else EMPTY


@function("builtins.sorted")
def sorted_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same items in an order of their own, which decides what a slice takes."""
    if not node.args:
        return EMPTY
    key = next((k.value for k in node.keywords if k.arg == "key"), None)
    items = _items(r, node.args[0], at)
    by = applied(r, node, key, at) if key is not None else None
    return sequence(items).unaligned().counted(items if by is None else by)


@function("builtins.reversed")
def reversed_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same items in another order."""
    items = _iterated(r, node.args[0], at) if node.args else EMPTY
    return items.unaligned()


@function("builtins.set", "builtins.frozenset", "numpy.unique", "collections.Counter")
def unique(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The different items."""
    return distinct(_items(r, node.args[0], at)) if node.args else EMPTY


@function("builtins.dict", "collections.OrderedDict")
def dict_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Of keywords, of another dict, or of pairs."""
    parts: dict[object, Flow] = {k.arg: r.flow(k.value, at) for k in node.keywords if k.arg}
    if not node.args:
        return gathered(parts)
    flow = r.flow(node.args[0], at)
    pair = flow.item
    if pair is not None and pair.parts is not None and 1 in pair.parts:
        return mapping(pair.part(0), pair.part(1))
    return union((flow, gathered(parts))) if parts else flow


@function("builtins.map", "builtins.filter", "functools.reduce")
def map_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The function's result for each item: from the items, and from what the function captures."""
    if not node.args:
        return EMPTY
    function, *rest = node.args
    item = applied(r, node, function, at)
    if item is None:
        values = union((*(_items(r, a, at) for a in rest), r.flow(function, at)))
        item = values.through(T.TRANSFORMATION, reason=f"called {_name(function)}")
    if called(node) == "map":
        return sequence(item).counted(union(r.flow(a, at) for a in rest).rows())
    items = _items(r, rest[0], at) if rest else EMPTY
    return sequence(items).unaligned().counted(item) if called(node) == "filter" else item.unaligned()


def applied(r: Resolver, node: ast.Call, function: ast.expr, at: Where) -> Flow | None:
    """What a function of the user's that is handed over in this call makes of what it is called with."""
    what = callee(r, function, at)
    if not isinstance(what.definition, FUNCTIONS) or what.at is None or at.chain is None:
        return None
    frame = Where(what.at.source, what.at.reaching, ((at.file, span(node)), *at.chain), at.since)
    return _result(r, what.definition, frame)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "a function")


@function("builtins.max", "builtins.min")
def extreme(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The greatest of one argument's items, or of several arguments."""
    whole = union(r.flow(a, at) for a in arguments(node))
    return whole.through(T.AGGREGATION if len(node.args) == 1 else T.TRANSFORMATION, aligned=len(node.args) > 1)


@function("builtins.getattr")
def getattr_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """A column of that name, if the name is constant."""
    flow = r.flow(node.args[0], at) if node.args else EMPTY
    name = node.args[1] if len(node.args) > 1 else None
    return flow.part(name.value) if isinstance(name, ast.Constant) else flow.through(T.IDENTITY)
