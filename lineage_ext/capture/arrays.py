"""Arrays of two dimensions, column by column: made of a frame, or of columns and arrays put side by side.

Only what surely has one column counts as one: of anything else it can't be told which column is which, and every one
may have come from all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from lineage_ext.capture.calls import by_facts, function
from lineage_ext.capture.definitions import callee, events
from lineage_ext.capture.events import Kind
from lineage_ext.capture.flow import EMPTY, MOST_COLUMNS, Flow, K, Origin, T, union
from lineage_ext.capture.known_calls import known
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import called

FLAT, TABLES = frozenset({K.SERIES, K.INDEX}), frozenset({K.FRAME, K.ARRAY})
FILLED = frozenset({"numpy.ones", "numpy.zeros", "numpy.full", "numpy.empty", "numpy.arange", "numpy.linspace"})
BELOW = frozenset({"numpy.array", "numpy.vstack", "numpy.stack"})
SAME_SHAPE = frozenset({"astype", "to_numpy", "copy", "round", "clip", "cumsum", "fillna"})
UPRIGHT = frozenset({"(-1, 1)", "None", "np.newaxis"})  # ``x.reshape(-1, 1)``, ``x[:, None]``
MOST_DEPTH = 8


@function("numpy.array", "numpy.asarray", "numpy.asanyarray")
def array(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same values; of a frame column by column."""
    facts = known("numpy.array")
    found = by_facts(r, node, at, facts) if facts is not None else EMPTY
    return replace(found, columns=_of_frame(r.flow(node.args[0], at))) if node.args else found


@function("numpy.column_stack", "numpy.hstack", "numpy.concatenate")
def stacked(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Columns side by side, if that is how they are put together."""
    facts, listed = known(f"numpy.{called(node)}"), node.args[0] if node.args else None
    found = by_facts(r, node, at, facts) if facts is not None else EMPTY
    if not isinstance(listed, ast.List | ast.Tuple) or (called(node) == "concatenate" and not _along_rows(node)):
        return found
    flat = called(node) == "hstack" and not any(r.flow(n, at).columns is not None or _upright(n) for n in listed.elts)
    return found if flat else replace(found, columns=_columns(r, listed.elts, at))


def beside(r: Resolver, node: ast.Subscript, at: Where) -> Flow | None:
    """``np.c_[x, y]``; None if it isn't that."""
    if not isinstance(node.value, ast.Attribute) or callee(r, node.value, at).name != "numpy.c_":
        return None
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    found = union(r.flow(n, at) for n in items).through(T.IDENTITY)
    return replace(found, columns=_columns(r, items, at))


def turned(r: Resolver, node: ast.expr, value: Flow, at: Where) -> Flow:
    """``.T`` of an array: of rows that were put below each other these are its columns."""
    found = replace(value.through(T.IDENTITY), columns=None)
    listed = node.args[0] if isinstance(node, ast.Call) and node.args else None
    rows = isinstance(listed, ast.List | ast.Tuple) and callee(r, node.func, at).name in BELOW  # type: ignore[attr-defined]
    return replace(found, columns=_columns(r, listed.elts, at)) if rows else found  # type: ignore[union-attr]


def _columns(r: Resolver, items: Iterable[ast.expr], at: Where) -> tuple[Flow, ...] | None:
    columns: list[Flow] = []
    for node in items:
        flow = r.flow(node, at)
        several = flow.columns or _of_frame(flow)
        if several is None and not _is_one(r, node, at, 0):
            return None
        columns += several or [replace(flow, state=None)]
    return tuple(columns) if 1 < len(columns) <= MOST_COLUMNS else None


def _of_frame(flow: Flow) -> tuple[Flow, ...] | None:
    """The columns of a frame."""
    state = flow.state
    if state is None or state.kind is not K.FRAME or not 1 < len(state.labels) <= MOST_COLUMNS:
        return None
    return tuple(Flow((Origin(state, (slot,), T.IDENTITY, True),)) for slot in state.columns)


def _is_one(r: Resolver, node: ast.expr, at: Where, depth: int) -> bool:
    """Whether a value surely is one column: a series, an array of one, and what keeps their shape."""
    flow = r.flow(node, at)
    state = flow.state
    if flow.columns is not None:
        return False
    if state is not None:
        return state.kind in FLAT or (state.kind in TABLES and len(state.labels) == 1)
    if depth > MOST_DEPTH:
        return False
    parts = _shaping(r, node, at)
    return parts is not None and all(_is_one(r, n, w, depth + 1) for n, w in parts)


def _shaping(r: Resolver, node: ast.expr, at: Where) -> list[tuple[ast.expr, Where]] | None:
    """The expressions, with their frames, that must each be one column for this to be one; None if it can't be told."""
    if isinstance(node, ast.Constant):
        return []
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.MatMult):
        return [(node.left, at), (node.right, at)]
    if isinstance(node, ast.UnaryOp):
        return [(node.operand, at)]
    if isinstance(node, ast.Attribute) and node.attr in {"values", "array"}:
        return [(node.value, at)]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and _upright(node):
        return [(node.value, at)]
    if isinstance(node, ast.Call):
        return _of_call(r, node, at)
    bound = list(events(r, node.id, node, at)) if isinstance(node, ast.Name) else []
    values = [(e.value, w) for e, w in bound if e.kind is Kind.VALUE and e.value is not None and not e.path]
    return values if bound and len(values) == len(bound) else None


def _of_call(r: Resolver, node: ast.Call, at: Where) -> list[tuple[ast.expr, Where]] | None:
    name = callee(r, node.func, at).name
    if name in FILLED:
        return None if node.args and isinstance(node.args[0], ast.Tuple | ast.Name | ast.Attribute) else []
    facts = known(name) if name else None
    if facts is not None:
        return [(n, at) for n in node.args] if facts.aligned else None
    method = node.func if isinstance(node.func, ast.Attribute) else None
    if method is not None and (method.attr in SAME_SHAPE or _upright(node)):
        return [(method.value, at)]
    return None


def _upright(node: ast.expr) -> bool:
    """Whether an expression makes a column of two dimensions: ``x.reshape(-1, 1)``, ``x[:, None]``."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        return ast.unparse(node.slice.elts[1]) in UPRIGHT
    return called(node) == "reshape" and ast.unparse(ast.Tuple(node.args, ast.Load())) in UPRIGHT  # type: ignore[attr-defined]


def _along_rows(node: ast.Call) -> bool:
    axis = next((k.value for k in node.keywords if k.arg == "axis"), node.args[1] if len(node.args) > 1 else None)
    return isinstance(axis, ast.Constant) and axis.value == 1
