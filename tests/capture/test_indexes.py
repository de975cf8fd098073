"""Whose index was used: several tables may have one Index, and the expression says which was meant."""

from __future__ import annotations

import pandas as pd
import pytest

from lineage_ext.model import Confidence, level
from lineage_ext.testing import notebook

SETUP = "import numpy as np, pandas as pd\ndf = pd.DataFrame({'a': range(300), 'y': 2.5})"
USES = {
    "to make a series": "out = pd.Series(np.zeros(300), index=df.index)",
    "by a name": "rows = df.index\nout = pd.DataFrame({'z': 1}, index=rows)",
    "in a function": "def make(t):\n    return pd.Series(0, index=t.index)\nout = make(df)",
    "in a key": "out = other.loc[df.index, ['b']]",
    "as what is asked": "out = other[df.index.isin([2, 4])]",
    "to be put in": "out = other.copy()\nout.index = df.index",
}


@pytest.mark.parametrize("use", list(USES))
@pytest.mark.parametrize("later", ["target = (df['y'] > 1).astype(int)", "target = df.dropna(subset=['y'])"])
def test_an_index_is_that_of_the_table_it_was_asked_of(use: str, later: str) -> None:
    """Not of another that has got the same one since: what was computed, or what ``dropna`` of nothing gave."""
    with notebook() as book:
        names = book.cell(f"{SETUP}\nother = pd.DataFrame({{'b': np.arange(300)}})\n{later}\n{USES[use]}")
        book.session.flush()
        graph, identify = book.session.graph, book.session.identify
        ancestors = graph.ancestors(identify(names["out"]))
        assert identify(names["df"]) in ancestors
        assert identify(names["target"]) not in ancestors


def test_a_short_index_is_that_of_its_table_too() -> None:
    """One that may as well label columns, for all the log knows: the expression says that it doesn't."""
    with notebook() as book:
        names = book.cell(
            "import pandas as pd\ndf = k.set_index('k')\nx = df['a']\nout = pd.Series([3, 4], index=df.index)",
            k=pd.DataFrame({"k": list("pq"), "a": [1, 2]}),
        )
        book.session.flush()
        graph, identify = book.session.graph, book.session.identify
        edges = list(graph.edges(identify(names["out"]), level(0)))
        assert [(e.source.dataset, e.source.slot) for e in edges] == [(identify(names["k"]), 0)]
        assert {e.confidence for e in edges} == {Confidence.EXACT}


def test_labels_of_columns_are_no_index() -> None:
    """``df.columns`` of a table with as many rows, after ``df.T`` has got them for its index."""
    with notebook() as book:
        names = book.cell(
            "import pandas as pd\ndf = pd.get_dummies(pd.DataFrame({'a': list('xy')}))\n"
            "m = df.T\nout = pd.Series([3, 4], index=df.columns)"
        )
        book.session.flush()
        graph, identify = book.session.graph, book.session.identify
        assert identify(names["m"]) not in graph.ancestors(identify(names["out"]))
        assert [run for run in graph.runs() if run.job.name == "pandas.index"] == []
