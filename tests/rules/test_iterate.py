"""Loops over frames and series."""

from __future__ import annotations

import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.testing import notebook


@pytest.mark.parametrize(
    "loop",
    ["for i, row in df[:0].iterrows(): pass", "for row in df[:0].itertuples(): pass",
     "for name, s in df[[]].items(): pass", "for value in df['a'][:0]: pass", "for name in df[[]]: pass"],
)  # fmt: skip
def test_a_loop_over_nothing_is_explained(loop: str) -> None:
    """It has no item, and nothing of it is opaque or a problem of ours."""
    guard.forget()
    with notebook() as book:
        book.cell(loop, df=pd.DataFrame({"a": [1, 2], "b": [3, 4]}))
        book.session.flush()
        assert book.session.summary().opaque == ()
    assert guard.problems() == []


@pytest.mark.parametrize("loop", ["for _, part in df.groupby('a'): pass", "for part in df.rolling(3): pass"])
def test_parts_of_different_sizes_have_no_number_of_rows(loop: str) -> None:
    """One dataset stands for all that a loop hands out: the first one's size isn't theirs."""
    with notebook() as book:
        book.cell(loop, df=pd.DataFrame({"a": [1, 2, 2], "b": [3, 4, 5]}))
        book.session.flush()
        part = book.session.graph.dataset(book.session.number(book.names["part"]))
        assert part.schema.labels == ("a", "b")
        assert part.rows is None
