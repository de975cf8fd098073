"""What each kind of expression does with the values of its parts, where no recorded operation tells."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import replace

from lineage_ext.capture.arrays import beside
from lineage_ext.capture.decisions import truth
from lineage_ext.capture.definitions import events
from lineage_ext.capture.events import Kind
from lineage_ext.capture.flow import (
    EMPTY,
    Flow,
    K,
    T,
    distinct,
    gathered,
    labels_of,
    mapping,
    sequence,
    together,
    union,
)
from lineage_ext.capture.resolver import Resolver, Where, expression
from lineage_ext.capture.source import FUNCTIONS
from lineage_ext.capture.untaken import never_ran


@expression(ast.BinOp)
def binary(r: Resolver, node: ast.BinOp, at: Where) -> Flow:
    """All operands. Not recursive along the left, where long sums grow."""
    found: dict[ast.expr, Flow] = {}
    operand: ast.expr = node
    while isinstance(operand, ast.BinOp):
        recorded = r.recorded(operand, at) if operand is not node else None
        if recorded is not None:
            found[operand] = recorded
            break
        found[operand.right] = r.flow(operand.right, at)
        operand = operand.left
    else:
        found[operand] = r.flow(operand, at)
    value = union(found.values())
    if isinstance(node.op, ast.Mult):
        lists = [n for n, f in found.items() if isinstance(n, ast.List | ast.Tuple) or f.item is not None or f.parts]
        if lists:  # ``[x] * n``
            return sequence(union(found.pop(n) for n in lists).each()).counted(union(found.values()))
    if isinstance(node.op, ast.MatMult):
        value = replace(value, columns=None)
    return together(value, node.op)


@expression(ast.Compare)
def compare(r: Resolver, node: ast.Compare, at: Where) -> Flow:
    """Both sides. Whether something is None isn't a question to its data, but for single items."""
    if isinstance(node.ops[0], ast.Is | ast.IsNot) and not (value := r.flow(node.left, at)).one:
        return Flow(tuple(o for o in value.origins if not o.how.direct), count=value.count)
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        held = r.flow(node.comparators[0], at)
        if held.state is not None and held.state.kind is K.FRAME:  # a frame holds its labels
            return r.flow(node.left, at).through(T.TRANSFORMATION)
    return union(r.flow(n, at) for n in (node.left, *node.comparators)).through(T.TRANSFORMATION)


@expression(ast.BoolOp)
def boolean(r: Resolver, node: ast.BoolOp, at: Where) -> Flow:
    """``a or b`` is one of them, and decided by them."""
    return union(r.flow(n, at) for n in node.values).through(T.TRANSFORMATION)


@expression(ast.UnaryOp)
def unary(r: Resolver, node: ast.UnaryOp, at: Where) -> Flow:
    """Its operand."""
    return r.flow(node.operand, at).through(T.TRANSFORMATION)


@expression(ast.IfExp)
def conditional(r: Resolver, node: ast.IfExp, at: Where) -> Flow:
    """One of two, by a condition, which decides how many items there are, too: ``[x] if x > 3 else []``."""
    either, by = (r.flow(node.body, at), r.flow(node.orelse, at)), truth(r, node.test, at)
    value = union(either).under(by)
    longer = any(f.parts is not None for f in either) and _labels(either[0]) != _labels(either[1])
    return value.counted(by) if longer else value


def _labels(value: Flow) -> frozenset[object]:
    return frozenset(value.parts or ())


@expression(ast.JoinedStr)
def joined(r: Resolver, node: ast.JoinedStr, at: Where) -> Flow:
    """An f-string: the values it formats. Their nodes are asked for, not their spans, which CPython 3.11 shares."""
    parts = (v.value for v in node.values if isinstance(v, ast.FormattedValue))
    return union(r.flow(p, at) for p in parts).through(T.TRANSFORMATION)


@expression(ast.NamedExpr, ast.Starred, ast.Await, ast.FormattedValue, ast.YieldFrom)
def passed(r: Resolver, node: ast.NamedExpr | ast.Starred | ast.Await, at: Where) -> Flow:
    """The same value."""
    return r.flow(node.value, at)


@expression(ast.Tuple, ast.List)
def display(r: Resolver, node: ast.Tuple | ast.List, at: Where) -> Flow:
    """Items by position."""
    if any(isinstance(n, ast.Starred) for n in node.elts):
        return sequence(union(r.flow(n, at).each() if isinstance(n, ast.Starred) else r.flow(n, at) for n in node.elts))
    return gathered({i: r.flow(n, at) for i, n in enumerate(node.elts)})


@expression(ast.Set)
def set_display(r: Resolver, node: ast.Set, at: Where) -> Flow:
    """Items without position."""
    return distinct(union(r.flow(n, at) for n in node.elts))


