"""The hooks in Python for what happens all the time, in as few steps as CPython lets them have.

``enter`` and ``leave`` do for an ordinary call what ``recorder`` does for any: one by code of the user's own, outside
callbacks, in the cell run that recorded last, of a function that neither changes its object nor reaches files. Whatever
else there is they hand to ``recorder``.

What a step takes was counted in instructions (callgrind, CPython 3.11; this machine does some 4 a ns where pandas has
just been busy): a call of a Python function 310 and more, an attribute of ``STATE`` 650 to read and 740 to write, of a
frame, series or code object 240-380, ``set_mark`` 1 200, a new integer beyond 256 250, a global 35, a variable of an
outer function 10. That is why the hooks are long functions within others, tell the usual arguments apart and describe
the usual series themselves, append all of it at once, ask ``CALLBACKS`` and not ``STATE.callback``, and count records
down.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter_ns
from types import FrameType
from typing import Any, Literal

from numpy import ndarray
from pandas import DataFrame, RangeIndex, Series
from pandas._libs import lib

from lineage_ext import guard
from lineage_ext.capture import identity, recorder
from lineage_ext.capture.budget import BUDGET
from lineage_ext.capture.caller import USERS, around, caller
from lineage_ext.capture.dtypes import dtype_of
from lineage_ext.capture.flags import EXTERNAL_DATA, GOES_THROUGH, INIT, INPLACE, MUTATES
from lineage_ext.capture.identity import GIVING, describe_frame, describe_series, set_mark
from lineage_ext.capture.labels import as_label
from lineage_ext.capture.log import CALL, LITERAL, LOG, SCALAR, SERIES
from lineage_ext.capture.meter import METER
from lineage_ext.capture.nested import NO_ITEMS, is_long, long_labels
from lineage_ext.capture.outputs import PLAIN, outputs
from lineage_ext.capture.points import WORLD, Point, Repeat, Spot
from lineage_ext.capture.recorder import DIRECT, MEASURED, Token, record
from lineage_ext.capture.repeats import MOST_SPOTS, same_callers, turn
from lineage_ext.capture.snapshot import HANDLERS, INTS, MOST_TEXT, NO_DEFAULT, snapshot
from lineage_ext.capture.thread import CALLBACKS, STATE
from lineage_ext.capture.user_code import any_function, opaque
from lineage_ext.session import CURRENT

__all__ = ["enter", "leave"]
Args = tuple[Any, ...]


def _enter() -> Callable[[Point, Args], Token | None]:
    state, meter, world, callbacks, giving, ints = STATE, METER, WORLD, CALLBACKS, GIVING, INTS.get
    getframe, cell_run, now, handler_of = sys._getframe, CURRENT.get, perf_counter_ns, HANDLERS.get
    direct, call, kind_of, series, table, text, whole = DIRECT, CALL, type, Series, DataFrame, str, int

    def enter(point: Point, args: Args, again: FrameType | None = None) -> Token | None:
        """A function was called and the guard is down. None: not recorded.

        ``again``: the frame that called it, once ``_special`` has done what is done now and then.
        """
        state.d = 1
        try:
            frame = getframe(2) if again is None else again
            calls = point.calls
            if calls >= world.cold and point.repeatable:
                known = _repeat(point, args, frame)
                if known is not None:
                    return known or record(point, args, frame)
            left = meter.left
            if left <= 0 and again is None:  # below 0 when two threads counted one record down
                return _special(point, args, frame)
            run = cell_run()
            if run != world.usual or callbacks or (point.unusual and not _keeps(point, args)):
                return record(point, args, frame)
            called, code = frame, frame.f_code
            outer: Args = ()
            if code is not world.code:
                if code.co_filename not in USERS:
                    user = caller(frame, None)
                    if user is None:
                        return record(point, args, frame)
                    frame, code = user, user.f_code
                if code.co_name == "<module>":
                    world.code = code
                else:
                    outer = around(frame)
            made: list[Any] = [direct, call, run, point.op, code, frame.f_lasti, outer, 0, 0, None]
            for value in args:  # as ``snapshot`` does
                kind = kind_of(value)
                if kind is series or kind is table:
                    number = value._lineage
                    if number is None or number < giving.first:
                        number = snapshot(value)
                    made.append(number)
                    continue
                if kind is whole:
                    made.append(ints(value) or (LITERAL, value))
                    continue
                handler = handler_of(kind, snapshot) if kind_of(kind) is kind_of else snapshot
                if handler is None or (kind is text and len(value) <= MOST_TEXT):
                    made.append(value)
                elif kind is dict and not value:
                    made.append(NO_ITEMS)
                elif value is lib.no_default:
                    made.append(NO_DEFAULT)
                else:
                    made.append(handler(value))
                    if (kind is list or kind is tuple) and is_long(value):
                        made[-1] = long_labels(point.flags, args[0], value, made[-1]) or made[-1]
                    if point.flags and (any_function(made[-1:]) or (point.flags & GOES_THROUGH and opaque(made))):
                        # it may call back
                        return record(point, args, called)
            if not calls:
                world.points.append(point)
            meter.left = left - 1
            point.calls = calls + 1
            made.append(now())
            return made
        except RecursionError:  # the user's: there may be no frame left to report in
            state.d = 0
            return None
        except Exception as error:
            state.d = 0
            guard.report("capture", error)
            return None
        except BaseException:  # the user's interrupt must not leave the guard up
            state.d = 0
            raise

    return enter


def _leave() -> Callable[[Token, Any, Any], Any]:
    state, world, giving, now, direct, plain = STATE, WORLD, GIVING, perf_counter_ns, DIRECT, PLAIN
    log, kind_of, record, series, table, counted = LOG.extend, type, list, Series, DataFrame, RangeIndex
    labels_of, rows_of, array = identity.labels_of.get, identity.rows_of, ndarray

    def leave(token: Token, value: Any, first: Any) -> Any:
        """The function returns ``value``."""
        if kind_of(token) is not record or token[0] is not direct:  # type: ignore[index]
            try:
                return _left(token, value, first)
            except RecursionError:
                state.d = 0
                return value
        try:
            ended = now()
            made: list[Any] = token  # type: ignore[assignment]
            kind = kind_of(value)
            if kind is series and value._lineage is None:  # as ``outputs`` does
                manager = value._mgr
                index = manager.axes[0]
                if kind_of(index) is counted:  # as ``describe_series`` does
                    try:
                        name = value._name
                    except AttributeError:
                        name = None
                    names = index._name
                    if names is not None:
                        names = as_label(names)
                    if name is not None and kind_of(name) is not str:
                        name = as_label(name)
                    number, key, rows = next(giving.numbers), index._id, len(index._range)
                    values = manager.blocks[0].values
                    dtype = values.dtype if kind_of(values) is array else dtype_of(values)
                    made += (ended, None, number, SERIES, labels_of(key, -1), names, rows, name, 0, 1, dtype)
                    rows_of[key] = number
                    set_mark(value, "_lineage", number)
                else:
                    made += (ended, None)
                    describe_series(value, made, 0, first)
            elif kind is table and value._lineage is None:
                made.append(ended)
                made.append(None)
                describe_frame(value, made)
            elif kind_of(kind) is kind_of and kind in plain:
                made += (ended, None, next(giving.numbers), SCALAR, -1, None, None, kind.__name__, 0, 0)
            else:
                made += (ended, None)
                outputs(made, made[3], value, first)
            made[0] = len(made)
            log(made)
            world.fresh = True
        except RecursionError:
            pass
        except Exception as error:
            guard.report("capture", error)
        finally:
            state.d = 0
        return value

    return leave


def _repeat(point: Point, args: Args, frame: FrameType) -> Repeat | Literal[False] | None:
    """Of a function that is called often: the Repeat that this call is, counted; or False if it may be learnt."""
    user = frame if frame.f_code.co_filename in USERS else caller(frame, None)
    spot = None if user is None or STATE.callback is not None else point.spots.get(user.f_lasti)
    others = 0
    while spot is not None:
        if spot.code is user.f_code and (spot.outer is None or same_callers(spot, user)):  # type: ignore[union-attr]
            return None if spot.repeats is None else _counted(spot, args)
        spot = spot.next
        others += 1
    return False if others < MOST_SPOTS else None


def _counted(spot: Spot, args: Args) -> Repeat | Literal[False]:
    """A place that is given two series by turns knows two."""
    repeat = latest = spot.latest
    if latest is not None and not _is_again(latest, args, 0):
        others = (r for r in tuple((spot.repeats or {}).values()) if r is not latest)
        repeat = next((r for r in others if _is_again(r, args, r.context ^ latest.context)), None)
    if repeat is None:
        return False
    turn(spot, repeat)
    repeat.count += 1
    WORLD.pending, WORLD.usual = True, 0
    return repeat


def _is_again(repeat: Repeat, args: Args, change: int) -> bool:
    """``change``: what ``World.contexts`` is to be changed by, for it to be the latest of its Spot."""
    if repeat.test is None or (repeat.whole is not None and (WORLD.fresh or repeat.whole != WORLD.contexts ^ change)):
        return False
    return bool(repeat.test(args))


def _keeps(point: Point, args: Args) -> bool:
    """Whether a function that could change its object is told not to."""
    return point.flags & (INIT | MUTATES | EXTERNAL_DATA | INPLACE) == INPLACE and args[point.inplace] is not True


def _special(point: Point, args: Args, frame: FrameType) -> Token | None:
    """``enter`` for a record that is measured, or before which the budget is looked at."""
    began = METER.special(BUDGET.check)
    token = enter(point, args, frame)  # type: ignore[call-arg]
    if began:
        METER.sample(began, 2 if token is None else 1)
        if type(token) is list and token[0] is DIRECT:
            token[0] = MEASURED
    return token


def _left(token: Token, value: Any, first: Any) -> Any:
    """``leave`` for a token that isn't made here, or is measured."""
    if type(token) is not list or token[0] is not MEASURED:
        return recorder.leave(token, value, first)
    began = METER.second()
    token[0] = DIRECT
    leave(token, value, first)
    METER.sample(began)
    return value


enter, leave = _enter(), _leave()
