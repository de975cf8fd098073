"""Operators as the calls of methods that they are to classes which define those: ``a + b`` as ``a.__add__(b)``.

To teach one more: a line in one of the tables. The calls are nodes of ours; they have the span of the instruction that
enters the method, so that what was recorded inside is found by them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from lineage_ext.capture.caller import USER, classify
from lineage_ext.capture.source import COMPREHENSIONS, Source

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitAnd: "and",
    ast.BitOr: "or", ast.BitXor: "xor",
}  # fmt: skip
COMPARING: dict[type[ast.cmpop], tuple[str, str]] = {  # the method of the left side, and that of the right one
    ast.Eq: ("__eq__", "__eq__"), ast.NotEq: ("__ne__", "__ne__"), ast.Lt: ("__lt__", "__gt__"),
    ast.Gt: ("__gt__", "__lt__"), ast.LtE: ("__le__", "__ge__"), ast.GtE: ("__ge__", "__le__"),
    ast.In: ("", "__contains__"), ast.NotIn: ("", "__contains__"),
}  # fmt: skip
UNARY: dict[type[ast.unaryop], str] = {
    ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__", ast.Not: "__bool__",
}  # fmt: skip
SUBSCRIPT: dict[type[ast.expr_context], str] = {
    ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__",
}  # fmt: skip
ASKING = {  # Python's own functions that ask their first argument
    "len": "__len__", "str": "__str__", "repr": "__repr__", "float": "__float__", "int": "__int__", "bool": "__bool__",
    "abs": "__abs__", "round": "__round__", "next": "__next__", "format": "__format__",
}  # fmt: skip
ITERATING = ("__next__", "__iter__")
METHODS = frozenset({
    *(f"__{before}{name}__" for name in BINARY.values() for before in ("", "r", "i")),
    *(name for names in COMPARING.values() for name in names if name), *UNARY.values(), *SUBSCRIPT.values(),
    *ASKING.values(), *ITERATING,
})  # fmt: skip
OPERATORS = (ast.BinOp, ast.AugAssign, ast.Compare, ast.UnaryOp, ast.Subscript, ast.Call)
LOOPS = (ast.For, ast.AsyncFor)
Asked = tuple[str, ast.expr, list[ast.expr]]  # a method, what it is called on, and with what


def defined(source: Source) -> frozenset[str]:
    """The methods for operators that the classes of a Source define, and those of the user's that it imports."""
    own = source.parents if "def __" in source.text else ()
    functions = (n for n in own if isinstance(n, ast.FunctionDef) and n.name in METHODS)
    imported = (name for n in source.parents if isinstance(n, ast.Import | ast.ImportFrom) for name in _imported(n))
    return frozenset((*(n.name for n in functions if isinstance(source.parents[n], ast.ClassDef)), *imported))


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What the loaded classes define that an import statement names, or that the modules it names hold."""
    base = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        held = _users(base + alias.name) or _users(base[:-1])
        one = held.get(alias.name)
        for cls in [one] if one is not None else list(held.values()):
            if type(cls) is type and _users(cls.__module__):
                yield from (name for own in cls.__mro__[:-1] for name in METHODS & vars(own).keys())


def _users(name: str) -> dict[str, Any]:
    """What a module holds, if it is the user's. One that may load itself when it is asked is left alone."""
    module = sys.modules.get(name)
    held = vars(module) if type(module) is ModuleType else {}
    file = held.get("__file__")
    return held if type(file) is str and classify(file) == USER else {}


def meant(source: Source, node: ast.AST) -> list[ast.Call]:
    """The calls that an operator may be, the likeliest first; the same ones each time."""
    known = source.meant.get(node)
    if known is None:
        asked = _asked(source, node) if isinstance(node, OPERATORS) else iter(())
        known = source.meant[node] = [_call(source, one, node, node) for one in asked]
    return known


def iterating(source: Source, value: ast.AST) -> list[ast.Call]:
    """The calls by which a loop, or a function that is given ``value``, goes through its items."""
    parent = source.parents.get(value)
    known = source.iterated.get(value)
    if known is None:
        place = _iterated_at(source, value, parent)
        asked: list[Asked] = [(name, value, []) for name in ITERATING] if isinstance(value, ast.expr) else []
        known = source.iterated[value] = [_call(source, one, value, place) for one in asked]
    return known


