"""Garbage is collected between the tests only, so that what it frees is told of the test that left it.

Python collects when so many objects have been made. A recorder makes some and thus moves those moments, as one more
list made by each test would: an archive that a test of Excel left in a cycle, whose ``__del__`` fails (or doesn't: that
depends on what of the cycle is cleared first), gave its warning to whichever test ran at that moment. So automatic
collection is off, on both sides, and garbage is collected after each test; at the end of each file also what outlived
the test that made it. No warning is lost by that, and more is told than before: what dies with its last reference on
plain pandas and needs a collection when tracked gives its warnings *afterwards*, marked so, on one side only, and
always of the same test.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


@contextmanager
def kept_until_told() -> Iterator[None]:
    """No collection but those asked for; what there is by now is looked at by none of them."""
    gc.disable()
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def collect(everything: bool) -> list[str]:
    """Free the garbage made since the last time, or all there is: the warnings and failures that came of it.

    What stays is set aside, as going through all of pandas takes longer than most tests.
    """
    told: list[str] = []

    def failed(what: UnraisableHookArgs) -> None:
        told.append(f"{what.err_msg or 'Exception ignored in'} {what.object!r}: {what.exc_value!r}")

    before, sys.unraisablehook = sys.unraisablehook, failed
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if everything:
                gc.unfreeze()
            gc.collect()
    finally:
        gc.freeze()
        sys.unraisablehook = before
    return [f"afterwards {text}" for text in (*told, *(f"{w.category.__name__} {w.message}" for w in caught))]
