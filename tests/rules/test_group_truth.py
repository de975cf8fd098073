"""Groups and windows in real pandas, held against interventions: what moved must have been predicted.

The spec files say how each edge is called; here is what they don't spell: further methods, functions of all sorts, and
loops. To add one: a line of code in terms of ``a`` (or ``t``, with times in its index) under CERTAIN if everything
predicted also moves, under CAUTIOUS if more is predicted than moves.
"""

from __future__ import annotations

import linecache
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.plugin import oracle
from tests.rules.given import frame

__all__ = ["oracle"]

GIVEN = {
    "a": {"k": "int", "v": "float", "w": "str", "q": "int"},
    "t": {"<t>": "time", "v": "float", "q": "int"},
}
HELPERS = """
def demeaned(g):
    g = g.copy()
    g["v"] = g["v"] - g["q"].mean()
    return g
def top(g):
    return g.sort_values("v").tail(1)
def handed_on(g):
    return top(g)
def above_average(a):
    average = a["v"].mean()
    return a.groupby("w").filter(lambda g: g["q"].sum() > average)
def by_lookup(a):
    group = dict(zip(a.index, a.q))
    return a.groupby(lambda i: group[i])["v"].sum()
"""
CERTAIN = [
    'a.groupby("w").apply(lambda g: pd.Series({"m": g.v.mean(), "n": len(g)}))',
    'a.sort_values("k").groupby("w").first()',
    'a.groupby("w")["v"].quantile([.1, .9])',
    'a.groupby("w").describe()',
    'a.groupby("w")[["v", "q"]].corr()',
    'a.groupby("w")["v"].corr(a["q"])',
    'a.groupby("w").agg({"v": ["first", "size"], "q": "sum"})',
    'a.groupby("w", as_index=False)[["v", "q"]].agg(["sum", "max"])',
    'a.groupby("w").v.agg(n="size", top=lambda s: s.max())',
    'a.groupby("w").v.agg([("lo", "min"), ("hi", np.max)])',
    'a.groupby("w", as_index=False)["k"].value_counts()',
    'a.groupby("w")[["v"]].shift([1, 2])',
    'a.sort_values("k").groupby("w")["v"].transform(lambda s: s.shift(1))',
    'a.groupby("w").sample(1, weights=a["q"] + 1, random_state=1)',
    'a.groupby("w").filter(lambda g: len(g) > 4)',
    'a.groupby("w").filter(lambda g: g["v"].mean() > 20, dropna=False)',
    "above_average(a)",
    "by_lookup(a)",
    'a.groupby("w").apply(len)',
    'a.groupby("w").apply(lambda g: g.nlargest(1, "v"))',
    'a.groupby("w", group_keys=False).apply(lambda g: g.assign(z=g.v / g.v.sum()))',
    'a.groupby("w", group_keys=False).apply(lambda g: g.sort_values("q").head(1))',
    'a.groupby("w", group_keys=False).apply(demeaned)',
    'a.groupby("w").apply(top)',
    'a.groupby("w").apply(lambda g: g.query("v > 10"))',
    'a.groupby([a["k"] > 3, "w"])["v"].sum()',
    'a.groupby(["w", np.where(a["q"] > 3, "hi", "lo")])["v"].sum()',
    "a.groupby(dict(zip(a.index, a.q)))['v'].sum()",
    'a.sort_values("q").groupby("w", sort=False)["v"].sum()',
    'a.groupby("w")[["v", "q"]].pipe(lambda g: g.max() - g.min())',
    'a.groupby("w")[["v", "q"]].agg(["min", "max"])["v"]',
    'pd.concat([g.head(1) for _, g in a.groupby(["w"])])',
    'pd.concat([g[g.v > g.v.mean()] for (_, _), g in a.groupby(["w", "k"])])',
    'pd.Series({k: g.v.sum() for k, g in a.groupby("w")})',
    'a.groupby("w", as_index=False)[["v"]].rolling(2).sum()',
    't.rolling("3D").agg({"v": "sum", "q": ["max", "min"]})',
    "t.rolling(3).corr()",
    "t.rolling(3, step=2).sum()",
    't.ewm(halflife="2D", times=t.index).mean()',
    't.resample("2D").first()',
    't.resample("2D").v.ohlc()',
    't.resample("2D").apply(lambda g: g["v"].sum())',
    't.groupby(pd.Grouper(level="t", freq="2D")).sum()',
]
CAUTIOUS = [
    'a.groupby("w").apply(handed_on)',
]


def report(oracle: Oracle, code: str) -> Any:
    """The oracle's report on a line of code."""
    frames = {name: frame(name, columns) for name, columns in GIVEN.items() if re.search(rf"\b{name}\b", code)}
    source, file = f"{HELPERS}\ndef program({', '.join(frames)}):\n    return {code}\n", f"<{code}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"pd": pd, "np": np}
    exec(compile(source, file, "exec"), names)
    return oracle.check(names["program"], frames)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", CERTAIN)
def test_lineage_is_what_moves(code: str, oracle: Oracle) -> None:
    """Every movement has an edge, and every edge moved."""
    found = report(oracle, code)
    assert not found.missed | found.unobserved, str(found)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", CAUTIOUS)
def test_lineage_misses_nothing(code: str, oracle: Oracle) -> None:
    """Every movement has an edge; what a function hides is covered by saying too much, and said to be inferred."""
    found = report(oracle, code)
    assert not found.missed, str(found)
    assert found.unobserved
