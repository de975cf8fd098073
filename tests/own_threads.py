"""Counts the threads of ours that a process has, which ``threading`` doesn't know of."""

from __future__ import annotations

import sys

from lineage_ext.threads import Thread


def count() -> int:
    """By the function that each of them runs."""
    found = 0
    for frame in sys._current_frames().values():
        outer = frame
        while outer.f_back is not None:
            outer = outer.f_back
        found += outer.f_code is Thread._run.__code__
    return found
