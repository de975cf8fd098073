"""Exporters that keep their troubles to themselves: a backend that is away must not write into the notebook.

The SDK logs what fails, and Python prints warnings of a logger nobody has configured to stderr, which a kernel shows
below the running cell. What is logged on a thread while it works for us goes to our log of problems instead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lineage_ext import guard

LOGGERS = ("opentelemetry", "urllib3", "requests", "grpc")


class _Thread(threading.local):
    ours = 0


_thread = _Thread()


class _Ours(logging.Filter):
    """Takes records of our threads, lets others pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it goes its way."""
        if not _thread.ours:
            return True
        guard.report("opentelemetry", str(record.msg))  # without its numbers, so that it counts as one problem
        return False


_filter = _Ours()
_users = 0  # providers of ours


@contextmanager
def ours() -> Iterator[None]:
    """Meanwhile the thread works for us."""
    _thread.ours += 1
    try:
        yield
    finally:
        _thread.ours -= 1


def install() -> None:
    """A provider of ours begins: look at the records of the loggers there are."""
    global _users
    _users += 1
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if name.partition(".")[0] in LOGGERS and isinstance(logger, logging.Logger):
            logger.addFilter(_filter)


def remove() -> None:
    """A provider of ours has ended: after the last one loggers are as they were."""
    global _users
    _users -= 1
    if _users:
        return
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.removeFilter(_filter)


def quiet(exporter: Any, failure: Any) -> Any:
    """``exporter``, whose ``export`` logs nothing but our problems; where it would raise, it returns ``failure``."""
    export = exporter.export

    def quietly(*args: Any, **kwargs: Any) -> Any:
        with ours():
            try:
                return export(*args, **kwargs)
            except Exception as error:  # of a refused connection, before 1.31: the SDK would log it, with a traceback
                guard.report("opentelemetry", type(error).__name__)
                return failure

    exporter.export = quietly
    return exporter
