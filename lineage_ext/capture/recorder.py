"""The hooks that run inside pandas' functions: they append one flat record per outermost operation, and nothing more.

``enter`` notes who called what with which arguments, ``leave`` what came out, ``failed`` that an exception passed.
``STATE.d`` is the guard read by every instrumented function: while it is set, nested calls cost one attribute read.
Inside a user callback (apply, transform, agg with a function) it is lowered so that the callback's own operations are
recorded as children, up to a cap; calls that pandas itself makes meanwhile are turned away.

A record never outlives its call except in the log, and no hook may raise: a failure of ours is reported and the call
goes on unrecorded.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import perf_counter_ns as now
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Index, Series
from pandas._libs.indexing import NDFrameIndexerBase
from pandas.core.generic import NDFrame
from pandas.core.groupby.groupby import BaseGroupBy
from pandas.core.window.rolling import BaseWindow

from lineage_ext import guard
from lineage_ext.capture import identity
from lineage_ext.capture.log import (
    ALIAS,
    ARRAY,
    CALL,
    FIRST_ARGUMENT,
    FUNCTION,
    GROUPED,
    INDEX,
    LOG,
    OUTPUT,
    SCALAR,
    VALUE,
)
from lineage_ext.capture.snapshot import HANDLERS, snapshot
from lineage_ext.rules.call import Op
from lineage_ext.session import CURRENT

getframe = sys._getframe

# What an operation needs beyond the ordinary (Op.flags)
INIT, MUTATES, CALLS_BACK, EXTERNAL_DATA, INPLACE = 1, 2, 4, 8, 16
_MUTATORS = {
    "__setitem__", "__delitem__", "insert", "update", "pop", "_set_axis", "isetitem", "name",
    *(f"__i{o}__" for o in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")),
}  # fmt: skip
_CALLBACKS = {
    "apply", "agg", "aggregate", "transform", "filter", "map", "applymap", "combine", "where", "mask", "__getitem__",
    "groupby", "case_when", "pipe", "__setitem__", "rename", "pivot_table", "crosstab",
}  # fmt: skip
_READERS = {"ExcelFile", "TextFileReader"}
_SHEETS = {"read_excel", "parse"}  # a frame per sheet
_HDF = {"get", "put", "append", "select", "__getitem__", "__setitem__"}

USER, LIBRARY, PANDAS = 0, 1, 2
_PANDAS = os.path.dirname(pd.__file__) + os.sep
_LIBRARIES = tuple(
    {
        os.path.join(p, "")
        for p in (*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages())
    }
)
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
MOST_FRAMES = 12


class State(threading.local):
    """Per thread: ``d`` is set while a recorded call runs; ``callback`` the Frame of the callback we are in."""

    d = 0
    callback: Callback | None = None


class Callback:
    """A recorded call that runs a function of the user's: its serial, and how many children it has recorded."""

    __slots__ = ("children", "outer", "serial")

    def __init__(self, serial: int, outer: Callback | None) -> None:
        self.serial = serial
        self.outer = outer
        self.children = 0


Record = list[Any]
"""A call under way: the atoms of its log record so far. Until it is written, place 0 (its length) holds its Callback,
if it runs a function of the user's, or the numbers shared by a generator's items; place 1 (its tag) is None then."""


STATE = State()
COST = [0]  # ns spent in hooks on user threads
KINDS: dict[str, int] = {}
_serials = count(1)
_fallback: Callable[[], int | None] = lambda: None  # noqa: E731  # replaced by ``begin``
most_children = 200
paused = False


def begin(numbers: Callable[[], int], fallback: Callable[[], int | None], callback_operations: int = 200) -> None:
    """Start recording. ``fallback`` tells the current cell run for code outside any context (plain threads)."""
    global _fallback, most_children
    _fallback, most_children = fallback, callback_operations
    HANDLERS.setdefault(DataFrame, identity.frame_number)
    identity.begin(numbers)
    reset()


