"""The one place where failures of ours are caught: they never reach the user's cell, and they are never lost.

``with guarded("store"): …`` and ``@guard("widget")`` swallow Exception (never BaseException), count it under the name
of the part, keep the last traceback, and log it. ``%lineage`` and the doctor show what was kept. Under our own tests
(``LINEAGE_STRICT=1``) the exception goes on, so that a test can't pass over it.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from lineage_ext import handlers
from lineage_ext.redaction import cut, redact

log = logging.getLogger("lineage_ext")
log.addHandler(logging.NullHandler())
log.propagate = False  # a root handler of the user's must not print our troubles into the notebook


class _Log(logging.FileHandler):
    """A file that is made with its first line. Where it can't be written nothing is said: ``%lineage`` has it too."""

    def emit(self, record: logging.LogRecord) -> None:
        """Opens the file at the first record, which may fail."""
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """By default logging prints to the user's stderr."""


P = ParamSpec("P")
R = TypeVar("R")
MOST = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure of ours: the part, the exception as text, how often, and the last traceback."""

    part: str
    message: str
    count: int = 1
    traceback: str = ""


_problems: dict[tuple[str, str], Problem] = {}
_lock = threading.Lock()


def report(part: str, problem: BaseException | str) -> None:
    """Remember a problem (at most 100 different ones) and log its first occurrence.

    Raises it if it isn't ours, but a signal handler's of the user's. Where a recursion of the user's leaves too little
    of the stack to look at it, nothing is remembered: that isn't to become an exception of its own.
    """
    try:
        _report(part, problem)
    except RecursionError as error:
        if error is problem:
            raise
    finally:
        del problem  # a frame of its traceback that knows it would keep all that is in the others


def _report(part: str, problem: BaseException | str) -> None:
    if isinstance(problem, str):
        message, trace = problem, ""
    else:
        came = handlers.origin(problem)
        if came is not None:
            try:
                raise problem.with_traceback(came)
            finally:
                del problem, came
        message = cut(f"{type(problem).__name__}: {_text(problem)}", 500)
        trace = "".join(traceback.format_exception(problem, limit=-12))
    message, trace = _scrubbed(message), _scrubbed(trace)
    with _lock:
        known = _problems.get((part, message))
        if known is None and len(_problems) >= MOST:
            message = "more problems than are kept"
            known = _problems.get((part, message))
        _problems[part, message] = Problem(part, message, known.count + 1 if known else 1, trace)
    if known is None:
        log.warning("%s: %s\n%s", part, message, trace)


def _scrubbed(text: str) -> str:
    try:
        return redact(text)
    except Exception:
        return "(its text can't be looked through)"


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its text can't be made)"


def problems() -> list[Problem]:
    """What went wrong so far, in order of first occurrence."""
    with _lock:
        return list(_problems.values())


def forget() -> None:
    """Drop what was kept (a new session starts clean)."""
    with _lock:
        _problems.clear()


def keep_log(path: str) -> Callable[[], None]:
    """Write problems to a file as well, from now on until the returned function is called."""
    handler = _Log(path, delay=True, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(message)s"))
    log.addHandler(handler)

    def stop() -> None:
        log.removeHandler(handler)
        handler.close()

    return stop


def after_fork() -> None:
    """In a forked child: another thread may have held the lock."""
    global _lock
    _lock = threading.Lock()


def strict() -> bool:
    """Whether failures of ours are to be raised: our own tests say so."""
    return bool(os.environ.get("LINEAGE_STRICT"))


@contextmanager
def guarded(part: str) -> Iterator[None]:
    """Swallow and remember any Exception of the body."""
    try:
        yield
    except Exception as error:
        report(part, error)
        if strict():
            raise


def guard(part: str) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """Decorator: any Exception of the function is swallowed and remembered, and None returned."""

    def wrap(function: Callable[P, R]) -> Callable[P, R | None]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R | None:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                report(part, error)
                if strict():
                    raise
                return None

        return call

    return wrap
