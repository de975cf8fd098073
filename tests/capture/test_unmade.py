"""Frames and series that hold nothing: an ``__init__`` of the user's leaves that out, or it wasn't called yet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.capture.dtypes import size_of
from lineage_ext.hosts.digest import Content
from lineage_ext.hosts.results import describe
from tests.capture.hooked import recording
from tests.capture.test_row_counts import LANGUAGES


class Later(pd.DataFrame):
    """One that reads its data when it is asked for them."""

    def __init__(self) -> None:
        pass


UNMADE = {
    "a subclass": Later,
    "a frame": lambda: object.__new__(pd.DataFrame),
    "a series": lambda: object.__new__(pd.Series),
}


@pytest.mark.parametrize("compiled", LANGUAGES)
@pytest.mark.parametrize("kind", UNMADE)
def test_calls_fail_as_without_us(kind: str, compiled: bool) -> None:
    """As what is called, and as an argument; nothing of ours fails."""
    make: Callable[[], pd.DataFrame] = UNMADE[kind]
    df = pd.DataFrame({"k": [1], "v": [2]})
    guard.forget()
    with recording(compiled):
        for use in (
            lambda: make().head(1),
            lambda: df.merge(make(), on="k"),
            lambda: make() + 1,
            lambda: df["v"] + make(),
            lambda: pd.concat([df, make()]),
            lambda: make().__setitem__("a", 1),
        ):
            with suppress(AttributeError, RecursionError, TypeError, ValueError):
                use()
    assert not guard.problems()


@pytest.mark.parametrize("kind", UNMADE)
def test_a_cell_may_show_and_leave_one(kind: str) -> None:
    """Its result tells the class; a variable has no content that could be compared."""
    value = UNMADE[kind]()
    facet = describe(value, lambda value: None)
    assert (facet.text, size_of(value), Content(10**9).fed(value, lambda data: None)) == ("", 0, False)