@expression(ast.Dict)
def dictionary(r: Resolver, node: ast.Dict, at: Where) -> Flow:
    """Values by constant key; a computed key is what they are found by."""
    parts: dict[object, Flow] = {}
    keys: list[Flow] = []
    others: list[Flow] = []
    count: list[Flow] = []  # what decided how many entries there are in a dict that is added
    for key, value in zip(node.keys, node.values, strict=True):
        flow = r.flow(value, at)
        if isinstance(key, ast.Constant):
            parts[key.value] = flow
        elif key is not None:
            keys.append(r.flow(key, at))
            others.append(flow)
        else:
            parts.update(flow.parts or {})
            keys += [flow.item] if flow.values is not None and flow.item is not None else []
            others += [flow.values or flow] if flow.parts is None or flow.values is not None else []
            count.append(Flow(count=flow.count))
    found = mapping(union(keys), union(others)).counted(union(count))
    whole = gathered(parts)
    if not found:
        return whole
    return replace(union((whole, found)), parts=whole.parts or None, item=found.item, values=found.values)


@expression(ast.ListComp, ast.SetComp, ast.GeneratorExp)
def comprehension(r: Resolver, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, at: Where) -> Flow:
    """Its element, how many there are, and what its conditions let through."""
    everything = at if at.since is not None else at.all_since(r.since(node, at))
    item = r.flow(node.elt, everything)
    return _repeated(r, node.generators, sequence(item), everything)


@expression(ast.DictComp)
def dict_comprehension(r: Resolver, node: ast.DictComp, at: Where) -> Flow:
    """Its values, found by its keys."""
    everything = at if at.since is not None else at.all_since(r.since(node, at))
    found = mapping(r.flow(node.key, everything), r.flow(node.value, everything))
    return _repeated(r, node.generators, found, everything)


def _repeated(r: Resolver, generators: list[ast.comprehension], value: Flow, at: Where) -> Flow:
    """What is iterated decides how many items there are, even if no item comes from it; so do the conditions."""
    conditions = union(r.flow(c, at) for g in generators for c in g.ifs)
    rounds = union(r.rounds(next(at.source.up(g)), g.iter, at) for g in generators)
    return (value.unaligned() if conditions else value).counted(conditions).counted(rounds)


@expression(ast.Subscript)
def subscript(r: Resolver, node: ast.Subscript, at: Where) -> Flow:
    """A part: the item of a constant key, rows by slice or mask, values by a computed key."""
    side_by_side = beside(r, node, at)
    if side_by_side is not None:
        return side_by_side
    if _is_shape(node.value):
        return _width(r, node.value, at) if _constant(node.slice) == 1 else r.flow(node.value, at)
    value = r.flow(node.value, at)
    if not value:
        return r.flow(node.slice, at).through(T.TRANSFORMATION)  # looked up in something constant
    if never_ran(r, node, at, value):
        return EMPTY
    key = _constant(node.slice)
    if key is not None:
        return _single(_placed(value, key))
    if value.values is not None:
        keys = union((value.item or EMPTY, r.flow(node.slice, at)))
        return union((value.values, *(value.parts or {}).values())).under(keys, T.JOIN)
    return _items(r, node.slice, at, value)


def _placed(value: Flow, key: Hashable) -> Flow:
    """The part at a constant key. Which item of a list is there was decided by what decided which there are."""
    part = value.part(key)
    apart = value.item is None or value.values is not None or (value.parts is not None and key in value.parts)
    return part if apart or not isinstance(key, int) else part.under(Flow(value.count), T.FILTER)


def _width(r: Resolver, node: ast.expr, at: Where) -> Flow:
    """How many columns: what chose them."""
    frame = r.flow(node.value, at).state if isinstance(node, ast.Attribute) else None
    labels = labels_of(frame) if frame is not None else EMPTY
    return Flow(tuple(o._replace(how=T.AGGREGATION) for o in labels.origins))


def _items(r: Resolver, key: ast.expr, at: Where, value: Flow) -> Flow:
    """Items by slice, mask or computed position, of arrays perhaps of one column."""
    index = key.elts if isinstance(key, ast.Tuple) else [key]
    told = value.columns is not None
    if len(index) == 2 and value.columns is not None:
        value = _columns(value, value.columns, index[1])
    if isinstance(index[0], ast.Slice):
        inside = value.each() if value.item or value.parts else None
        chosen = Flow(value.origins, item=inside, count=value.count, one=value.one, columns=value.columns)
    elif value.columns is not None and not isinstance(index[0], ast.Constant):
        chosen = Flow(value.origins, columns=value.columns)
    else:
        chosen = value.item or Flow(value.origins)
    if len(index) == 2 and not told and _constant(index[1]) is not None:
        chosen = Flow(value.part(_constant(index[1])).origins)
    deciding = union(r.flow(i, at) for i in index)
    if not deciding and _is_everything(index[0]):
        return chosen
    if deciding.one and not value.one:
        return chosen.unaligned().under(deciding, T.JOIN)
    return chosen.unaligned().counted(deciding)


