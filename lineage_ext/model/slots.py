"""Slots: a dataset's parts addressed by one integer, so duplicate and non-string labels need no special case.

Column i is ``i``; index level i is ``level(i)``; the i-th key of a group-by is ``key(i)``. Three more slots stand for
what belongs to no column: ``ROWS`` is which rows are there (filters, joins, grouping change it), ``ORDER`` is the
order they stand in (sorting changes it), ``COLUMNS`` is which columns there are, where data decided it
(``df.dropna(axis=1)``). Influence on rows, order and columns is thereby an ordinary edge.
"""

from __future__ import annotations

ROWS = -2001
ORDER = -2002
COLUMNS = -2003
WHOLE = frozenset({ROWS, ORDER, COLUMNS})


def level(i: int) -> int:
    """Slot of index level ``i`` (0-based)."""
    return -1 - i


def key(i: int) -> int:
    """Slot of the ``i``-th grouping key of a grouped dataset (0-based)."""
    return -1001 - i


def is_level(slot: int) -> bool:
    """Whether ``slot`` is an index level."""
    return -1001 < slot < 0


def is_key(slot: int) -> bool:
    """Whether ``slot`` is a grouping key."""
    return -2001 < slot <= -1001
