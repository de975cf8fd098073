"""Exceptions that a signal handler of the user's raises (a timeout, by ``signal.alarm``) while our code runs.

They are no failures of ours, though nothing tells them from one but where they come from: they go on to the user.
"""

from __future__ import annotations

import functools
import signal
from collections.abc import Iterator
from types import CodeType, FunctionType, MethodType, TracebackType


def origin(error: BaseException) -> TracebackType | None:
    """The part of its traceback that begins in a signal handler of the user's; None if it comes from none."""
    codes = set(_handlers())
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code not in codes:
        trace = trace.tb_next
    return trace


def _handlers() -> Iterator[CodeType]:
    """What runs when there is a signal."""
    for number in signal.valid_signals():
        handler: object = signal.getsignal(number)
        while isinstance(handler, functools.partial):
            handler = handler.func
        if not isinstance(handler, FunctionType | MethodType):
            handler = getattr(type(handler), "__call__", None)  # noqa: B004
        code = getattr(handler, "__code__", None)
        if isinstance(code, CodeType):
            yield code