def _columns(value: Flow, columns: tuple[Flow, ...], key: ast.expr) -> Flow:
    """Some of an array's columns: one by its number, several by a list or slice; all, mixed, if it can't be told."""
    parts = [key.lower, key.upper, key.step] if isinstance(key, ast.Slice) else getattr(key, "elts", [key])
    numbers = [n for n in map(_number, parts) if n is not None]
    if isinstance(key, ast.Slice) and len(numbers) == sum(p is not None for p in parts):
        lower, upper, step = (_number(p) for p in parts)
        chosen = list(columns[lower:upper:step])
    elif len(numbers) == len(parts) and all(-len(columns) <= n < len(columns) for n in numbers):
        chosen = [columns[n] for n in numbers]
    else:
        return replace(value, columns=None)
    if isinstance(key, ast.Slice | ast.List):
        return Flow(union(chosen).origins, count=value.count, columns=tuple(chosen))
    return replace(chosen[0], count=value.count)


def _number(node: ast.expr | None) -> int | None:
    value = _constant(node) if node is not None else None
    return value if isinstance(value, int) else None


def _single(flow: Flow) -> Flow:
    """One item of a recorded array or series isn't that array; a recorded item of a tuple is itself."""
    known = flow.state is not None or flow.parts is not None or flow.item is not None
    return flow if known else flow.through(T.IDENTITY)


def _is_shape(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def _constant(node: ast.expr) -> str | int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return -value if isinstance(value, int) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str | int) else None


def _is_everything(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return True
    return isinstance(node, ast.Slice) and node.lower is None and node.upper is None and node.step is None


@expression(ast.Slice)
def bounds(r: Resolver, node: ast.Slice, at: Where) -> Flow:
    """Its bounds."""
    return union(r.flow(n, at) for n in (node.lower, node.upper, node.step))


@expression(ast.Lambda)
def function(r: Resolver, node: ast.Lambda, at: Where) -> Flow:
    """What a function captures: the names it reads that aren't its own."""
    return captured(r, node, at).through(T.TRANSFORMATION, reason="read inside the function")


Read = frozenset[ast.AST]  # functions that are looked into already


def captured(
    r: Resolver, node: ast.AST, at: Where, but: frozenset[K] = frozenset(), inside: Read = frozenset()
) -> Flow:
    """The values of the free names and defaults of a function, and of those that it calls; ``but``: no recorded objects
    of these kinds by name."""
    inner = Where(at.source, at.reaching, None, at.since)
    found: dict[str, Flow] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id not in found:
            flow = _free(r, part, node, inner, at, but, inside | {node})
            found[part.id] = EMPTY if flow.state is not None and flow.state.kind in but else flow
    defaults = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d] if isinstance(node, FUNCTIONS) else []
    return union((*found.values(), *(r.flow(d, at) for d in defaults)))


def _free(
    r: Resolver, name: ast.Name, function: ast.AST, inner: Where, at: Where, but: frozenset[K], inside: Read
) -> Flow:
    """A name inside a function, unless it is the function's own; looked up from where it is used, else made."""
    bound = ((e, w) for e, w in events(r, name.id, name, inner) if e.kind is not Kind.MUTATION)
    event, there = next(bound, (None, inner))
    if event is None:
        return EMPTY
    if there.source is inner.source and (event.node is function or function in there.source.up(event.node)):
        return _kept_on(r, name, function, at) if event.node is function else EMPTY
    if event.kind is Kind.DEFINITION and isinstance(event.node, FUNCTIONS):
        around = at if there.source is at.source else replace(there, chain=())
        return captured(r, event.node, around, but, inside) if event.node not in inside else EMPTY
    user = r.consumer.node if r.consumer is not None and r.consumer.at.source is at.source else function
    place = user if at.source.scope(user) is at.source.scope(function) else function
    asked = _asked(name.id, function, at) if event.kind is Kind.IMPORT else [()]
    return union(r.flow(at.source.name_at(name.id, place, attributes), at) for attributes in asked)


def _kept_on(r: Resolver, name: ast.Name, function: ast.AST, at: Where) -> Flow:
    """What a function reads of its own attributes, ``f.rate``."""
    if r.consumer is None or r.consumer.at.source is not at.source:
        return EMPTY
    asked = (attributes[:1] for attributes in _asked(name.id, function, at) if attributes)
    return union(r.flow(at.source.name_at(name.id, r.consumer.node, a), at) for a in dict.fromkeys(asked))


def _asked(name: str, function: ast.AST, at: Where) -> list[tuple[str, ...]]:
    """What a function uses of a module: ``("random", "normal")`` of ``np``."""
    uses = (n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name)
    return list(dict.fromkeys(map(at.source.asked, uses)))
