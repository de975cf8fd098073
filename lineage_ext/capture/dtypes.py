"""Types and sizes of arrays, told without anyone noticing that they were asked.

Arrays of numpy's and pandas' say it themselves. Others are an extension's, and perhaps the user's: what their ``dtype``
and ``__len__`` do isn't ours to start, so only what lies about is read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from operator import attrgetter, is_
from typing import Any

from numpy import empty, ndarray
from pandas import Categorical, CategoricalDtype, DatetimeTZDtype, Index, RangeIndex
from pandas._libs.properties import CachedProperty  # type: ignore[attr-defined]  # its stub has the public name only
from pandas.api.extensions import ExtensionArray, ExtensionDtype
from pandas.arrays import DatetimeArray, SparseArray
from pandas.core.generic import NDFrame

from lineage_ext.capture.caller import users
from lineage_ext.capture.log import OPAQUE
from lineage_ext.kinds import among, hashes, kept, library_of, name_of, static


def _derived(cls: type) -> Iterator[type]:
    subclasses: list[type] = type.__subclasses__(cls)
    for one in subclasses:
        yield one
        yield from _derived(one)


def _keeps(cls: type) -> bool:
    code = getattr(getattr(static(cls, "dtype"), "fget", None), "__code__", None)
    return code is not None and code.co_names == ("_dtype",)


KNOWN = frozenset({ndarray, *(cls for cls in _derived(ExtensionArray) if library_of(cls) == "pandas")})
"""The classes of arrays that are numpy's and pandas' own."""
HOLDING = frozenset({Categorical, DatetimeArray, SparseArray})
"""Those whose dtype may hold objects of the user's: categories, a time zone, what fills it."""
ASKED = frozenset(cls for cls in KNOWN - HOLDING if type(static(cls, "dtype")) is not CachedProperty)
"""Those that don't keep the answer. Masked arrays and intervals do, and what they keep is pickled with them."""
KEEPING = frozenset(filter(_keeps, KNOWN))
"""Those whose ``dtype`` gives ``_dtype``, which is read instead: tracers and profilers would count the call."""
KEPT = KEEPING - HOLDING
SIZED = KNOWN | {
    set, frozenset, range, bytearray, memoryview, deque,
    type({}.keys()), type({}.values()), type({}.items()),
}  # fmt: skip
"""Whose ``len`` takes no time, and asks nobody else: a ChainMap would ask what is in it."""


def dtype_of(values: Any) -> Any:
    """The dtype of an array, or its name."""
    kind = type(values)
    read = READ.get(kind) if type(kind) is type or not hashes(kind) else None
    if read is not None:
        return read(values)
    return ndarray.dtype.__get__(values) if issubclass(kind, ndarray) else _lying_about(values)


def _word_for(dtype: Any) -> Any:
    """The dtype, or its name if it holds what may be the user's: that would live until the worker has seen it."""
    if isinstance(dtype, CategoricalDtype):
        return "category"
    held = dtype.tz if type(dtype) is DatetimeTZDtype else getattr(dtype, "_fill_value", None)
    if not users(type(held)):
        return dtype
    word = name_of(type(held))
    return f"datetime64[{dtype.unit}, {word}]" if type(dtype) is DatetimeTZDtype else f"Sparse[{dtype.subtype}, {word}]"


def _lying_about(values: Any) -> str:
    """The name of the dtype that an extension's array, or its class, keeps; else that of its class."""
    dtype = kept(values, "dtype") or kept(values, "_dtype")
    if not issubclass(type(dtype), ExtensionDtype):
        return str(name_of(type(values)))
    name = kept(dtype, "name")
    return name if type(name) is str else str(name_of(type(dtype)))


def length(index: Any) -> int | None:
    """How many labels an index has; None if only an extension's array can tell.

    What holds its labels is asked, as pandas' own ``__len__`` does: a call less, 0.1 µs.
    """
    if type(index) is RangeIndex:
        return len(index._range)  # type: ignore[attr-defined]
    if type(index) is not Index:
        return len(index)
    labels = index._data  # type: ignore[attr-defined]
    return len(labels) if type(labels) is ndarray or among(type(labels), KNOWN) else None


def described(value: Any) -> Any:
    """The atom of an argument of which nothing is kept: its type, and how many items it has."""
    kind = type(value)
    if issubclass(kind, ndarray):
        return (OPAQUE, name_of(kind), next(iter(ndarray.shape.__get__(value)), None))
    try:
        return (OPAQUE, name_of(kind), len(value) if not hashes(kind) and kind in SIZED else None)
    except (OverflowError, TypeError, ValueError):  # a range longer than any list, a released memoryview
        return (OPAQUE, name_of(kind), None)


def size_of(value: Any) -> int:
    """How many values a frame, series, index or array of pandas has; 0 if that isn't known."""
    if among(type(value), KNOWN):
        return int(value.size)
    if issubclass(type(value), Index):
        return length(value) or 0
    manager = kept(value, "_mgr") if issubclass(type(value), NDFrame) else None
    return 0 if manager is None else prod(length(axis) or 0 for axis in manager.axes)


def _reader(cls: type) -> Callable[[Any], Any]:
    """Tells the dtype of arrays of one of the KNOWN classes, or its name."""
    if cls is Categorical:
        return lambda _: "category"
    if cls in KEEPING:
        read: Callable[[Any], Any] = attrgetter("_dtype")
    else:
        read = attrgetter("dtype") if cls in ASKED else static(cls, "dtype").fget
    return (lambda values: _word_for(read(values))) if cls in HOLDING else read


READ = {cls: _reader(cls) for cls in KNOWN}
"""How: looked up once, as frames of a hundred columns with masks have a hundred arrays."""


def dtypes_of(manager: Any) -> Any:
    """The dtypes of all columns of a frame of many blocks: ``manager.get_dtypes()``, but for what arrays would keep."""
    arrays = list(map(_VALUES, manager.blocks))
    plain = all(map(partial(is_, ndarray), map(type, arrays)))  # in C: there may be a thousand
    found = empty(len(arrays), dtype=object)
    found[:] = (
        list(map(_DTYPE, arrays))
        if plain
        else [(READ.get(type(a), dtype_of) if type(type(a)) is type else dtype_of)(a) for a in arrays]
    )
    return found.take(manager.blknos)


_VALUES, _DTYPE = attrgetter("values"), attrgetter("dtype")
