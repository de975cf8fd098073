"""Series, frames and arrays that functions of other libraries make: what they gave is known by the expression alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lineage_ext.model import Confidence
from lineage_ext.testing import notebook
from tests.capture.opaque_cells import Cells
from tests.capture.opaque_cells import cells as opened

LIBRARY = """
import numpy as np
import pandas as pd

class Fitted:
    def __init__(self, y, x):
        self.rest, self.index = np.array(y) - np.array(x).sum(axis=1), y.index

    @property
    def resid(self):
        return pd.Series(self.rest, index=self.index)

    def __neg__(self):
        return pd.Series(-self.rest, index=self.index)

    def predict(self, x, times=1):
        return pd.Series(np.array(x) * times + self.rest, index=x.index)

def fit(y, x):
    return Fitted(y, x)

def smooth(values, window, by):
    return pd.Series(np.array(values) / window + np.array(by).sum(), index=values.index)

class Scaler:
    def fit_transform(self, table):
        values = np.array(table)
        values -= values.mean(axis=0)
        return values

    def fit_framed(self, table):
        return pd.DataFrame(self.fit_transform(table), index=table.index)
"""
FIT = "fitted = theirs.fit(df.a, df[['b']])\n"
BOTH = "a TRANSFORMATION, b TRANSFORMATION"
MADE = {
    FIT + "out = fitted.resid": {"": BOTH},
    FIT + "out = -fitted": {"": BOTH},
    FIT + "out = fitted.predict(df.u, 2)": {"": BOTH + ", u TRANSFORMATION"},
    FIT + "out = fitted.predict(df.u, times=2)": {"": BOTH + ", u TRANSFORMATION"},
    "out = theirs.smooth(df.a, 3, df.b)": {"": BOTH},
    "out = theirs.Scaler().fit_framed(df[['a', 'b']])": {"0": BOTH, "1": BOTH},
    "out = pd.DataFrame(theirs.Scaler().fit_transform(df[['a', 'b']]))": {"0": BOTH, "1": BOTH},
    "df['s'] = theirs.Scaler().fit_transform(df[['a']])[:, 0]\nout = df[['s']]": {"s": "a TRANSFORMATION"},
    "df['s'] = theirs.Scaler().fit_transform(df[['a']])\nout = df[['s']]": {"s": "a TRANSFORMATION"},
}


@pytest.fixture
def cells() -> Iterator[Cells]:
    """Cells that can import ``theirs``, whose code lies where libraries do."""
    theirs = ModuleType("theirs")
    file = os.path.join(os.path.dirname(pytest.__file__), "theirs.py")
    exec(compile(LIBRARY, file, "exec"), vars(theirs))
    sys.modules["theirs"] = theirs
    try:
        with opened() as book:
            yield book
    finally:
        del sys.modules["theirs"]


@pytest.mark.parametrize("statement", MADE)
def test_what_a_library_made_comes_from_all_that_its_expression_names(cells: Cells, statement: str) -> None:
    """It makes its result of arrays that nobody saw, or changes in place the one that it was given: that is read off
    the text, and never the same value."""
    assert cells(f"import theirs\n{statement}") == MADE[statement]
    assert Confidence.EXACT not in set().union(*cells.confidence.values())


def test_numpys_functions_leave_what_they_are_given(cells: Cells) -> None:
    """What they give back of a frame is its values, for sure."""
    assert cells("out = pd.DataFrame(np.array(df[['a', 'b']]))") == {"0": "a IDENTITY", "1": "b IDENTITY"}
    assert set().union(*cells.confidence.values()) == {Confidence.EXACT}


def test_what_is_installed_for_others_is_a_library_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that ``PYTHONPATH`` adds, as the modules of a cluster do: what is called in there is the user's call."""
    installed = tmp_path / "lib" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "theirs_elsewhere.py").write_text("def smooth(values): return values.rolling(2).mean()")
    monkeypatch.syspath_prepend(str(installed))
    with notebook() as book:
        book.cell("import pandas as pd\nimport theirs_elsewhere\ndf = pd.DataFrame({'a': [1.0, 2.0]})")
        book.cell("out = theirs_elsewhere.smooth(df['a'])")
        book.session.flush()
        runs = [run for run in book.session.graph.runs() if run.job.name.endswith(("rolling", "mean"))]
        assert [run.position.text for run in runs if run.position is not None] == [
            "theirs_elsewhere.smooth(df['a'])"
        ] * 2


QUERIES = {
    "out = duckdb.sql('SELECT k, max(b) AS m FROM df GROUP BY k').df()": {"k": "bk", "m": "bk"},
    "text = 'SELECT a * 2 AS m FROM df'\nout = duckdb.query(text).to_df()": {"m": "a"},
    "con = duckdb.connect()\ncon.register('t', df)\nout = con.execute('SELECT b FROM t').df()": {"b": "abku"},
    "out = duckdb.sql('SELECT * FROM df WHERE u > 3').df()[['b']]": {"b": "abku"},
    "found = duckdb.sql(f'SELECT {name} FROM df')\nout = found.df()": {"b": "abku"},
    "found = pa.Table.from_pandas(df[['a', 'b']])\nout = found.to_pandas()[['b']]": {"b": "ab"},
}


@pytest.mark.parametrize("statement", QUERIES)
def test_a_frame_made_by_another_library_comes_from_all_that_it_was_given_or_looked_at(
    cells: Cells, statement: str
) -> None:
    """Frames that it finds by their names in a query, too; of those the columns that a query written out names."""
    found = cells(f"import duckdb\nimport pyarrow as pa\nname = 'b'\n{statement}")
    columns = {p: sorted({s.split()[0] for s in text.split(", ")}) for p, text in found.items() if p[0] != "<"}
    assert {part: "".join(sources) for part, sources in columns.items()} == QUERIES[statement]
    assert Confidence.EXACT not in set().union(*cells.confidence.values())


def test_a_library_looks_at_what_it_is_called_for_this_time(cells: Cells) -> None:
    """In a loop, not at what earlier rounds had it look at."""
    text = """
import duckdb
parts = {'one': df[['a', 'k']], 'two': df[['b', 'k']]}
for name, part in parts.items():
    out = duckdb.sql('SELECT * FROM part').df()
    out = out.rename(columns=str)
"""
    assert "a" not in "".join(s.split()[0] for s in cells(text)["b"].split(", "))
