"""The hooks that run inside pandas' functions: they append one flat record per outermost operation, and nothing more.

``record`` notes who called what with which arguments, ``leave`` what came out, ``failed`` that an exception passed.
They are for every call; the hooks that are installed (``direct``, or those in C) do the ordinary ones themselves.

``STATE.d`` is the guard read by every instrumented function: while it is set, nested calls cost one attribute read.
Inside a user callback (apply, transform, agg with a function) it is lowered so that the callback's own operations are
recorded as children, up to a cap; calls that pandas itself makes meanwhile are turned away. A call that repeats an
earlier one is only counted (``repeats``).

A record never outlives its call except in the log, and no hook may raise: a failure of ours is reported and the call
goes on unrecorded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from itertools import count
from time import perf_counter_ns as now
from types import FrameType
from typing import Any

from pandas import DataFrame, Series
from pandas.core.generic import NDFrame

from lineage_ext import guard
from lineage_ext.capture import exceptions, identity
from lineage_ext.capture.budget import BUDGET
from lineage_ext.capture.caller import MUTED, USER, around, caller, kind_in
from lineage_ext.capture.flags import CALLS_BACK, EXTERNAL_DATA, INIT, INNER, INPLACE, MUTATES, flags
from lineage_ext.capture.log import CALL, FIRST_ARGUMENT, LOG
from lineage_ext.capture.meter import METER
from lineage_ext.capture.nested import is_long, long_labels
from lineage_ext.capture.outputs import give, outputs
from lineage_ext.capture.outside import asked
from lineage_ext.capture.pieces import log_pieces
from lineage_ext.capture.points import WORLD, Point, Repeat
from lineage_ext.capture.repeats import SHARED, Lesson, forget, learn, recall, separate, tell
from lineage_ext.capture.snapshot import HANDLERS, snapshot
from lineage_ext.capture.thread import STATE, Callback, belong, current, muted
from lineage_ext.capture.user_code import any_iterator, may_run, opaque
from lineage_ext.model import DatasetKind
from lineage_ext.session import CURRENT

__all__ = [
    "STATE",
    "begin",
    "end",
    "failed",
    "flags",
    "leave",
    "muted",
    "pause",
    "record",
    "reset",
]
getframe = sys._getframe
set_mark, describe_series = identity.set_mark, identity.describe_series

Record = list[Any]
"""A call under way: the atoms of its log record so far. Until it is written, place 0 (its length) holds its Callback if
it runs a function of the user's, a Lesson if it may be one of many alike, DIRECT or MEASURED if ``direct`` made it,
False if the hooks in C did and the function is told not to change its object, or the numbers shared by a generator's
items; place 1 (its tag) is None then."""
DIRECT, MEASURED = "direct", "measured"
MOST_IN_ITERATOR = 8_000  # operations more than in a callback: what runs there is as any loop of the user's


class Counted:
    """The token of calls that are only counted, or not even that."""


COUNTED = Counted()
KINDS_OF = {DataFrame: DatasetKind.FRAME, Series: DatasetKind.SERIES}
Token = Record | Repeat | Counted
_serials = count(1)


def begin(numbers: Iterator[int], fallback: Callable[[], int | None], callback_operations: int = 200) -> None:
    """Start recording. ``fallback`` tells the current cell run for code outside any context (plain threads)."""
    Callback.most = callback_operations
    belong(fallback)
    identity.begin(numbers)
    reset()


def end() -> None:
    """Stop recording and forget every object."""
    belong(lambda: None)
    forget(0)
    SHARED.clear()
    identity.end()
    LOG.clear()


def reset() -> None:
    """Lower this thread's guard: an interrupt can leave it raised. Hosts call it before every cell."""
    STATE.d = 0
    STATE.callback = None


def pause(on: bool) -> None:
    """Stop or go on recording on all threads."""
    WORLD.paused, WORLD.usual = on, 0


