"""What is kept of an argument: the State number of a tracked object, small literals, and a description of the rest.

One handler per type, looked up by exact type; a library's type met for the first time is resolved once. Handlers run
on the user's path: none touches data, holds an object, or is O(rows).

To keep another kind of argument: write a handler ``object -> atom or tagged tuple`` and enter it in ``HANDLERS``, or
in ``BY_NAME`` when its class can't be imported here.
"""

from __future__ import annotations

import datetime
import decimal
import functools
import sys
import types
from typing import Any

import numpy as np
import pandas as pd
from pandas._libs import lib

from lineage_ext.capture import identity, outside
from lineage_ext.capture.caller import users
from lineage_ext.capture.dtypes import described, length
from lineage_ext.capture.log import (
    EXPRESSION,
    FUNCTION,
    GROUPER,
    INDEX_OF,
    INDEXER,
    LITERAL,
    OPAQUE,
    TUPLE,
)
from lineage_ext.capture.nested import Handler, handlers
from lineage_ext.kinds import bases_of, hashes, kept, module_of, name_of, static
from lineage_ext.model import DatasetRef

MOST_TEXT = 10_000


def snapshot(value: Any) -> Any:
    """The log's form of any argument."""
    kind = type(value)
    try:
        handler = HANDLERS[kind] if not hashes(kind) else _handler(kind)
    except KeyError:
        handler = _learn(kind)
    return value if handler is None else handler(value)


def _int(value: int) -> Any:
    return INTS.get(value) or (LITERAL, value)


def _no_default(value: Any) -> Any:
    return NO_DEFAULT


def _plain_int(value: Any) -> Any:
    return (LITERAL, int.__int__(value))


def _plain_text(value: Any) -> Any:
    size = str.__len__(value)
    return str.__str__(value) if size <= MOST_TEXT else (OPAQUE, "str", size)


def _plain_float(value: Any) -> Any:
    return float.__float__(value)


def _text(value: str) -> Any:
    return value if len(value) <= MOST_TEXT else (OPAQUE, "str", len(value))


def _function(value: Any) -> Any:
    return (FUNCTION, getattr(value, "__name__", "?"), getattr(value, "__code__", None))


def _method(value: Any) -> Any:
    return (FUNCTION, getattr(value, "__name__", "?"), getattr(value, "__code__", None), 1)


def _callable(value: Any) -> Any:
    """An object of a class with ``__call__``."""
    return (FUNCTION, name_of(type(value)), static(type(value), "__call__").__code__, 1)


def _partial(value: Any) -> Any:
    inner, args = _partial_of(value), _partial_args(value)  # a subclass of the user's may have its own ``func``
    bound = len(args) + (type(inner) is types.MethodType)
    name, code = ("partial", None) if users(type(inner)) else _function(inner)[1:]
    return (FUNCTION, name, code, bound)


def _cached(value: Any) -> Any:
    """``functools.lru_cache``'s and ``cache``'s: what it calls for what it doesn't know yet."""
    return _function(value.__wrapped__)


def _ufunc(value: Any) -> Any:
    return (FUNCTION, value.__name__, None)


def _class(value: type) -> Any:
    """One of the user's is called, if at all, and goes when it is defined anew."""
    return (FUNCTION, name_of(value), None) if users(value) else value


def _moment(value: Any) -> Any:
    """A time zone of the user's would be asked by whoever looks at the moment."""
    zone = value.tzinfo
    return value if zone is None or not users(type(zone)) else (OPAQUE, name_of(type(value)), None)


def _bytes(value: bytes) -> Any:
    return value if len(value) <= MOST_TEXT else (OPAQUE, "bytes", len(value))


def _index(value: Any) -> Any:
    known = identity.number_of(value)
    if known is not None:
        return known
    owner, labels = identity.owner_of_index(value)
    if owner is None:
        return (OPAQUE, "Index", length(value))
    return (OPAQUE, "Index", length(value), owner) if labels else (INDEX_OF, owner)


def _registered(value: Any) -> Any:
    known = identity.number_of(value)
    return known if known is not None else described(value)


def _array(value: Any) -> Any:
    known = identity.number_of(value)
    if known is None and type(value.base) is np.ndarray:
        known = identity.number_of(value.base)
    return known if known is not None else (OPAQUE, "ndarray", value.size)


def _accessor(value: Any) -> Any:
    known = identity.number_of(value)
    if known is not None:
        return known
    parent = kept(value, "_orig")
    if not isinstance(parent, pd.Series | pd.Index):
        parent = kept(value, "_parent")
    return snapshot(parent) if isinstance(parent, pd.Series | pd.DataFrame | pd.Index) else described(value)


def indexer(value: Any) -> Any:
    """``df.loc``, which shares its functions with ``iloc``."""
    return (INDEXER, value.name, snapshot(value.obj))


