"""Which version of which object is this: numbers that live and die with the objects.

A frame or series carries its number as an instance attribute set past pandas (72-88 ns; the class default is None).
It isn't copied, pickled or compared, and an in-place change simply sets the next one. A class of the user's derived
from pandas' may watch its attributes: those of its objects are read past it (``own``). Objects that would pickle it, or
have no room for it (group-bys, windows, arrays, indexes), are found in a table of weak references checked by identity:
``id()`` alone is wrong, 10 000 temporaries shared as few as 9 ids. Nothing here keeps an object or its data alive.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any

from numpy import dtype, ndarray
from pandas import DataFrame, Index, MultiIndex, RangeIndex, Series
from pandas._libs.indexing import NDFrameIndexerBase
from pandas.core.generic import NDFrame

from lineage_ext.capture.dtypes import dtype_of, dtypes_of, length
from lineage_ext.capture.labels import all_plain, as_label
from lineage_ext.capture.log import FRAME, LABELS, LOG, OPAQUE, SERIES, UNSEEN
from lineage_ext.capture.thread import callback_serial, current
from lineage_ext.kinds import name_of

MARK = "_lineage"
MOST_LABELS = 20_000  # columns of wider frames are counted, not named
MOST_ROW_LABELS = 512
MOST_KNOWN = 512
MOST_ROWS = 4096
MOST_BLOCKS = 16
OBJECT = dtype(object)
set_mark = object.__setattr__
own = object.__getattribute__


class Giving:
    """The session's numbers, for hooks that read slots; ``first`` is the lowest: an object with a lower one is left
    from a session that ended."""

    __slots__ = ("first", "labels", "numbers")

    def __init__(self) -> None:
        self.first = 0
        self.labels: Iterator[int] = count(1)  # of labels that are named
        self.numbers: Iterator[int] = iter(())


GIVING = Giving()
first = 0  # the same, for those that read names
remembered: dict[int, tuple[weakref.ref[Any], int]] = {}  # id → an object without room for its number, and that
labels_of: dict[object, int] = {}  # Index._id → labels number; the _id is kept, so it can't be reused
rows_of: dict[object, int] = {}  # Index._id of a frame's rows → number of the newest State that has them


def begin(numbers: Iterator[int]) -> None:
    """Start giving out ``numbers``, one for each new version."""
    global first
    GIVING.numbers = numbers
    first = GIVING.first = next(numbers)
    setattr(NDFrame, MARK, None)


_numbers = count(1)


def numbers() -> Iterator[int]:
    """The process's numbers: they go on when a session ends, for objects that live on keep theirs."""
    return _numbers


def next_number() -> int:
    """A number for something that isn't a live object."""
    return next(GIVING.numbers)


def end() -> None:
    """Take the class default away again and forget everything."""
    remembered.clear()
    labels_of.clear()
    rows_of.clear()
    if MARK in NDFrame.__dict__:
        delattr(NDFrame, MARK)


def number_of(value: Any) -> int | None:
    """The number of a live object, None if it isn't tracked."""
    if issubclass(type(value), NDFrame):  # isinstance would ask a stand-in of the user's for its ``__class__``
        number: int | None = own(value, MARK)
        return number if number is not None and number >= first else None
    entry = remembered.get(id(value))
    return entry[1] if entry is not None and entry[0]() is value else None


def remember(value: Any, number: int) -> bool:
    """Give a number to an object without room for it; False if it can't be weakly referenced."""
    at = id(value)
    try:
        remembered[at] = (
            weakref.ref(value, partial(remembered.pop, at)),
            number,
        )  # in C: an interrupt there would be lost
    except TypeError:
        return False
    return True


def frame_number(frame: Any) -> Any:
    """The number of a frame; one that no operation made gets one now, and a record that says so; an atom of another
    kind for one that holds nothing."""
    number: int | None = own(frame, MARK)
    return number if number is not None and number >= first else _unseen(frame, describe_frame)


def series_number(series: Any) -> Any:
    """The same for a series."""
    number: int | None = own(series, MARK)
    return number if number is not None and number >= first else _unseen(series, describe_row)


def _unseen(value: Any, describe: Callable[[Any, list[Any]], int]) -> Any:
    try:
        own(value, "_mgr")
    except AttributeError:  # it isn't made yet: the ``__init__`` of a class of the user's may leave that out
        return (OPAQUE, name_of(type(value)), None)
    record: list[Any] = [0, UNSEEN, current(), callback_serial()]
    number = describe(value, record)
    try:
        record[0] = len(record)
        LOG.extend(record)
    except BaseException:  # interrupted: it is as unseen as before
        set_mark(value, MARK, None)
        raise
    return number