def record(point: Point, args: tuple[Any, ...], frame: FrameType | None) -> Token | None:
    """A call by the code that ``frame`` runs repeats none that is known."""
    began = METER.special(BUDGET.check) if METER.left <= 0 else 0
    METER.left = max(0, METER.left - 1)
    direct = frame
    run = CURRENT.get()
    if run is None:
        run = current()
    callback = STATE.callback
    if callback is not None or kind_in(frame) != USER:  # type: ignore[arg-type]
        frame = caller(frame, callback)
    if frame is None or run is None or WORLD.paused:
        METER.sample(began, 2)
        return COUNTED if run is None or WORLD.paused else _turned_away(point, args, direct)  # type: ignore[arg-type]
    code, special = frame.f_code, point.flags
    if WORLD.counting and _varies(point, frame):
        counted = _count(point, args, run)
        METER.sample(began, 2)
        return counted
    if run > WORLD.run or WORLD.pending or SHARED:
        _before(point, args, run)
    WORLD.usual = 0 if WORLD.pending or WORLD.counting or WORLD.paused or run != WORLD.run else run
    record: Record = [
        None, CALL, run, point.op, code, frame.f_lasti,
        () if code.co_name == "<module>" else around(frame),
        0 if callback is None else callback.serial,
        0,
        _folder() if special & EXTERNAL_DATA else None,  # paths are resolved against the folder of this moment
    ]  # fmt: skip
    if special & INIT:
        record.append(None)  # self has no manager yet
        args = args[1:]
    given = map(asked, args) if special & EXTERNAL_DATA else args
    record += [_argument(value, special, args) for value in given]
    point.calls += 1
    if point.calls == 1 or point.calls > WORLD.cold:
        found = _often(point, record, args, callback)
        if found is not None:
            return found
    runs = special & CALLS_BACK and may_run(record, special)
    if began:
        METER.sample(began)
    record.append(now())
    if runs:
        calls_back(record, callback, id(direct))
    return record


def _argument(value: Any, flags: int, args: tuple[Any, ...]) -> Any:
    """As ``snapshot`` does, and ``long_labels``."""
    handler = HANDLERS.get(type(value), snapshot) if type(type(value)) is type else snapshot
    part = value if handler is None else handler(value)
    held = type(value) is list or type(value) is tuple
    return (held and is_long(value) and long_labels(flags, args[0], value, part)) or part


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None


def calls_back(record: Record, outer: Callback | None, frame: int) -> None:
    """A function, or iterator, of the user's may run now: the guard goes down."""
    record[8] = next(_serials)
    STATE.callback = record[0] = Callback(record[8], outer, frame)
    if any_iterator(record[FIRST_ARGUMENT:-1]) or opaque(record):
        record[0].left += MOST_IN_ITERATOR
    STATE.d = 0


def _before(point: Point, args: tuple[Any, ...], run: int) -> None:
    """What is to be logged ahead of a record."""
    if run > WORLD.run:
        forget(run)
    elif WORLD.pending:
        tell()
    if SHARED and point.flags & (MUTATES | INPLACE):
        separate(point, args)


def _often(point: Point, record: Record, args: tuple[Any, ...], callback: Callback | None) -> Repeat | None:
    """Of a function called for the first time in a cell, or from the ``cold``-th call on: the Repeat this call is."""
    if point.calls == 1:
        WORLD.points.append(point)
    if point.calls <= WORLD.cold or callback is not None or not point.repeatable:
        return None
    return recalled(point, record, args)


def recalled(point: Point, record: Record, args: tuple[Any, ...]) -> Repeat | None:
    """The Repeat that a call of a place that is watched is, counted; else its record has a Lesson."""
    repeat = recall(point, record, args)
    if repeat is not None:
        repeat.count += 1
        WORLD.pending, WORLD.usual = True, 0
    return repeat


def _varies(point: Point, frame: FrameType) -> bool:
    """Whether a call is none that may repeat another, nor one that reaches data outside."""
    spot = point.spots.get(frame.f_lasti)
    dead = spot is not None and spot.code is frame.f_code and spot.repeats is None
    return (dead or not point.repeatable) and not point.flags & EXTERNAL_DATA


def _count(point: Point, args: tuple[Any, ...], run: int) -> Counted:
    """What it changes is another object from now on, which nobody made."""
    if point.flags & MUTATES or (point.inplace and args[point.inplace] is True):
        target = identity.target_of(args[0])
        if issubclass(type(target), NDFrame):
            set_mark(target, "_lineage", None)
    kind = KINDS_OF.get(type(args[0])) if args and type(type(args[0])) is type else None
    BUDGET.count(run, point.op, kind)
    return COUNTED


