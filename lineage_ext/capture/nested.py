"""Lists, tuples, dicts and slices as arguments: what is kept of their items, of theirs, and so on, up to a bound.

One that holds itself has no end, and thirty lists that each hold the next one twice have a thousand million items: a
call that pandas is done with at once would take us all day, or the rest of the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pandas import DataFrame
from pandas._libs.indexing import NDFrameIndexerBase
from pandas.core.generic import NDFrame

from lineage_ext.capture.flags import MUTATES
from lineage_ext.capture.identity import own
from lineage_ext.capture.log import DICT, LIST, OPAQUE, SLICE, TUPLE
from lineage_ext.kinds import hashes

MOST_ITEMS = 256  # longer containers are described: their labels are in the output's schema anyway
MOST_DEEP = 8
MOST_NESTED = 4096  # items of all containers within one together
NO_ITEMS = (DICT,)
Handler = Callable[[Any], Any]


class Nest:
    """Where in an argument we are: how many containers are around, how many items those within may still have."""

    __slots__ = ("deep", "left")

    def __init__(self) -> None:
        self.deep = 0
        self.left = MOST_NESTED

    def takes(self, items: int) -> bool:
        """Whether one more container is kept with its items."""
        fits = self.deep < MOST_DEEP and items <= self.left
        self.left -= items if fits else 0
        return fits


def handlers(known: dict[type, Handler | None], learn: Callable[[type], Handler | None]) -> dict[str, Handler]:
    """The handlers for containers. ``known`` has those for what they hold, by type, and ``learn`` finds the others."""

    def parts(values: Iterable[Any], nest: Nest | None) -> list[Any]:
        nest, made = nest or Nest(), []
        nest.deep += 1
        for value in values:
            kind = type(value)
            handler = known[kind] if not hashes(kind) and kind in known else learn(kind)
            if handler is None:
                made.append(value)
            else:
                made.append(handler(value, nest) if handler in containers else handler(value))  # type: ignore[call-arg]
        nest.deep -= 1
        return made

    # the base class's methods, because a subclass of the user's may have its own and would see that we looked
    def sequence(base: type[list[Any] | tuple[Any, ...]], tag: int) -> Handler:
        def handler(value: Any, nest: Nest | None = None) -> Any:
            size = base.__len__(value)
            kept = fits(size, nest) or (nest is None and of_frames(size, base.__iter__(value)))
            return (tag, *parts(base.__iter__(value), nest)) if kept else (OPAQUE, base.__name__, size)

        return handler

    def of_dict(value: dict[Any, Any], nest: Nest | None = None) -> Any:
        size = dict.__len__(value)
        if not size:
            return NO_ITEMS
        if not fits(size, nest, 2 * size) and not (nest is None and of_frames(size, iter(dict.values(value)))):
            return OPAQUE, "dict", size
        return (DICT, *parts((part for pair in list(dict.items(value)) for part in pair), nest))

    def of_slice(value: slice, nest: Nest | None = None) -> Any:
        bounds = (value.start, value.stop, value.step)
        return (SLICE, *parts(bounds, nest)) if fits(3, nest) else (OPAQUE, "slice", None)

    found: dict[str, Handler] = {
        "list": sequence(list, LIST), "tuple": sequence(tuple, TUPLE), "dict": of_dict, "slice": of_slice,
    }  # fmt: skip
    containers = frozenset(found.values())
    return found


def is_long(value: Any) -> bool:
    """Whether it is a list that is longer than what is kept of others, or ends with one: ``.loc[rows, labels]``."""
    last = value[1] if type(value) is tuple and len(value) == 2 else value
    return type(last) is list and len(last) > MOST_ITEMS


def long_labels(flags: int, first: Any, value: Any, part: Any) -> tuple[Any, ...] | None:
    """What is kept of a long list if it has labels of columns, which an operation on a frame was given, in place of
    ``part``: no more of them than it has columns (of rows there may be millions), but for those that are put there.
    What ``.loc[rows, labels]`` reads has them itself."""
    labels, put = value, flags & MUTATES
    if type(value) is tuple:
        labels = value[1]
        first = own(first, "obj") if put and issubclass(type(first), NDFrameIndexerBase) else None
    if not issubclass(type(first), DataFrame):
        return None
    most = MOST_NESTED if put else len(own(first, "_mgr").axes[0])
    if len(labels) > most or not all(type(label) is str for label in labels):
        return None
    return (LIST, *labels) if labels is value else (*part[:-1], (LIST, *labels))


def of_frames(size: int, values: Iterator[Any]) -> bool:
    """Whether a long container is kept: it seems to hold frames or series, each of which takes pandas far longer."""
    return MOST_ITEMS < size <= MOST_NESTED and issubclass(type(next(values, None)), NDFrame)


def fits(size: int, nest: Nest | None, items: int = 0) -> bool:
    """Whether a container of ``size`` is kept with its items, of which there are ``items`` if not as many."""
    return size <= MOST_ITEMS and (nest is None or nest.takes(items or size))
