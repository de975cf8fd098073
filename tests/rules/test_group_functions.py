"""What a user's function reads of the group it is given, told from its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lineage_ext.model import Confidence
from lineage_ext.rules.call import Function
from lineage_ext.rules.expressions import read_set
from tests.rules.grouping_calls import frame

ALL = "x y z"


def reads_through_a_variable(g: Any) -> Any:
    """Joined instructions of CPython 3.13 load two variables at once."""
    low = g.x
    return low, g.z


def loops(g: Any) -> list[Any]:
    """Reads columns by names computed while it runs."""
    return [g[c] for c in "xy"]


@pytest.mark.parametrize(
    ("function", "columns", "exact"),
    [
        (lambda g: g.x + g["y"], "x y", True),
        (lambda g: g.x.sum() / len(g), "x", True),
        (lambda g: g.get("x", 0), "x", True),
        (lambda g: g.loc["z"], "z", True),
        (reads_through_a_variable, "x z", True),
        (lambda g: g.shape, "", True),
        (lambda g: g.sum(), ALL, False),
        (lambda g: g.loc["x":"y"], ALL, False),
        (lambda g: (g, g.x), ALL, False),
        (loops, ALL, False),
    ],
)
def test_columns_read(function: Callable[..., Any], columns: str, exact: bool) -> None:
    """Exact when each use of the argument is a column read by name; everything, inferred, when it is used otherwise."""
    source = frame(ALL)
    slots, sure, _ = read_set(source, Function(function.__name__, function.__code__), ())
    assert [source.labels[s] for s in slots] == columns.split()
    assert (sure is Confidence.EXACT) is exact
