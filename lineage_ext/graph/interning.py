"""Keeping one copy of what repeats, and numbers that aren't dense."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Hashable, Iterator
from hashlib import blake2b
from typing import Generic, TypeVar

from lineage_ext.model import ColumnMap

T = TypeVar("T")
MOST_SEEN = 4_096
PAGE = 10


class Interned(Generic[T]):
    """Values by position, equal ones kept once. An object met before is found by identity, without hashing it."""

    def __init__(self, key: Callable[[T], Hashable] = lambda value: value) -> None:
        self.values: list[T] = []
        self._key = key
        self._places: dict[Hashable, int] = {}
        self._seen: dict[int, tuple[T, int]] = {}  # id → (the object, so that its id stays its own; position)

    def put(self, value: T) -> int:
        """Position of ``value``, added if it is new."""
        seen = self._seen.get(id(value))
        if seen is not None and seen[0] is value:
            return seen[1]
        at = self._place(value)
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[id(value)] = (value, at)
        return at

    def put_key(self, value: T) -> int:
        """The same for values that are made anew each time: no look by identity."""
        return self._place(value)

    def _place(self, value: T) -> int:
        try:
            key = self._key(value)
            at = self._places.get(key)
        except TypeError:  # a label that isn't hashable after all: kept, not shared
            self.values.append(value)
            return len(self.values) - 1
        if at is None:
            at = self._places[key] = len(self.values)
            self.values.append(value)
        return at

    def __getitem__(self, at: int) -> T:
        return self.values[at]


def map_key(column_map: ColumnMap) -> bytes:
    """What tells column maps apart, in 16 bytes: two lists of slots are equal whether tuple, list or range."""
    plain = [
        (out, at, tuple(targets), tuple(sources), str(how), str(sure), cross, reason, masking)
        for out, at, targets, sources, how, sure, cross, reason, masking in column_map.blocks
    ]
    try:
        text = marshal.dumps(plain, 2)  # up to this version equal values have equal bytes; a quarter of ``repr``'s time
    except ValueError:  # a number that isn't Python's own
        text = repr(plain).encode()
    return blake2b(text, digest_size=16).digest()


class Places:
    """Number → position, in 4 bytes a number: the numbers of a session lie close together, wherever they begin."""

    def __init__(self) -> None:
        self._pages: dict[int, array[int]] = {}

    def get(self, number: int) -> int:
        """The position of ``number``, -1 if it has none."""
        page = self._pages.get(number >> PAGE)
        return page[number & (1 << PAGE) - 1] if page is not None else -1

    def set(self, number: int, at: int) -> None:
        """Give ``number`` a position."""
        page = self._pages.get(number >> PAGE)
        if page is None:
            page = self._pages[number >> PAGE] = array("i", [-1]) * (1 << PAGE)
        page[number & (1 << PAGE) - 1] = at

    def __iter__(self) -> Iterator[int]:
        for base, page in self._pages.items():
            yield from (base << PAGE | i for i, at in enumerate(page) if at >= 0)