def _grouper(value: Any) -> Any:
    return (GROUPER, snapshot(value.key), snapshot(value.level))


def _named_agg(value: Any) -> Any:
    return (TUPLE, snapshot(value.column), snapshot(value.aggfunc))  # a named tuple until pandas 3


def _clause(value: Any) -> Any:
    text = getattr(value, "text", None)
    return _text(text) if isinstance(text, str) else described(value)


def _expression(value: Any) -> Any:
    return (EXPRESSION, repr(value))  # pd.col("a") * 2: its text names the columns


_partial_of, _partial_args = functools.partial.__dict__["func"].__get__, functools.partial.__dict__["args"].__get__
INTS = {i: (LITERAL, i) for i in range(-16, 257)}  # made once: most literals are small, and default arguments
NO_DEFAULT = (OPAQUE, type(lib.no_default).__name__, None)  # many of pandas' own defaults, described once
_VIEWS = (np.void, np.object_)  # of a row of an array: they hold it
ATOMS: tuple[type, ...] = (
    str, bool, type(None), bytes, type, float, complex, datetime.date, datetime.datetime, datetime.time,
    datetime.timedelta, decimal.Decimal, pd.Timestamp, pd.Timedelta, pd.Period, pd.Interval, type(pd.NaT), type(pd.NA),
    *(t for t in np.sctypeDict.values() if isinstance(t, type) and t not in _VIEWS),
)  # fmt: skip
HANDLERS: dict[type, Handler | None] = {}
_containers = handlers(HANDLERS, lambda kind: _learn(kind))  # noqa: PLW0108  # it is defined below
HANDLERS |= {
    **dict.fromkeys(ATOMS, None),
    int: _int,
    type: _class,
    bytes: _bytes,
    **dict.fromkeys((datetime.datetime, datetime.time, pd.Timestamp), _moment),
    str: _text,
    type(lib.no_default): _no_default,
    DatasetRef: None,
    pd.DataFrame: identity.frame_number,
    pd.Series: identity.series_number,
    np.ndarray: _array,
    list: _containers["list"],
    tuple: _containers["tuple"],
    dict: _containers["dict"],
    slice: _containers["slice"],
    types.FunctionType: _function,
    types.BuiltinFunctionType: _function,
    types.MethodType: _method,
    np.ufunc: _ufunc,
    pd.Grouper: _grouper,
}
BY_NAME: dict[str, Handler] = {
    "StringMethods": _accessor,
    "CategoricalAccessor": _accessor,
    "ListAccessor": _accessor,
    "StructAccessor": _accessor,
    "SparseAccessor": _accessor,
    "SparseFrameAccessor": _accessor,
    "Properties": _accessor,
    "_NDFrameIndexerBase": indexer,
    "NDFrameIndexerBase": indexer,
    "BaseGrouper": _registered,
    "BaseWindow": _registered,
    "BaseGroupBy": _registered,
    "ExtensionArray": _registered,
    "TimeGrouper": _grouper,
    "NamedAgg": _named_agg,
    "Expression": _expression,
    "_ArrayFunctionDispatcher": _ufunc,  # numpy.sum and its like
    "PathLike": outside.path,
    "Path": outside.path,
    "PurePath": outside.path,
    "ExcelFile": outside.excel,
    "ExcelWriter": outside.workbook,
    "TextFileReader": outside.handled,
    "TextClause": _clause,  # sqlalchemy.text("SELECT …")
    "HDFStore": outside.excel,
    "IOBase": outside.file,
    "_IOBase": outside.file,
    "Engine": outside.engine,
    "Connection": outside.engine,
    "partial": _partial,
    "_lru_cache_wrapper": _cached,
    **_containers,
    "str": _plain_text,
    "int": _plain_int,
    "float": _plain_float,
}


def _learn(kind: type) -> Handler | None:
    handler = _handler(kind)
    if not hashes(kind) and _stays(kind):
        HANDLERS[kind] = handler
    return handler


def _stays(kind: type) -> bool:
    """Whether a library holds the class anyway. One of the user's goes when it is defined anew, with what it holds."""
    module = sys.modules.get(module_of(kind))
    return module is not None and vars(module).get(name_of(kind)) is kind and not users(kind)


def _handler(kind: type) -> Handler | None:
    if issubclass(kind, pd.DataFrame):
        return identity.frame_number
    if issubclass(kind, pd.Series):
        return identity.series_number
    if issubclass(kind, pd.Index):
        return _index
    if issubclass(kind, type):
        return _class
    for base in bases_of(kind):
        if module_of(base).startswith("sqlite3") and name_of(base) == "Connection":
            return outside.sqlite
        handler = BY_NAME.get(name_of(base))
        if handler is outside.engine and not module_of(base).startswith("sqlalchemy"):
            continue
        if handler is not None and not users(base):
            return handler
    return _callable if isinstance(static(kind, "__call__"), types.FunctionType) else described