def describe_frame(frame: DataFrame, record: list[Any], of: int = 0) -> int:
    """Give ``frame`` the next number and append its atoms to ``record``.

    Types are each block's dtype and placement: ``get_dtypes`` would first have a new manager index its blocks, 10 µs.
    """
    number = next(GIVING.numbers)
    manager = frame._mgr if type(frame) is DataFrame else own(frame, "_mgr")
    columns, index = manager.axes
    kind, blocks = type(index), manager.blocks
    names = tuple(index.names) if kind is MultiIndex else index._name
    if names is not None and type(names) is not str:
        names = as_label(names)
    labels = labels_of.get(columns._id)
    if labels is None:
        labels = new_labels(columns)
    rows = len(index._range) if kind is RangeIndex else length(index)
    if len(blocks) <= MOST_BLOCKS:
        record += (number, FRAME, labels, names, rows, None, of, 2 * len(blocks))
        for block in blocks:  # appended: a tuple of two to add takes more than twice as long
            values = block.values
            record.append(values.dtype if type(values) is ndarray else dtype_of(values))
            record.append(block._mgr_locs)
    else:
        record += (number, FRAME, labels, names, rows, None, of, 1, dtypes_of(manager))
    rows_of[index._id] = number
    set_mark(frame, "_lineage", number)
    return number


def describe_series(series: Series, record: list[Any], of: int = 0, owner: Any = None) -> int:
    """The same for a series; its labels number is given when it may be a row (``owner`` is a frame or row)."""
    number = next(GIVING.numbers)
    manager = series._mgr if type(series) is Series else own(series, "_mgr")
    index = manager.axes[0]
    kind, key, values = type(index), index._id, manager.blocks[0].values
    names = tuple(index.names) if kind is MultiIndex else index._name
    if names is not None and type(names) is not str:
        names = as_label(names)
    labels = labels_of.get(key)
    if labels is None:
        labels = -1 if kind is RangeIndex or owner is None else _row_labels(index, owner)
    rows = len(index._range) if kind is RangeIndex else length(index)
    try:
        name = series._name if type(series) is Series else own(series, "_name")
    except AttributeError:  # what an old pandas has pickled gets its name late
        name = None
    if name is not None and type(name) is not str:
        name = as_label(name)
    record += (number, SERIES, labels, names, rows, name, of, 1, dtype_of(values))
    rows_of[key] = number
    set_mark(series, "_lineage", number)
    return number


def describe_row(series: Series, record: list[Any], of: int = 0) -> int:
    """A series nobody made: its labels are named only if its index is some frame's columns."""
    return describe_series(series, record, of)


def _row_labels(index: Any, owner: Any) -> int:
    """Number of the labels of a series that may be a row; -1 for none."""
    return new_labels(index) if _may_be_labels(index) and _may_give_rows(owner) else -1


def _may_be_labels(index: Any) -> bool:
    if type(index) is not Index and type(index) is not MultiIndex:
        return False
    labels = length(index)
    return labels is not None and labels <= MOST_ROW_LABELS


def _may_give_rows(owner: Any) -> bool:
    """Frames reduce to rows (``df.mean()``), and what is made of a row may be one."""
    kind = type(owner)
    return own(owner, "_mgr").axes[0]._id in labels_of if issubclass(kind, Series) else issubclass(kind, DataFrame)


def trim() -> None:
    """Bound the table of rows; called by the worker. Only the oldest are forgotten: they would lose an edge."""
    if len(rows_of) > MOST_ROWS:
        _forget_half(rows_of)


def _forget_half(table: dict[object, int]) -> None:
    for key in list(table)[: len(table) // 2]:  # list: other threads may add meanwhile
        table.pop(key, None)


def new_labels(index: Any) -> int:
    """Number the labels of an Index met for the first time and log them raw.

    Never the Index itself: pandas keeps weak references to live views of it for copy-on-write.
    """
    if len(labels_of) >= MOST_KNOWN:  # what is forgotten is only numbered anew
        _forget_half(labels_of)
    number = next(GIVING.labels)
    LOG.extend((4, LABELS, number, _raw(index)))  # first: after an interrupt they may be told twice, but never not
    labels_of[index._id] = number
    return number


def _raw(index: Any) -> Any:
    kind = type(index)
    if kind is RangeIndex:
        labels = index._range
        return labels if len(labels) <= MOST_LABELS else len(labels)
    labels = index if kind is MultiIndex else index._data
    count = len(labels)
    if count > MOST_LABELS:
        return count
    if kind is MultiIndex:
        return index.copy() if not any(_may_be_own(level._data) for level in index.levels) else _kept(index)
    return _kept(labels) if type(labels) is ndarray and _may_be_own(labels) else labels


def _may_be_own(labels: Any) -> bool:
    """Whether objects of the user's may be among them: the worker, who comes later, isn't to see those."""
    return type(labels) is ndarray and labels.dtype is OBJECT and not all_plain(labels.tolist())


def _kept(labels: Any) -> list[Any]:
    return list(map(as_label, labels.tolist()))


def target_of(first: Any) -> Any:
    """What is changed by a call whose first parameter is ``first``: of ``df.loc`` the frame."""
    return getattr(first, "obj") if issubclass(type(first), NDFrameIndexerBase) else first  # noqa: B009


def owner_of_index(index: Any) -> tuple[int | None, bool]:
    """The newest State whose rows are labelled by this very Index, if any; whether it may label columns as well."""
    return rows_of.get(index._id), index._id in labels_of
