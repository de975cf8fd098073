"""The real hooks, in C or in Python, for as long as a block runs; without a session that takes the log."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from lineage_ext import guard
from lineage_ext.capture import identity, interception, recorder
from lineage_ext.capture.hooks import hooks
from lineage_ext.capture.pandas_functions import quiet, targets
from lineage_ext.session import CURRENT


@contextmanager
def recording(compiled_ones: bool, first: int = 1) -> Iterator[None]:
    """Hooks in; objects have numbers from ``first`` on."""
    guard.forget()
    identity.GIVING.labels, recorder._serials = itertools.count(1), itertools.count(1)
    recorder.begin(itertools.count(first), lambda: 1)
    cell = CURRENT.set(1)
    interception.install([*targets(), *quiet()], hooks(compiled_ones))
    try:
        yield
        assert guard.problems() == []
    finally:
        interception.restore()
        recorder.end()
        CURRENT.reset(cell)
