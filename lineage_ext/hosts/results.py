"""What a cell displayed, in a few words: never the data of big values, never code of the user's.

Small values of built-in, numpy and pandas scalar types are kept as text; a frame or series is linked by its dataset
number; an array is told by shape and dtype, a figure by its number or title, anything else by its type. A ``__repr__``,
``__len__`` or property of a class we don't know is never called: it may be slow, raise, print or change something.
"""

from __future__ import annotations

import datetime
import decimal
import pathlib
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from lineage_ext.kinds import among, kept, library_of, qualname_of
from lineage_ext.redaction import cut

if TYPE_CHECKING:
    from lineage_ext.model import ResultFacet

Identify = Callable[[object], int | None]

_PLAIN: frozenset[type] = frozenset({
    bool, float, complex, bytes, type(None), type(...), range,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone,
    decimal.Decimal, uuid.UUID, pathlib.PurePosixPath, type(pathlib.Path()),
})  # fmt: skip
_CONTAINERS = frozenset({list, tuple, set, frozenset, dict})
_PANDAS_SCALARS = frozenset({"Timestamp", "Timedelta", "Period", "NaTType", "NAType"})
_ZONES = frozenset({"datetime", "zoneinfo", "pytz", "dateutil"})
_MOST_BITS = 4_000  # decimal text of longer integers is slow to make and may be forbidden


def describe(value: object, identify: Identify, max_items: int = 100, max_bytes: int = 10_000) -> ResultFacet | None:
    """The facet of a displayed value, None for None."""
    if value is None:
        return None
    kind = type(value)
    known = among(kind, _PLAIN) or among(kind, _CONTAINERS) or kind is int or kind is str
    text = None if known else _frame(value, kind) or _array(value, kind) or _figure(value, kind)
    if text is None:
        text = _small(value, kind, max_items, max_bytes)
    from lineage_ext.model import ResultFacet

    return ResultFacet(type_name(kind), text, _number(value, kind, identify))


def type_name(kind: type) -> str:
    """``list``, ``pandas.DataFrame``, ``mymodule.Thing``: the package and the class."""
    package, name = library_of(kind), str(qualname_of(kind))
    return name if package == "builtins" else f"{package}.{name}"


def _number(value: object, kind: type, identify: Identify) -> int | None:
    # a session's numbers are for objects; an int that happens to be one isn't that dataset
    return None if _is_plain(kind) or kind is int or kind is str else identify(value)


def _is_plain(kind: type) -> bool:
    return among(kind, _PLAIN) or kind is _loaded("fractions", "Fraction")


def _loaded(package: str, name: str) -> Any:
    """A class of a package, if it was imported; else a class nothing is an instance of."""
    return getattr(sys.modules.get(package), name, _Nothing)


class _Nothing:
    """No value is one."""


def _frame(value: Any, kind: type) -> str | None:
    if issubclass(kind, _loaded("pandas.core.generic", "NDFrame")) and kept(value, "_mgr") is None:
        return ""  # the ``__init__`` of a class of the user's may leave out to make it
    if issubclass(kind, _loaded("pandas", "DataFrame")):
        return _labelled(value, ("columns", "rows"))
    if issubclass(kind, _loaded("pandas", "Series")):
        from lineage_ext.capture.dtypes import dtype_of

        return f"{_labelled(value, ('values',))}, {dtype_of(_manager(value).blocks[0].values)}"
    if issubclass(kind, _loaded("pandas", "Index")):
        return _counted(value, "labels")
    if issubclass(kind, _loaded("polars", "DataFrame")):
        return f"{value.height:,} rows × {value.width:,} columns"
    return None


def _labelled(value: Any, axes: tuple[str, ...]) -> str:
    return " × ".join(reversed(list(map(_counted, _manager(value).axes, axes))))


def _manager(value: Any) -> Any:
    return object.__getattribute__(value, "_mgr")


def _counted(index: Any, what: str) -> str:
    from lineage_ext.capture.dtypes import length

    labels = length(index)
    return what if labels is None else f"{labels:,} {what}"


def _array(value: Any, kind: type) -> str | None:
    array = _loaded("numpy", "ndarray")
    if not issubclass(kind, array):
        return None
    shape = " × ".join(f"{n:,}" for n in array.shape.__get__(value)) or "no dimension"
    return f"{shape}, {array.dtype.__get__(value)}"


def _figure(value: Any, kind: type) -> str | None:
    if issubclass(kind, _loaded("matplotlib.figure", "Figure")):
        number = getattr(value, "number", None)
        named = f"figure {number}" if isinstance(number, int) else "figure"
        return f"{named} with {len(value.axes)} axes"
    if issubclass(kind, _loaded("matplotlib.axes", "Axes")):
        return _titled("axes", value.get_title())
    if issubclass(kind, _loaded("plotly.basedatatypes", "BaseFigure")):
        return _titled(f"figure with {len(value.data)} traces", _plotly_title(value))
    return None


def _plotly_title(value: Any) -> object:
    layout = value.__dict__.get("_layout")  # the property imports plotly's validators: tens of ms
    title = layout.get("title") if isinstance(layout, dict) else None
    return title.get("text") if isinstance(title, dict) else title


def _titled(what: str, title: object) -> str:
    return f"{what} {cut(title, 200)!r}" if isinstance(title, str) and title else what


def _small(value: Any, kind: type, max_items: int, max_bytes: int) -> str:
    if among(kind, _CONTAINERS):
        if len(value) > max_items or not _is_small(value, max_items, max_bytes):
            return f"{len(value):,} items"
    elif kind is str:
        if len(value) > max_bytes:
            return f"{len(value):,} characters"
    elif kind is int:
        if value.bit_length() > _MOST_BITS:
            return f"{value.bit_length():,} bits"
    elif kind is bytes:
        if len(value) > max_bytes:
            return f"{len(value):,} bytes"
    elif not _is_scalar(value, kind):
        return ""
    text = repr(value)
    return text if len(text) <= max_bytes else f"{len(text):,} characters of text"


def _is_scalar(value: Any, kind: type) -> bool:
    package = library_of(kind)
    if package == "numpy":
        return issubclass(kind, _loaded("numpy", "generic")) and not issubclass(kind, _loaded("numpy", "void"))
    if not _is_plain(kind) and not (package == "pandas" and str(qualname_of(kind)) in _PANDAS_SCALARS):
        return False
    zone = getattr(value, "tzinfo", None)  # its repr is part of the value's
    return zone is None or library_of(type(zone)) in _ZONES


def _is_small(value: Any, max_items: int, max_bytes: int) -> bool:
    """Whether a container holds nothing but small values, at most ``max_items`` of them altogether."""
    items = size = 0
    todo = [value]
    while todo:
        part = todo.pop()
        kind = type(part)
        items += 1
        if items > max_items + 1:
            return False
        if among(kind, _CONTAINERS):
            if len(part) > max_items:
                return False
            todo.extend(_parts(part))
        elif kind is str or kind is bytes:
            size += len(part)
        elif kind is int:
            size += part.bit_length() // 3
        elif not _is_scalar(part, kind):
            return False
        if size > max_bytes:
            return False
    return True


def _parts(container: Any) -> Iterator[Any]:
    if type(container) is dict:
        yield from container
        yield from container.values()
    else:
        yield from container