def end() -> None:
    """Stop recording and forget every object."""
    global _fallback
    _fallback = lambda: None  # noqa: E731
    identity.end()
    LOG.clear()


def reset() -> None:
    """Lower this thread's guard: an interrupt can leave it raised. Hosts call it before every cell."""
    STATE.d = 0
    STATE.callback = None


def current() -> int | None:
    """The cell run the calling code belongs to."""
    run = CURRENT.get()
    return run if run is not None else _fallback()


@contextmanager
def muted() -> Iterator[None]:
    """Don't record on this thread: for display and for ourselves."""
    before, STATE.d = STATE.d, 1
    try:
        yield
    finally:
        STATE.d = before


def flags(owner: str, name: str, params: tuple[str, ...]) -> int:
    """``Op.flags`` of a function."""
    found = 0
    found |= INIT * (name == "__init__")
    found |= MUTATES * (name in _MUTATORS)
    found |= CALLS_BACK * (name in _CALLBACKS)
    found |= INPLACE * ("inplace" in params)
    io = name.startswith(("read_", "to_")) or owner in _READERS or (owner == "HDFStore" and name in _HDF)
    return found | EXTERNAL_DATA * io


def enter(op: Op, args: tuple[Any, ...]) -> Record | None:
    """A function was called and the guard is down. None: not recorded."""
    started = now()
    STATE.d = 1
    try:
        run = CURRENT.get()
        if run is None:
            run = _fallback()
        callback = STATE.callback
        frame: FrameType | None = getframe(2)
        code = frame.f_code  # type: ignore[union-attr]
        if callback is not None or KINDS.get(code.co_filename) != USER:
            frame = _caller(frame, callback)
        if frame is None or run is None or paused:
            STATE.d = 0 if callback is None or callback.children <= most_children else 1
            return None
        code, flags = frame.f_code, op.flags
        record: Record = [
            None, CALL, run, op, code, frame.f_lasti,
            () if code.co_name == "<module>" else _outer(frame),
            0 if callback is None else callback.serial,
            0,
            os.getcwd() if flags & EXTERNAL_DATA else None,  # paths are resolved against the folder of this moment
        ]  # fmt: skip
        if flags & INIT:
            record.append(None)  # self has no manager yet
            args = args[1:]
        for value in args:
            try:
                handler = HANDLERS[type(value)]
            except KeyError:
                record.append(snapshot(value))
            else:
                record.append(value if handler is None else handler(value))
        if flags & CALLS_BACK and _has_function(record):
            record[8] = next(_serials)
            STATE.callback = record[0] = Callback(record[8], callback)
            STATE.d = 0
        ended = now()
        COST[0] += ended - started
        record.append(ended)
        return record
    except Exception as error:
        STATE.d = 0
        guard.report("capture", error)
        return None
    except BaseException:  # the user's interrupt must not leave the guard up
        STATE.d = 0
        raise


def _caller(frame: FrameType | None, callback: Callback | None) -> FrameType | None:
    """The innermost user frame from ``frame`` on; None if this call isn't the user's."""
    if callback is not None and not _direct(frame):
        return None
    while frame is not None:
        kind = _kind(frame)
        if kind == USER:
            if callback is not None:
                callback.children += 1
                if callback.children > most_children:
                    return None
            return frame
        if kind == PANDAS and frame.f_code.co_flags & 0x20 and frame.f_code.co_qualname != _GROUPS:
            return None  # a generator of pandas' own, run lazily: not the user's call
        frame = frame.f_back
    return None


_GROUPS = "BaseGroupBy.__iter__.<locals>.<genexpr>"  # around a loop over groups when ``by`` is a list of one
_THROUGH = {"__getattr__", "__setattr__", "new_method", "wrapper", "assign", "pipe", "apply_if_callable"}


