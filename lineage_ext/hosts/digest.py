"""What a value holds, fed to a digest: plain values as texts, arrays as their bytes, objects as their hashes.

Equal digests mean equal values of equal types; equal values may have different ones (a NaN of other bits, columns that
lie in other blocks). Nothing of the user's is called: what holds an object of a class of his has none.

To take in one more kind of array: a case in ``_array``, and what a value of it takes in ``NS``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Any

from lineage_ext.kinds import among, kept, library_of, name_of

MOST_ITEMS = 1_000
DEEPEST = 4
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
_CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
_QUIET = frozenset({"datetime", "decimal", "numpy", "pandas"})  # scalars of theirs tell themselves in full
_ARROW_TEXT = {"string": "i4", "large_string": "i8"}  # how wide the offsets are
NS = {"number": 15, "text": 40, "object": 150, "told": 4_000, "other": 60}
"""What a value takes, at most usually: of a number, Arrow's string, a string as an object, an object that tells itself,
another array of pandas' (CPython 3.11, pandas 3.1.1; ``hash_pandas_object`` takes 70-370 for Arrow's strings and up to
750 for objects)."""


class Refused(Exception):
    """The value holds what can't be told, or more than there is time for. Stays in this file."""


class Content:
    """Feeds values. ``left`` is for how many ns: each array takes what ``NS`` says of its kind."""

    def __init__(self, left: int) -> None:
        self.left = left
        self._feed: Callable[[Any], object] = len

    def fed(self, value: Any, feed: Callable[[Any], object]) -> bool:
        """Give the bytes that stand for a value to ``feed``; False if they don't tell all of it."""
        self._feed = feed
        try:
            self._value(value, DEEPEST)
        except (Refused, TypeError):  # TypeError: lists and dicts in cells
            return False
        return True

    def _text(self, *parts: object) -> None:
        self._feed("\0".join(map(str, (*parts, ""))).encode(errors="replace"))

    def _spend(self, kind: str, values: int) -> None:
        if values * NS[kind] > self.left:
            raise Refused
        self.left -= values * NS[kind]

    def _value(self, value: Any, depth: int) -> None:
        kind = type(value)
        self._text(name_of(kind))
        library = library_of(kind)
        if among(kind, _PLAIN):
            self._text(repr(value))
        elif among(kind, _CONTAINERS):
            self._items(value, depth)
        elif library == "numpy":
            self._numpy(value)
        elif library == "pandas":
            self._pandas(value)
        else:
            raise Refused

    def _items(self, value: Any, depth: int) -> None:
        """The parts there are at this moment: the next cell may add to them meanwhile."""
        if not depth or len(value) > MOST_ITEMS:
            raise Refused
        parts = [part for pair in list(value.items()) for part in pair] if isinstance(value, dict) else list(value)
        self._text(len(parts))
        if isinstance(value, set | frozenset):
            for told in sorted(self._apart(part, depth - 1) for part in parts):
                self._feed(told)
        else:
            for part in parts:
                self._value(part, depth - 1)

    def _apart(self, value: Any, depth: int) -> bytes:
        """What stands for a value, for an order that no object is asked for."""
        feed, told = self._feed, list[bytes]()
        self._feed = lambda data: told.append(bytes(data))
        try:
            self._value(value, depth)
        finally:
            self._feed = feed
        return b"".join(told)

    def _numpy(self, value: Any) -> None:
        numpy = sys.modules["numpy"]
        if type(value) is numpy.ndarray:
            self._array(value)
        elif isinstance(value, numpy.generic) and not value.dtype.hasobject:
            self._text(value.dtype, repr(value))
        else:
            raise Refused

    def _pandas(self, value: Any) -> None:
        pandas = sys.modules["pandas"]
        if isinstance(value, pandas.DataFrame | pandas.Series):
            manager = kept(value, "_mgr")
            if manager is None:  # it isn't made yet
                raise Refused
            self._value(getattr(value, "_name", None), DEEPEST)  # of a series
            for axis in manager.axes:
                self._index(axis)
            for block in manager.blocks:
                self._feed(block._mgr_locs.as_array.tobytes())
                self._array(block.values)
        elif isinstance(value, pandas.Index):
            self._index(value)
        elif isinstance(value, pandas.Timestamp | pandas.Timedelta | pandas.Period | pandas.Interval):
            self._text(repr(value))
        elif value is not pandas.NA and value is not pandas.NaT:
            raise Refused

    def _index(self, index: Any) -> None:
        pandas = sys.modules["pandas"]
        self._value(list(index.names), DEEPEST)
        if isinstance(index, pandas.RangeIndex):
            self._text(repr(index))
        elif isinstance(index, pandas.MultiIndex):
            for level, codes in zip(index.levels, index.codes, strict=True):
                self._index(level)
                self._array(codes)
        else:
            self._array(index._data)

    def _array(self, values: Any) -> None:
        """One of numpy's or pandas'."""
        pandas: Any = sys.modules.get("pandas")
        ours = type(values) is sys.modules["numpy"].ndarray
        if not ours and (pandas is None or library_of(type(values)) != "pandas"):
            raise Refused  # an extension's: what it does when asked isn't ours to start
        values = values if ours else _twin(values)
        self._text(values.dtype, values.shape)
        if ours:
            self._objects(values) if values.dtype.hasobject else self._bytes(values)
        elif isinstance(values, pandas.Categorical):
            self._index(values.categories)
            self._bytes(values._codes)
        elif isinstance(getattr(values, "_ndarray", None), sys.modules["numpy"].ndarray):
            self._array(values._ndarray)
        elif str(getattr(getattr(values, "_pa_array", None), "type", "")) in _ARROW_TEXT:
            self._arrow_text(values._pa_array)
        else:
            self._spend("other", values.size)
            hashed = values._hash_pandas_object(encoding="utf8", hash_key="0123456789123456", categorize=True)
            self._feed(hashed.tobytes())

    def _bytes(self, values: Any) -> None:
        numpy = sys.modules["numpy"]
        self._spend("number", values.size * max(1, values.dtype.itemsize // 8))
        if values.size:
            self._feed(numpy.ascontiguousarray(values).view(numpy.uint8).data)

    def _objects(self, values: Any) -> None:
        self._spend("object", values.size)
        flat = values.ravel().tolist() if values.dtype == object else [Refused]
        if {*map(type, map(type, flat))} - {type}:  # in C: classes that may do what they like when they are looked up
            raise Refused
        kinds = set(map(type, flat))
        if not all(kind in _PLAIN or library_of(kind) in _QUIET for kind in kinds):
            raise Refused
        self._spend("told", len(flat) if kinds - {str} else 0)
        hashes = (hash(part) if type(part) is str else hash(f"\0{part!r}") for part in flat)  # hash(-1) is hash(-2)
        self._feed(sys.modules["numpy"].fromiter(hashes, "i8", len(flat)).tobytes())

    def _arrow_text(self, chunked: Any) -> None:
        numpy = sys.modules["numpy"]
        self._spend("text", len(chunked))
        for chunk in chunked.chunks:
            _, offsets, text = chunk.buffers()
            at, size = chunk.offset, len(chunk)
            ends = numpy.frombuffer(offsets, _ARROW_TEXT[str(chunk.type)])[at : at + size + 1] if size else []
            self._text(size, chunk.null_count)
            if chunk.null_count:
                self._feed(chunk.is_null().to_numpy(zero_copy_only=False).tobytes())
            if size:
                self._feed((ends - ends[0]).tobytes())
                self._feed(memoryview(text)[ends[0] : ends[-1]] if text is not None else b"")


def _twin(values: Any) -> Any:
    """Another array of pandas' on the same data: some keep their dtype once asked, which is pickled with them."""
    if hasattr(values, "_ndarray"):
        return values[:]
    kind: Any = type(values)
    maker: Any = next(cls for cls in kind.__mro__ if type(cls.__dict__.get("__new__")) is BuiltinFunctionType)
    twin = maker.__new__(kind)
    vars(twin).update((name, part) for name, part in vars(values).items() if name != "_cache")
    return twin