def leave(token: Token, value: Any, first: Any) -> Any:
    """The function returns ``value``."""
    if type(token) is not list:
        _counted(token, value, first)  # type: ignore[arg-type]
        return value
    ended = now()
    began = METER.second()
    record: Record = token
    try:
        note = record[0]
        if type(note) is Callback:
            STATE.callback = note.outer
        if record[1] is not None:  # None: a generator, whose record was written at its first item
            record += (ended, None)
            if record[3].flags & INIT and not issubclass(type(first), NDFrame):
                _accessor(first, record[FIRST_ARGUMENT + 1])
            else:
                if type(value) is Series and value._lineage is None and not record[3].flags:  # as ``outputs`` does
                    describe_series(value, record, 0, first)
                else:
                    outputs(record, record[3], value, first)
                record[0] = len(record)
                if type(note) is Lesson:
                    learn(record, note, type(value))
                else:
                    WORLD.fresh = True
                LOG.extend(record)
        if began:
            METER.sample(began)
    except RecursionError:  # the user's: there may be no frame left to report in
        pass
    except Exception as error:
        guard.report("capture", error)
    finally:
        outer = STATE.callback  # as ``_lower`` does
        STATE.d = 0 if outer is None or outer.left >= 0 else 1
    return value


def _turned_away(point: Point, args: tuple[Any, ...], frame: FrameType) -> Counted | None:
    """%timeit measures the user's code, not ours: what pandas calls within its calls isn't looked at either."""
    if kind_in(frame) == MUTED:
        return COUNTED
    if point.flags & INNER:
        log_pieces(args[point.op.params.index("objs")], frame)
    _lower()
    return None


def _lower() -> None:
    """The guard goes down, unless a callback has had its share of records."""
    outer = STATE.callback
    STATE.d = 0 if outer is None or outer.left >= 0 else 1


def _counted(token: Repeat | Counted, value: Any, first: Any) -> None:
    if isinstance(token, Repeat):
        _repeated(token, value, first)
    else:
        _lower()


def _repeated(repeat: Repeat, value: Any, first: Any) -> None:
    try:
        kind = type(value)
        if repeat.gives(kind) and (not repeat.alias or identity.number_of(value) == repeat.number):
            if repeat.marks and identity.own(value, "_lineage") is None:
                set_mark(value, "_lineage", repeat.number)
            elif repeat.remembers:
                give(value, repeat.number)
        else:
            _written(repeat, value, first)
    except RecursionError:
        pass
    except Exception as error:
        guard.report("capture", error)
    finally:
        STATE.d = 0


def _written(repeat: Repeat, value: Any, first: Any, error: str | None = None) -> None:
    """A call that was counted beforehand came to another end than those before: record it after all."""
    repeat.count -= 1
    if repeat.alias:  # what has its number from elsewhere may have another one each time
        repeat.spot.repeats = None
    at = now()
    record: Record = [*repeat.head, at, at, error]
    if error is None:
        outputs(record, record[3], value, first)
        WORLD.fresh = True
    record[0] = len(record)
    LOG.extend(record)


def _accessor(accessor: Any, number: Any) -> None:
    """``series.cat`` doesn't keep its series: remember which it was made for."""
    if type(number) is int:
        identity.remember(accessor, number)


def failed(token: Token | Point) -> None:
    """An exception passes through the function (also after ``leave``, when a ``finally`` of it raises)."""
    STATE.d = 1  # it is down until here, so that an interrupt before this line leaves it so
    try:
        error = sys.exc_info()[1]
        if type(token) is Repeat:
            _written(token, None, None, exceptions.told(error))
        elif type(token) is list:
            _failed(token, error)
        elif type(token) is Point:
            _cut_short(id(getframe(2)))
    except RecursionError:
        if type(token) is list and type(token[0]) is Callback:
            STATE.callback = token[0].outer
    except Exception as problem:
        guard.report("capture", problem)
    finally:
        STATE.d = 0


def _cut_short(caller: int) -> None:
    """An interrupt came before ``enter`` could give its token: leave the callback it may have begun."""
    callback = STATE.callback
    if callback is not None and callback.frame == caller:
        STATE.callback = callback.outer


def _failed(record: Record, error: BaseException | None) -> None:
    if type(record[0]) is Callback:
        STATE.callback = record[0].outer
    if record[1] is None or type(record[0]) is int:
        return
    if issubclass(type(error), StopIteration):  # the end of a reader's chunks: no failure
        return
    del record[FIRST_ARGUMENT + len(record[3].params) + 1 :]  # what an interrupted ``leave`` has written
    record += (now(), exceptions.told(error))
    record[0] = len(record)
    LOG.extend(record)
