"""What conditions decide: values bound, columns written, objects chosen and rows gathered under them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage_ext.model import Confidence
from tests.capture.opaque_cells import Cells
from tests.capture.opaque_cells import cells as opened


@pytest.fixture(scope="module")
def cells() -> Iterator[Cells]:
    """One notebook for all tests of this file."""
    with opened() as found:
        yield found


SCALED = "a CONDITIONAL, u TRANSFORMATION"
VALUES = {
    "a number bound in branches": ("if df.a.mean() > 3:\n    m = 2\nelse:\n    m = 3\nout = df.u * m", SCALED),
    "one that keeps its first value": ("m = 2\nif df.a.mean() > 99:\n    m = 3\nout = df.u * m", SCALED),
    "in another cell": ("m = 2\nif df.a.mean() > 99:\n    m = 3", "out = df.u * m", SCALED),
    "used within the branch": ("out = df.u\nif df.a.mean() > 3:\n    m = 2\n    out = df.u * m\nout = out * 1",
        "u TRANSFORMATION"),
    "a conditional expression": ("m = 2 if df.a.mean() > 3 else 3\nout = df.u * m", SCALED),
    "a flag": ("big = df.a.mean() > 3\nm = 2 if big else 3\nout = df.u * m", SCALED),
    "counted": ("m = 0\nfor v in df.a:\n    if v > 3:\n        m += 1\nout = df.u * m", SCALED),
    "the end of a loop":
        ("for v in df.a:\n    if v > 3:\n        m = 1\n        break\nelse:\n    m = 0\nout = df.u * m", SCALED),
    "a while loop": ("m = 0\nwhile df.a.mean() > m:\n    m += 1\nout = df.u * m", SCALED),
    "returned early": ("def f(s):\n    if s.mean() > 3:\n        return 2\n    return 3\nout = df.u * f(df.a)", SCALED),
    "raised": ("try:\n    m = 1 / df.a.min()\nexcept ZeroDivisionError:\n    m = 0\nout = df.u * m",
        "a AGGREGATION, a CONDITIONAL, u TRANSFORMATION"),
    "matched": ("match df.a.max():\n    case 7:\n        m = 1\n    case _:\n        m = 0\nout = df.u * m", SCALED),
    "an entry": ("d = {'m': 1}\nif df.a.mean() > 3:\n    d['m'] = 2\nout = df.u * d['m']", SCALED),
    "an attribute": (
        "class O:\n    def __init__(self, s):\n        self.m = 1\n        if s.mean() > 3:\n            self.m = 2\n"
        "out = df.u * O(df.a).m",
        SCALED,
    ),
    "each item": ("x = []\nfor v in df.a:\n    if v > 3:\n        x.append(1)\n    else:\n        x.append(0)\n"
        "df['x'] = x\nout = df.x", "a CONDITIONAL"),
    "not whether a frame is None": ("t = None\nfor c in ['u']:\n    t = df[c] if t is None else t + df[c]\nout = t * 1",
        "u TRANSFORMATION"),
}  # fmt: skip


@pytest.mark.parametrize("case", VALUES)
def test_a_value_depends_on_what_decided_it(cells: Cells, case: str) -> None:
    """CONDITIONAL, whichever way it went."""
    *steps, wanted = VALUES[case]
    assert cells(*steps)[""] == wanted
    if "CONDITIONAL" in wanted:
        assert Confidence.INFERRED in cells.confidence[""]


ROWS = {
    "a frame chosen": "if df.a.mean() > 3:\n    d = df[df.u > 2]\nelse:\n    d = df\nout = d[['b']]",
    "in a branch not taken": "d = df\nif df.a.mean() > 99:\n    d = df.head(2)\nout = d[['b']]",
    "held to the end of its cell": "out = df[['b']]\nif df.a.mean() > 99:\n    out = out.head(2)",
    "by a function with two returns":
        "def f(d):\n    if d.a.mean() > 99:\n        return d.head(2)\n    return d\nout = f(df)[['b']]",
    "returned to the end of its cell":
        "def f(d):\n    if d.a.mean() > 99:\n        return d.head(2)\n    return d[['b']]\nout = f(df)",
    "by a loop": "d = df\nwhile d.a.sum() > 10:\n    d = d.iloc[:-1]\nout = d[['b']]",
    "pieces gathered":
        "x = []\nfor k in 'xy':\n    if df.a.mean() > 3:\n        x.append(df[['b']])\nout = pd.concat(x)",
    "rows gathered after continue":
        "x = []\nfor r in df.itertuples():\n    if r.a < 3:\n        continue\n    x.append({'b': r.b})\n"
        "out = pd.DataFrame(x)",
    "rows written one by one":
        "out = pd.DataFrame(columns=['b'])\nfor v in df.a:\n    if v > 3:\n        out.loc[len(out)] = [1]",
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_rows_depend_on_what_decided_them(cells: Cells, case: str) -> None:
    """A condition on a, though b alone is taken."""
    found = cells(ROWS[case])["<rows>"].split(", ")
    assert {"a CONDITIONAL", "a FILTER"} & set(found), found


COLUMNS = {
    "in the branch taken": "df['b'] = 1\nif df.a.mean() > 3:\n    df['b'] = 0",
    "in a branch not taken": "if df.a.mean() > 99:\n    df['b'] = 0",
    "by loc": "if df.a.mean() > 99:\n    df.loc[:, 'b'] = 0",
    "by assign": "if df.a.mean() > 99:\n    df = df.assign(b=0)",
    "in a loop over labels": "for c in ['b', 'k']:\n    if df.a.mean() > 99:\n        df[c] = 0",
    "in a function": "def f(d):\n    if d.a.mean() > 3:\n        d['b'] = 0\nf(df)",
    "in a function that is called under it": "def f(d):\n    d['b'] = 0\nif df.a.mean() > 3:\n    f(df)",
    "cell by cell": "for i, r in df.iterrows():\n    if r.a > 3:\n        df.at[i, 'b'] = 0",
}


@pytest.mark.parametrize("case", COLUMNS)
def test_only_the_columns_written_depend_on_it(cells: Cells, case: str) -> None:
    """b, not u."""
    found = cells(COLUMNS[case], "out = df[['b', 'u']]")
    assert "a CONDITIONAL" in found["b"]
    assert found["u"] == "u IDENTITY"
    assert "a " not in found.get("<rows>", "")


def test_a_computed_label_decides(cells: Cells) -> None:
    """``df[best]``, where ``best`` was found in the data."""
    found = cells("best = df[['a', 'b']].mean().idxmax()\nout = df[[best, 'u']].set_index('u')[best]")
    assert "b " in found[""]
    assert "a " in found[""]


def test_what_is_changed_under_the_same_condition_it_was_made_under_is_sure(cells: Cells) -> None:
    """A group is changed in the loop that made it: the loop decides nothing about it."""
    found = cells("x = []\nfor k, g in df.groupby('k'):\n    g['z'] = g.u\n    x.append(g)\nout = pd.concat(x)[['z']]")
    assert found["z"] == "u IDENTITY"
