"""Which labels a key means, as pandas reads it: a text may say dates and periods, a number the interval it lies in."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from itertools import pairwise
from typing import Any

from lineage_ext.rules.call import State, is_null

DATES = frozenset({"Timestamp", "Period"})


def meant(state: State, key: Any) -> tuple[int, ...]:
    """Column slots whose label a key means without being equal to it."""
    return tuple(s for s, label in enumerate(state.labels) if means(key, label))


def means(key: Any, label: Hashable) -> bool:
    """Whether a key means a label: it is the same (nulls are), or says it in other words."""
    try:
        if bool(key == label) or (is_null(key) and is_null(label)):
            return True
        kind = type(label).__name__
        if kind == "Interval":
            return not isinstance(key, str) and key in label  # type: ignore[operator]
        if kind in DATES:
            return _within(label, key) if isinstance(key, str) else bool(type(label)(key) == label)  # type: ignore[call-arg]
        return kind == "Timedelta" and bool(type(label)(key) == label)  # type: ignore[call-arg]
    except (TypeError, ValueError):  # the text is no date, the number is compared with texts
        return False


def _within(label: Any, text: str) -> bool:
    """``2024-02`` means all of that month."""
    span = sys.modules["pandas"].Period(text)
    first, last = getattr(label, "start_time", label), getattr(label, "end_time", label)
    if getattr(first, "tzinfo", None) is not None:
        first, last = first.tz_localize(None), last.tz_localize(None)
    return bool(span.start_time <= first and last <= span.end_time)


def between(state: State, first: Any, last: Any) -> range | None:
    """Columns from one label to another, both included; None if it can't be told. Sorted labels needn't have them."""
    start = _bound(state, first, bisect_left, 0)
    stop = _bound(state, last, bisect_right, len(state.labels))
    return None if start is None or stop is None else range(start, stop)


def _bound(state: State, key: Any, place: Any, end: int) -> int | None:
    if key is None:
        return end
    found = state.at(key) or meant(state, key)
    if found:
        return found[0] if place is bisect_left else found[-1] + 1
    labels: list[Any] = list(state.labels)
    try:
        rises = all(a <= b for a, b in pairwise(labels))
        return int(place(labels, key)) if rises else None
    except (TypeError, ValueError):
        return None
