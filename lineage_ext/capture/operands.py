"""Which expression of the user's source is which argument of a recorded call.

A call's span leads to a node: a call, an operator, a subscript, an attribute or the target of an assignment. What each
kind says of the operation's parameters stands in one function per kind, in ``OPERANDS``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from lineage_ext.capture.source import Source, called
from lineage_ext.rules.op import Op

Operands = dict[str, ast.expr]
ASSIGNED = ("value", "labels", "values")  # the parameter of setters that takes the assigned value
MIRRORED = {ast.Lt: "gt", ast.Gt: "lt", ast.LtE: "ge", ast.GtE: "le"}
READS = "read_"
READERS = "Reader"  # they give a file or text part by part
NO_DATA = frozenset({"memo"})  # of ``__deepcopy__``: what is copied already, by ``copy.deepcopy`` of what it is in
LABELLED_BY_ITSELF = frozenset({"to_series", "to_frame"})  # an Index made a frame keeps itself as the index
MAKING = frozenset({"__init__", "__new__", "from_dict", "from_records"})
MADE_OF = ("data", "index")
JOINING = {"reduce": 1, "accumulate": 0}  # they put all items together, one with another; where those stand
CALLED_TO_MAKE = frozenset({"cls", "__class__", "__init__", "__new__", "_constructor", "_constructor_sliced"})
PLAIN = {ast.Lt: "lt", ast.Gt: "gt", ast.LtE: "le", ast.GtE: "ge"}


def operands(op: Op, node: ast.AST, source: Source) -> Operands:
    """Parameter → expression, for those that aren't constant."""
    handler = OPERANDS.get(type(node))
    found = handler(op, node, source) if handler else {}
    if op.name in MAKING and isinstance(node, ast.expr) and not _makes(op, node):
        found = dict.fromkeys(MADE_OF, node)
    return {p: n for p, n in found.items() if p in op.params and p not in NO_DATA and not is_constant(n)}


def _makes(op: Op, node: ast.expr) -> bool:
    """Whether an expression may be the call of a class, whose arguments are the constructor's, or of ``from_dict``.

    Else that ran within a library's function, as in ``shapes.buffer(2)`` or ``fitted.resid``: its data, an array that
    nobody saw, are what the expression gives.
    """
    if not isinstance(node, ast.Call):
        return isinstance(getattr(node, "ctx", None), ast.Store)
    name = called(node)
    if not op.name.startswith("__"):
        return name == op.name
    if isinstance(node.func, ast.Attribute) and not (node.args or node.keywords):
        return True
    return not name or name in CALLED_TO_MAKE | LABELLED_BY_ITSELF or name.lstrip("_")[:1].isupper()


def reading(op: Op) -> bool:
    """Whether an operation reads a file or text: at once, or what is next."""
    return op.name.startswith(READS) or op.owner.endswith(READERS)


def read_from(op: Op, node: ast.AST) -> ast.expr | None:
    """The expression of the file, or text, that a call reads; of a reader's the reader."""
    if not reading(op) or not op.params:
        return None
    if not op.name.startswith(READS):
        return _reader(node)
    if not isinstance(node, ast.Call):
        return None
    named = next((k.value for k in node.keywords if k.arg == op.params[0]), None)
    return node.args[0] if node.args else named


def _reader(node: ast.AST) -> ast.expr | None:
    """``reader`` for ``reader.get_chunk()``, ``next(reader)`` and the ``reader`` that a loop runs over."""
    if isinstance(node, ast.Call) and called(node) == "next" and node.args:
        return node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not called(node).startswith(READS):
        return node.func.value
    return node if isinstance(node, ast.expr) else getattr(node, "iter", None)


def receiver(op: Op, node: ast.AST) -> ast.expr | None:
    """The expression of ``self``."""
    if isinstance(node, ast.Call):
        return node.func.value if isinstance(node.func, ast.Attribute) and op.params[:1] == ("self",) else None
    if isinstance(node, ast.BinOp):
        return node.right if _reflected(op) else node.left
    if isinstance(node, ast.Compare):
        return node.left if _compare(op, node).get("other") is not node.left else node.comparators[0]
    if isinstance(node, ast.Attribute | ast.Subscript):
        return node.value
    return node.operand if isinstance(node, ast.UnaryOp) else None


def _reflected(op: Op) -> bool:
    return op.name.startswith("__r") and op.name != "__round__"