def _direct(frame: FrameType | None) -> bool:
    """Inside a callback: whether the call comes from user code, through nothing but pass-through functions."""
    while frame is not None and _kind(frame) == PANDAS:
        if frame.f_code.co_name not in _THROUGH:
            return False
        frame = frame.f_back
    return frame is not None


def _outer(frame: FrameType) -> tuple[Any, ...]:
    """The user frames around ``frame``, as (code, offset, code, offset, …), when it isn't module level."""
    if frame.f_code.co_name == "<module>":
        return ()
    found: list[Any] = []
    outer = frame.f_back
    depth = 0
    while outer is not None and depth < MOST_FRAMES:
        code = outer.f_code
        if _kind(outer) == USER:
            found += (code, outer.f_lasti)
            if code.co_name == "<module>":
                break
            depth += 1
        outer = outer.f_back
    return tuple(found)


def _kind(frame: FrameType) -> int:
    filename = frame.f_code.co_filename
    kind = KINDS.get(filename)
    return kind if kind is not None else classify(filename)


def classify(filename: str) -> int:
    """USER, LIBRARY or PANDAS by where the code's file lies."""
    if filename.startswith(_PANDAS):
        kind = USER if f"{os.sep}tests{os.sep}" in filename else PANDAS
    elif filename.startswith((*_LIBRARIES, _OURS, "<frozen", "<__array_function__")) and "ipykernel_" not in filename:
        kind = LIBRARY
    else:
        kind = USER
    KINDS[filename] = kind
    return kind


def _has_function(record: Record) -> bool:
    return any(type(a) is tuple and _is_function(a) for a in record[FIRST_ARGUMENT:])


def _is_function(part: tuple[Any, ...]) -> bool:
    if part[0] == FUNCTION:
        return part[2] is not None
    return any(type(a) is tuple and _is_function(a) for a in part[1:])


def leave(record: Record, value: Any, first: Any) -> Any:
    """The function returns ``value``."""
    ended = now()
    try:
        callback = record[0]
        if callback is not None:
            _left(callback)
        if record[1] is not None:  # None: a generator, whose record was written at its first item
            record += (ended, None)
            if record[3].flags & INIT and not isinstance(first, NDFrame):
                _accessor(first, record[FIRST_ARGUMENT + 1])
            else:
                _outputs(record, record[3], value, first)
                record[0] = len(record)
                LOG.extend(record)
    except Exception as error:
        guard.report("capture", error)
    finally:
        outer = STATE.callback
        STATE.d = 0 if outer is None or outer.children <= most_children else 1
        COST[0] += now() - ended
    return value


def _accessor(accessor: Any, number: Any) -> None:
    """``series.cat`` doesn't keep its series: remember which it was made for."""
    if type(number) is int:
        identity.remember(accessor, number)


def failed(record: Record) -> None:
    """An exception passes through the function (also after ``leave``, when a ``finally`` of it raises)."""
    try:
        if record[0] is not None:
            _left(record[0])
        if record[1] is not None and type(record[0]) is not int:
            error = sys.exc_info()[1]
            if isinstance(error, StopIteration):  # the end of a reader's chunks: no failure
                return
            record += (now(), None if isinstance(error, GeneratorExit) else _name_of(error))
            record[0] = len(record)
            LOG.extend(record)
    except Exception as error:
        guard.report("capture", error)
    finally:
        STATE.d = 0


def _left(callback: Any) -> None:
    if type(callback) is Callback:
        STATE.callback = callback.outer


def _name_of(error: BaseException | None) -> str:
    """Type and text of the user's exception. Only standard types are asked for their text: others are user code."""
    kind = type(error)
    plain = kind.__module__ == "builtins" or kind.__module__.startswith("pandas")
    return f"{kind.__name__}: {str(error)[:300]}" if plain else kind.__name__


