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
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import perf_counter_ns as now
from types import FrameType
from typing import Any

from pandas.core.generic import NDFrame

from lineage_ext import guard
from lineage_ext.capture import identity
from lineage_ext.capture.caller import KINDS, USER, around, caller
from lineage_ext.capture.flags import CALLS_BACK, EXTERNAL_DATA, INIT, flags
from lineage_ext.capture.log import CALL, FIRST_ARGUMENT, FUNCTION, LOG, OUTPUT
from lineage_ext.capture.outputs import each, outputs
from lineage_ext.capture.snapshot import HANDLERS, snapshot
from lineage_ext.capture.thread import STATE, Callback, belong, current
from lineage_ext.redaction import cut
from lineage_ext.rules.call import Op
from lineage_ext.session import CURRENT

__all__ = ["COST", "STATE", "begin", "end", "enter", "failed", "flags", "leave", "muted", "reset", "resumed", "yielded"]
getframe = sys._getframe

Record = list[Any]
"""A call under way: the atoms of its log record so far. Until it is written, place 0 (its length) holds its Callback,
if it runs a function of the user's, or the numbers shared by a generator's items; place 1 (its tag) is None then."""


COST = [0]  # ns spent in hooks on user threads
_serials = count(1)
paused = False


def begin(numbers: Callable[[], int], fallback: Callable[[], int | None], callback_operations: int = 200) -> None:
    """Start recording. ``fallback`` tells the current cell run for code outside any context (plain threads)."""
    Callback.most = callback_operations
    belong(fallback)
    identity.begin(numbers)
    reset()


def end() -> None:
    """Stop recording and forget every object."""
    belong(lambda: None)
    identity.end()
    LOG.clear()


def reset() -> None:
    """Lower this thread's guard: an interrupt can leave it raised. Hosts call it before every cell."""
    STATE.d = 0
    STATE.callback = None


@contextmanager
def muted() -> Iterator[None]:
    """Don't record on this thread: for display and for ourselves."""
    before, STATE.d = STATE.d, 1
    try:
        yield
    finally:
        STATE.d = before


def enter(op: Op, args: tuple[Any, ...]) -> Record | None:
    """A function was called and the guard is down. None: not recorded."""
    started = now()
    STATE.d = 1
    try:
        run = CURRENT.get()
        if run is None:
            run = current()
        callback = STATE.callback
        frame: FrameType | None = getframe(2)
        code = frame.f_code  # type: ignore[union-attr]
        if callback is not None or KINDS.get(code.co_filename) != USER:
            frame = caller(frame, callback)
        if frame is None or run is None or paused:
            STATE.d = 0 if callback is None or callback.children <= Callback.most else 1
            return None
        code, special = frame.f_code, op.flags
        record: Record = [
            None, CALL, run, op, code, frame.f_lasti,
            () if code.co_name == "<module>" else around(frame),
            0 if callback is None else callback.serial,
            0,
            os.getcwd() if special & EXTERNAL_DATA else None,  # paths are resolved against the folder of this moment
        ]  # fmt: skip
        if special & INIT:
            record.append(None)  # self has no manager yet
            args = args[1:]
        for value in args:
            try:
                handler = HANDLERS[type(value)]
            except KeyError:
                record.append(snapshot(value))
            else:
                record.append(value if handler is None else handler(value))
        if special & CALLS_BACK and _has_function(record):
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
                outputs(record, record[3], value, first)
                record[0] = len(record)
                LOG.extend(record)
    except Exception as error:
        guard.report("capture", error)
    finally:
        outer = STATE.callback
        STATE.d = 0 if outer is None or outer.children <= Callback.most else 1
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
    return f"{kind.__name__}: {cut(str(error), 2_000)}" if plain else kind.__name__


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
    each(record, value if type(value) is tuple else (value,), None)
    shared = tuple(record[start::OUTPUT])
    record[0] = len(record)
    LOG.extend(record)
    record[:] = (shared, None)  # what is left to know


def resumed(record: Record, sent: Any) -> Any:
    """The generator goes on."""
    STATE.d = 1
    return sent