def is_constant(node: ast.expr) -> bool:
    """Whether an expression consists of literals only."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.UnaryOp):
        return is_constant(node.operand)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(is_constant(n) for n in node.elts)
    if isinstance(node, ast.Dict):
        return all(k is not None and is_constant(k) for k in node.keys) and all(is_constant(v) for v in node.values)
    if isinstance(node, ast.Slice):
        return all(n is None or is_constant(n) for n in (node.lower, node.upper, node.step))
    return False


def _call(op: Op, node: ast.Call, _: Source) -> Operands:
    name = called(node)
    if name == "assign" and op.name == "__setitem__":
        return {"value": node}  # of the keyword that the key names, see ``assigned``
    if name == "setattr" and len(node.args) == 3:
        return dict.fromkeys(ASSIGNED, node.args[2])
    if op.name == "__array_ufunc__":
        return {"*inputs": ast.Tuple(list(node.args), ast.Load())}
    if name in JOINING:
        return dict.fromkeys(op.params[:2], node.args[JOINING[name]]) if len(node.args) > JOINING[name] else {}
    names = list(op.params)
    if names and names[0] in {"self", "cls"}:
        names = names[1:]
    found: Operands = {}
    fixed = [n for n in names if not n.startswith("*")]
    star = next((n for n in names if n.startswith("*") and not n.startswith("**")), None)
    positional = fixed if star is None else names[: names.index(star)]
    given = node.args[:1] if name == "get" and op.name == "__getitem__" else node.args  # the default is none of its
    for i, argument in enumerate(given):
        if isinstance(argument, ast.Starred):
            found.update(dict.fromkeys((*positional[i:], *([star] if star else ())), argument.value))
            break
        if i < len(positional):
            found[positional[i]] = argument
        elif star is not None:
            found[star] = ast.Tuple(node.args[i:], ast.Load())
            break
        else:
            return {}  # more arguments than parameters: the operation ran inside the function that is called here
    found |= _keywords(op, node, fixed)
    inside = len(names) == len(op.params) or op.name == "__init__"
    if names and names[0] not in found and inside and isinstance(node.func, ast.Attribute):
        found[names[0]] = node.func.value  # ``index.unique()`` is ``pd.unique(index)``, ``to_series()`` a constructor
        if name in LABELLED_BY_ITSELF and op.name == "__init__":
            found.setdefault("index", node.func.value)
    return found


def _keywords(op: Op, node: ast.Call, names: list[str]) -> Operands:
    found: Operands = {}
    rest = [k for k in node.keywords if k.arg not in names]
    for keyword in node.keywords:
        if keyword.arg in names:
            found[keyword.arg or ""] = keyword.value
    double = next((p for p in op.params if p.startswith("**")), None)
    if rest and double is not None:
        found[double] = ast.Dict([ast.Constant(k.arg) if k.arg else None for k in rest], [k.value for k in rest])
    return found


def assigned(node: ast.expr, key: object) -> ast.expr | None:
    """The keyword of ``df.assign(key=…)``."""
    given = node.keywords if isinstance(node, ast.Call) and called(node) == "assign" else ()
    return next((k.value for k in given if k.arg == key), None)


def _binary(op: Op, node: ast.BinOp, _: Source) -> Operands:
    if op.name == "__array_ufunc__":
        return {"*inputs": ast.Tuple([node.left, node.right], ast.Load())}
    return {"other": node.left if _reflected(op) else node.right}


def _compare(op: Op, node: ast.Compare, _: Source | None = None) -> Operands:
    sides = [node.left, *node.comparators]
    if op.name == "__array_ufunc__":
        return {"*inputs": ast.Tuple(sides, ast.Load())}
    if len(sides) > 2:
        return {"other": ast.Tuple(sides, ast.Load())}
    kind, name = type(node.ops[0]), op.name.strip("_")
    if MIRRORED.get(kind) == name or (kind not in PLAIN and is_constant(sides[0])):
        return {"other": sides[0], "key": sides[0]}
    return {"other": sides[1]}


def _augmented(op: Op, node: ast.AugAssign, _: Source) -> Operands:
    if op.name == "__array_ufunc__":
        return {"*inputs": ast.Tuple([node.target, node.value], ast.Load())}
    return {"other": node.value}


def _subscript(op: Op, node: ast.Subscript, source: Source) -> Operands:
    found: Operands = dict.fromkeys(("key", "item", "idx"), node.slice)
    if isinstance(node.ctx, ast.Store):
        found |= _assignment(node, source)
    return found


def _attribute(op: Op, node: ast.Attribute, source: Source) -> Operands:
    return _assignment(node, source) if isinstance(node.ctx, ast.Store) else {}


def _assignment(target: ast.expr, source: Source) -> Operands:
    statement = source.parents.get(target)
    value: ast.expr | None = None
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        value = statement.value
    elif isinstance(statement, ast.AugAssign):
        load = ast.copy_location(_loaded(statement.target), statement.target)
        value = ast.copy_location(ast.BinOp(load, statement.op, statement.value), statement)
    elif isinstance(statement, ast.Tuple | ast.List):
        value = _unpacked(target, statement, source)
    return dict.fromkeys(ASSIGNED, value) if value is not None else {}


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return ast.Attribute(target.value, target.attr, ast.Load()) if isinstance(target, ast.Attribute) else target


def _unpacked(target: ast.expr, targets: ast.Tuple | ast.List, source: Source) -> ast.expr | None:
    """``df["a"], df["b"] = value``: the item of the value, as an expression."""
    statement = source.parents.get(targets)
    if not isinstance(statement, ast.Assign):
        return None
    i = targets.elts.index(target)
    value = statement.value
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets.elts):
        return value.elts[i]
    return ast.copy_location(ast.Subscript(value, ast.Constant(i), ast.Load()), targets)


OPERANDS: dict[type[ast.AST], Callable[[Op, Any, Source], Operands]] = {
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.AugAssign: _augmented,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
}
