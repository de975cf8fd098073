"""The hooks of generator functions: what they do when one hands over an item and when it goes on."""

from __future__ import annotations

from time import perf_counter_ns as now
from typing import Any

from pandas.core.generic import NDFrame

from lineage_ext import guard
from lineage_ext.capture import log
from lineage_ext.capture.identity import set_mark
from lineage_ext.capture.log import LOG
from lineage_ext.capture.outputs import each
from lineage_ext.capture.points import WORLD
from lineage_ext.capture.recorder import Record, Token
from lineage_ext.capture.thread import STATE


def yielded(token: Token, value: Any) -> Any:
    """A generator of pandas' hands ``value`` to the user: all its items are one State each position."""
    record: Record = token if type(token) is list else [(), None]
    try:
        if record[1] is not None:
            _first_item(record, value, now())
        parts = value if type(value) is tuple else (value,)
        for part, number in zip(parts, record[0], strict=False):
            if issubclass(type(part), NDFrame):
                set_mark(part, "_lineage", number)
    except RecursionError:  # the user's: there may be no frame left to report in
        pass
    except Exception as error:
        guard.report("capture", error)
    finally:
        STATE.d = 0
    return value


def _first_item(record: Record, value: Any, at: int) -> None:
    record += (at, None)
    start = len(record)
    each(record, value if type(value) is tuple else (value,), None)
    shared = tuple(out[0] for out in log.outputs(record, start))
    record[0] = len(record)
    LOG.extend(record)
    WORLD.fresh = True
    record[:] = (shared, None)  # what is left to know


def resumed(token: Token, sent: Any) -> Any:
    """The generator goes on."""
    STATE.d = 1
    return sent