def _outputs(record: Record, op: Op, value: Any, first: Any) -> None:
    kind = type(value)
    if op.flags & (MUTATES | INPLACE | INIT) and _changed(record, op, value, first):
        return
    if kind is DataFrame or isinstance(value, DataFrame):
        if (known := identity.number_of(value)) is None:
            identity.describe_frame(value, record)
        else:
            record += (known, ALIAS, -1, None, None, None, 0)
    elif kind is Series or isinstance(value, Series):
        if (known := identity.number_of(value)) is None:
            identity.describe_series(value, record, 0, first)
        else:
            record += (known, ALIAS, -1, None, None, None, 0)
    elif kind is tuple or kind is list:
        _each(record, value, first)
    elif kind is dict and op.name in _SHEETS and value:
        _each(record, list(value.values()), first)
    elif value is not None:
        _other(record, value)


def _changed(record: Record, op: Op, value: Any, first: Any) -> bool:
    """Log the next version of an object changed in place; True if that is all the call made."""
    target: Any = getattr(first, "obj") if isinstance(first, NDFrameIndexerBase) else first  # noqa: B009
    if not isinstance(target, NDFrame):
        return False
    if op.flags & INPLACE and not _inplace(record, op):
        return False
    before = identity.number_of(target) or 0
    if isinstance(target, DataFrame):
        identity.describe_frame(target, record, before)
    elif isinstance(target, Series):
        identity.describe_series(target, record, before)
    return value is None or value is target


def _inplace(record: Record, op: Op) -> bool:
    return record[FIRST_ARGUMENT + op.params.index("inplace")] is True


def _each(record: Record, values: Any, first: Any) -> None:
    for value in values[:16]:
        if isinstance(value, NDFrame):
            if (known := identity.number_of(value)) is not None:
                record += (known, ALIAS, -1, None, None, None, 0)
            elif isinstance(value, DataFrame):
                identity.describe_frame(value, record)
            elif isinstance(value, Series):
                identity.describe_series(value, record, 0, first)
        else:
            _other(record, value)


def _other(record: Record, value: Any) -> None:
    """Something without room for a number: a group-by, window, array, index, scalar or container."""
    number = identity.next_number()
    if isinstance(value, BaseGroupBy | BaseWindow):
        kind, rows = GROUPED, None
        identity.remember(value, number)
        grouper = value.__dict__.get("_grouper") or value.__dict__.get("grouper")
        if grouper is not None:
            identity.remember(grouper, number)
    elif isinstance(value, np.ndarray):
        kind, rows = ARRAY, len(value) if value.ndim else None
        identity.remember(value, number)
    elif isinstance(value, Index):
        kind, rows = INDEX, len(value)
        identity.remember(value, number)
    elif isinstance(value, pd.api.extensions.ExtensionArray):
        kind, rows = ARRAY, len(value)
        identity.remember(value, number)
    else:
        kind, rows = (SCALAR if np.isscalar(value) or value is pd.NaT or value is pd.NA else VALUE), None
    record += (number, kind, -1, None, rows, type(value).__name__, 0)


def yielded(record: Record, value: Any) -> Any:
    """A generator of pandas' hands ``value`` to the user: all its items are one State each position."""
    started = now()
    try:
        if record[1] is not None:
            _first_item(record, value, started)
        parts = value if type(value) is tuple else (value,)
        for part, number in zip(parts, record[0], strict=False):
            if isinstance(part, NDFrame):
                identity.set_mark(part, "_lineage", number)
    except Exception as error:
        guard.report("capture", error)
    finally:
        STATE.d = 0
        COST[0] += now() - started
    return value


def _first_item(record: Record, value: Any, at: int) -> None:
    record += (at, None)
    start = len(record)
    _each(record, value if type(value) is tuple else (value,), None)
    shared = tuple(record[start::OUTPUT])
    record[0] = len(record)
    LOG.extend(record)
    record[:] = (shared, None)  # what is left to know


def resumed(record: Record, sent: Any) -> Any:
    """The generator goes on."""
    STATE.d = 1
    return sent
