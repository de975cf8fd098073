"""What ``object.attribute`` is, where no recorded operation tells: of pandas' objects, arrays, and the user's own."""

from __future__ import annotations

import ast

from lineage_ext.capture.arrays import turned
from lineage_ext.capture.flow import EMPTY, Flow, K, Origin, T, labels_of
from lineage_ext.capture.group_attributes import of_groups
from lineage_ext.capture.objects import asked_of, attribute_of
from lineage_ext.capture.resolver import Resolver, Where, expression
from lineage_ext.capture.untaken import never_ran
from lineage_ext.model import ORDER, ROWS

NO_DATA = frozenset("dtypes dtype name names ndim nlevels itemsize flags attrs __name__ __class__".split())
UNRECORDED = frozenset({
    "axes", "categories", "freq", "groups", "hasnans", "indices", "is_monotonic_decreasing", "is_monotonic_increasing",
    "is_unique", "nbytes", "ngroups", "nth", "ordered", "plot", "style", "tz", "unit", "list", "struct", "sparse",
})  # fmt: skip  # properties of pandas objects that aren't operations
LOOKING_UP = frozenset({"get", "__getitem__"})  # of a dict, to be called later
SIZES = frozenset({"shape", "size", "empty"})
SAME = frozenset({"values", "array", "loc", "iloc", "at", "iat", "str", "dt", "cat", "flat", "real", "obj"})


@expression(ast.Attribute)
def attribute(r: Resolver, node: ast.Attribute, at: Where) -> Flow:
    """A column, the index, a size, an attribute that was set, or something the object holds."""
    if node.attr == "columns":
        frame = r.flow(node.value, at).state
        return labels_of(frame) if frame is not None and frame.kind is K.FRAME else EMPTY
    own = attribute_of(r, node, at)
    if own is not None:
        return own
    value = r.flow(node.value, at)
    part = (value.parts or {}).get(f".{node.attr}")
    if part is not None and (part or not r.namespace.operators):
        return part  # what operators make anew isn't told by attribute
    asked = asked_of(r, node, at) if r.namespace.has_getattr and node.attr not in (value.parts or {}) else None
    return _of_value(r, node, value, at) if asked is None else asked


def _of_value(r: Resolver, node: ast.Attribute, value: Flow, at: Where) -> Flow:
    """What every object of pandas, and every array, has by that name; else something it holds."""
    if node.attr in NO_DATA:
        return _no_data(r, node, value)
    groups = of_groups(value, node.attr)
    if groups is not None:
        return groups
    if node.attr in SIZES:
        return value.length()
    if node.attr == "index":
        return value.index()
    if node.attr in SAME:
        return value.through(T.IDENTITY)
    if node.attr == "T":
        return turned(r, node.value, value, at)
    if node.attr in LOOKING_UP and value.values is not None and value.item is not None:
        return value.values.under(value.item, T.JOIN)
    if node.attr not in UNRECORDED and never_ran(r, node, at, value):
        return EMPTY
    column = value.part(node.attr)
    if column.origins != value.origins:
        return column
    return value.through(T.TRANSFORMATION)


def _no_data(r: Resolver, node: ast.Attribute, value: Flow) -> Flow:
    """``name``, ``dtype`` and the like of what pandas made are no data, but a row's name; those of the user's may be.

    So may what decided which of several objects it is: ``(BIG if q > 4 else SMALL).name``.
    """
    if value.parts is not None and node.attr in value.parts:
        return value.part(node.attr)
    if node.attr == "name" and (place := _place(r, value)):
        return place
    if value.origins and all(o.state.kind is K.ROW and o.state.row is None for o in value.origins):
        return value.part(node.attr)  # of a row of ``itertuples``
    if node.attr == "name" and value.state is None and all(o.how is not T.IDENTITY for o in value.origins):
        return value.through(T.TRANSFORMATION)
    chosen = isinstance(node.value, ast.IfExp | ast.BoolOp | ast.Call)
    return Flow(tuple(o for o in value.origins if chosen and o.how is T.CONDITIONAL))


def _place(r: Resolver, value: Flow) -> Flow:
    """Where a row stood in its frame: its label in the index, and what decided that it is this row."""
    rows = {o.state: frame for o in value.origins if (frame := r.records.frame_of(o.state)) is not None}
    labels = (Origin(frame, frame.levels, single=True) for frame in rows.values())
    return Flow((*labels, *(Origin(row, (ROWS, ORDER), T.FILTER) for row in rows)), one=True)
