"""What an operation is called for people: ``pandas.DataFrame.merge``, not the base class that happens to define it."""

from __future__ import annotations

from lineage_ext.model import DatasetKind
from lineage_ext.rules.call import Call, State
from lineage_ext.rules.op import Op

_SHARED = frozenset({"NDFrame", "OpsMixin", "IndexOpsMixin", "SelectionMixin", "NDOpsMixin"})
_KINDS = {
    DatasetKind.FRAME: "DataFrame",
    DatasetKind.SERIES: "Series",
    DatasetKind.ROW: "Series",
    DatasetKind.GROUPED: "GroupBy",
    DatasetKind.INDEX: "Index",
}
_ACCESSORS = {
    "StringMethods": "Series.str",
    "DatetimeProperties": "Series.dt",
    "TimedeltaProperties": "Series.dt",
    "PeriodProperties": "Series.dt",
    "CategoricalAccessor": "Series.cat",
    "ListAccessor": "Series.list",
    "StructAccessor": "Series.struct",
    "BaseGrouper": "GroupBy",
    "BinGrouper": "GroupBy",
    "ExponentialMovingWindow": "EWM",
}
_NAMES = {"_set_axis": "set_axis", "get_iterator": "__iter__", "_nth": "nth"}


def title(call: Call) -> str:
    """``library.Class.name``, with accessors and indexers as they are written."""
    indexer = call.args.get("indexer") if call.op.owner.startswith("_") else None
    return named(call.op, call.this.kind if isinstance(call.this, State) else None, indexer)


def named(op: Op, kind: DatasetKind | None, indexer: object = None) -> str:
    """The same of an operation on an object of that kind."""
    owner = op.owner
    if owner in _SHARED or indexer:
        owner = (_KINDS.get(kind) if kind is not None else None) or ("DataFrame" if indexer else owner)
    owner = _ACCESSORS.get(owner, owner)
    parts = (op.library, owner, indexer, _NAMES.get(op.name, op.name))
    return ".".join(str(p) for p in parts if p)