def all_meant(source: Source, names: frozenset[str]) -> Iterator[ast.Call]:
    """All calls of these methods that the operators of a Source may be."""
    for node in list(source.parents):
        if isinstance(node, OPERATORS):
            yield from (call for call in meant(source, node) if _name(call) in names)
        elif isinstance(node, (*LOOPS, ast.comprehension)) and not names.isdisjoint(ITERATING):
            yield from (call for call in iterating(source, node.iter) if _name(call) in names)


def entering(source: Source, node: ast.AST, name: str) -> ast.Call | None:
    """The call of the method ``name`` that the operator, loop or call ``node`` enters."""
    loops = [node.iter] if isinstance(node, LOOPS) else []
    loops += [g.iter for g in node.generators] if isinstance(node, COMPREHENSIONS) else []
    parts = [node.value] if isinstance(node, ast.Starred | ast.YieldFrom) else [node]
    parts += [*node.args, *(k.value for k in node.keywords)] if isinstance(node, ast.Call) else []
    found = [*meant(source, node), *(c for over in (*loops, *parts) for c in _own(source, over, name))]
    return next((call for call in found if _name(call) == name), None)


def _own(source: Source, node: ast.expr, name: str) -> list[ast.Call]:
    plain = isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
    return iterating(source, node) if name in ITERATING and plain else []


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _iterated_at(source: Source, value: ast.AST, parent: ast.AST | None) -> ast.AST:
    if isinstance(parent, ast.comprehension):
        parent = source.parents.get(parent)
    if isinstance(parent, ast.Call | ast.Starred | ast.YieldFrom):
        return parent
    looping = isinstance(parent, (*LOOPS, *COMPREHENSIONS))
    return parent if looping and parent is not None and sys.version_info < (3, 13) else value


def _asked(source: Source, node: ast.AST) -> Iterator[Asked]:
    if isinstance(node, ast.BinOp):
        name = BINARY[type(node.op)]
        yield f"__{name}__", node.left, [node.right]
        yield f"__r{name}__", node.right, [node.left]
    elif isinstance(node, ast.AugAssign):
        name = BINARY[type(node.op)]
        yield from ((f"__{before}{name}__", node.target, [node.value]) for before in ("i", ""))
        yield f"__r{name}__", node.value, [node.target]
    elif isinstance(node, ast.Compare):
        right, other = node.comparators[0], COMPARING.get(type(node.ops[0]))
        if other is not None:
            yield from (
                (n, on, [by]) for n, on, by in ((other[0], node.left, right), (other[1], right, node.left)) if n
            )
    elif isinstance(node, ast.UnaryOp):
        yield UNARY[type(node.op)], node.operand, []
    elif isinstance(node, ast.Subscript):
        yield from _subscripted(source, node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKING and node.args:
        yield ASKING[node.func.id], node.args[0], node.args[1:]


def _subscripted(source: Source, node: ast.Subscript) -> Iterator[Asked]:
    parent = source.parents.get(node)
    given = [parent.value] if isinstance(parent, ast.Assign | ast.AugAssign | ast.AnnAssign) and parent.value else []
    stored = given if isinstance(node.ctx, ast.Store) else []
    yield SUBSCRIPT[type(node.ctx)], node.value, [node.slice, *stored]
    if isinstance(parent, ast.AugAssign) and stored:
        yield SUBSCRIPT[ast.Load], node.value, [node.slice]


def _call(source: Source, asked: Asked, node: ast.AST, place: ast.AST) -> ast.Call:
    """The call, as if it stood in ``node`` and were made at ``place``."""
    name, on, given = asked
    call = ast.Call(ast.Attribute(on, name, ast.Load()), given, [])
    ast.copy_location(call, place)
    call.func.lineno = call.func.end_lineno = call.lineno  # it isn't named on a line of its own
    call.func.col_offset = call.func.end_col_offset = call.col_offset
    source.add(call, node)
    source.add(call.func, node)
    return call
