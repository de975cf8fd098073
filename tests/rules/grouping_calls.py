"""Calls made by hand, to ask the words of groups and windows without running pandas."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count
from typing import Any

from lineage_ext.model import DatasetKind, Schema
from lineage_ext.rules.call import Call, State
from lineage_ext.rules.op import Op
from lineage_ext.rules.pandas.grouping import TABLE

K = DatasetKind
Edges = set[tuple[str, str, str]]
numbers = count(1)


def state(kind: DatasetKind, labels: str = "", index: tuple[Hashable, ...] = (None,), rowset: int = 0) -> State:
    """A State with the labels of ``labels``, split at blanks."""
    no = next(numbers)
    return State(no, kind, Schema(kind, tuple(labels.split()) or (None,), index), 10, rowset or no)


def frame(labels: str, index: tuple[Hashable, ...] = (None,)) -> State:
    """A frame."""
    return state(K.FRAME, labels, index)


def run(key: str, out: State | list[State], /, **args: Any) -> Call:
    """Explain a call of the table's entry ``key``; the first argument is the receiver."""
    owner, _, name = key.rpartition(".")
    outs = out if isinstance(out, list) else [out]
    call = Call(Op(0, "pandas", owner, name, tuple(args)), args, outs)
    for o in outs:
        o.rowset = o.rowset or o.no
    TABLE[key].explain(call)
    return call


def made() -> State:
    """An output whose kind capture doesn't know."""
    return state(K.GROUPED)


def edges(call: Call, source: State, out: int = 0) -> Edges:
    """(target, source, how) of every edge from ``source``, by name."""
    found = set()
    for block in call.blocks:
        if block.output == out and call.inputs[block.input] is source:
            target, how = call.outs[out].schema, block.transformation.value
            found |= {(target.slot_name(t), source.schema.slot_name(s), how) for t, s in block.pairs()}
    return found


def of(call: Call) -> Edges:
    """Edges from what the method was called on."""
    return edges(call, call.this)


def direct(call: Call, source: State) -> set[tuple[str, str]]:
    """(target, source) of the edges along which values flow."""
    return {(t, s) for t, s, how in edges(call, source) if how in ("IDENTITY", "TRANSFORMATION", "AGGREGATION")}


def grouped(labels: str = "k x y", index: tuple[Hashable, ...] = (None,), **args: Any) -> State:
    """A frame grouped by ``k``."""
    return run("frame.groupby", made(), self=frame(labels, index), **{"by": "k", **args}).out
