"""melt, pivot, stack, unstack, explode, dummies, bins and leaving pandas."""

from __future__ import annotations

import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.plugin import oracle
from tests.rules.moves import objections, program

__all__ = ["oracle"]

PROGRAMS = {
    "melt": program('a.melt(id_vars=["k", "w"])', a="k=int w=str v=float q=int"),
    "melt no ids": program('a[["v", "q"]].melt()', a="k=int w=str v=float q=int"),
    "melt values": program('pd.melt(a, id_vars="w", value_vars=["v"])', a="k=int w=str v=float q=int"),
    "melt ignore_index": program(
        'a.melt(id_vars="w", value_vars=["v", "q"], ignore_index=False)', a="<i>=id k=int w=str v=float q=int"
    ),
    "melt mi": program('pd.concat([a[["v", "q"]]], axis=1, keys=["x"]).melt()', a="k=int w=str v=float q=int"),
    "melt mi ids": program(
        'pd.concat([a[["v", "q"]]], axis=1, keys=["x"]).melt(id_vars=[("x", "v")])', a="k=int w=str v=float q=int"
    ),
    "melt mi level": program(
        'pd.concat([a[["v", "q"]]], axis=1, keys=["x"]).melt(id_vars=["v"], col_level=1)', a="k=int w=str v=float q=int"
    ),
    "wide_to_long": program(
        'pd.wide_to_long(a, ["x", "y"], i=["id"], j="n", sep="_")', a="id=id x_1=float x_2=float y_1=int y_2=int z=str"
    ),
    "lreshape": program(
        'pd.lreshape(a, {"x": ["x1", "x2"], "y": ["y1", "y2"]})', a="id=id x1=float? x2=float y1=float y2=float"
    ),
    "pivot list values": program('a.pivot(index="i", columns="w", values=["v", "q"])', a="i=id w=str v=float q=int"),
    "pivot default": program('a.pivot(index="i", columns="w")', a="i=id w=str v=float q=int"),
    "pivot list index": program(
        'pd.pivot(a, index=["i", "q"], columns="w", values="v")', "out.<rows> <- a.q", a="i=id w=str v=float q=int"
    ),
    "pivot no index": program('a.pivot(columns="w", values="v")', a="<i>=id w=str v=float"),
    "pivot_table of all values": program('a.pivot_table(index="k", columns="w")', a="k=int w=str v=float q=int"),
    "pivot_table by two functions": program(
        'a.pivot_table(index="k", columns="w", values="v", aggfunc=["sum", "mean"])', a="k=int w=str v=float q=int"
    ),
    "pivot_table of two values by two functions": program(
        'a.pivot_table(index="k", values=["v", "q"], aggfunc=["sum", "count"])', a="k=int w=str v=float q=int"
    ),
    "pivot_table with totals": program(
        'a.pivot_table(index="k", columns="w", values="v", aggfunc="sum", margins=True)', a="k=int w=str v=float q=int"
    ),
    "pivot_table by a dict": program(
        'a.pivot_table(index="k", columns="w", aggfunc={"v": "sum", "q": "max"})', a="k=int w=str v=float q=int"
    ),
    "pivot_table by a function of the user": program(
        'a.pivot_table(index="k", values="v", aggfunc=lambda s: s.max() - s.min())', a="k=int w=str v=float q=int"
    ),
    "pivot_table of sizes": program(
        'a.pivot_table(index="k", columns="w", aggfunc="size")', a="k=int w=str v=float q=int"
    ),
    "pivot_table by a numpy function": program(
        'pd.pivot_table(a, index=["k"], columns=["w"], values=["v"], aggfunc=np.sum, fill_value=0)',
        a="k=int w=str v=float q=int",
    ),
    "pivot_table by a series": program(
        'a.pivot_table(index=a["k"] % 2, columns="w", values="v")',
        "<- a.k",
        "out.<rows> <- a.w",
        a="k=int w=str v=float q=int",
    ),
    "pivot_table by months": program(
        'a.pivot_table(index=pd.Grouper(key="d", freq="MS"), columns="w", values="v")',
        "out.<rows> <- a.w",
        a="d=date w=str v=float",
    ),
    "pivot_table without an index": program(
        'a.pivot_table(columns="w", values="v")', "out.<rows> <- a.w", a="k=int w=str v=float q=int"
    ),
    "pivot_table of counts": program(
        'a.pivot_table(index="k", columns="w", values="v", aggfunc="count")', a="k=int w=str v=float?"
    ),
    "crosstab margins": program('pd.crosstab(a["k"], a["w"], margins=True)', a="k=int w=str v=float q=int"),
    "crosstab norm": program('pd.crosstab(a["k"], a["w"], normalize="index")', a="k=int w=str v=float q=int"),
    "crosstab list": program('pd.crosstab([a["k"], a["q"]], a["w"])', a="k=int w=str v=float q=int"),
    "crosstab array": program('pd.crosstab(a["k"].to_numpy(), a["w"].to_numpy())', a="k=int w=str v=float q=int"),
    "stack series level": program("a.stack()", a="<i>=id v=float? q=int"),
    "stack mi": program(
        'pd.concat([a, a * 2], axis=1, keys=["x", "y"]).stack(0)',
        "out.<rows> <- a.q",
        "out.<rows> <- a.v",
        a="<i>=id v=float q=int",
    ),
    "stack mi last": program('pd.concat([a, a * 2], axis=1, keys=["x", "y"]).stack()', a="<i>=id v=float q=int"),
    "unstack": program('a["v"].unstack("g")', a="<k>=id <g>=str v=float"),
    "unstack frame": program("a.unstack()", a="<k>=id <g>=str v=float q=int"),
    "unstack frame lvl": program("a.unstack(0)", a="<k>=id <g>=str v=float q=int"),
    "unstack single": program("a.unstack()", a="<k>=id v=float q=int"),
    "unstack list": program('a["v"].unstack(["g", "h"])', a="<k>=id <g>=str <h>=cat v=float"),
    "groupby unstack frame": program(
        'a.groupby(["k", "w"])[["v", "q"]].sum().unstack()', a="k=int w=str v=float q=int"
    ),
    "explode": program('a.explode("t")', a="<i>=id t=list v=float"),
    "explode ignore": program('a.explode("t", ignore_index=True)', a="<i>=id t=list v=float"),
    "explode two": program('a.assign(s=a["t"]).explode(["t", "s"])', a="t=list v=float"),
    "explode series": program('a["t"].explode()', a="<i>=id t=list v=float"),
    "get_dummies all": program("pd.get_dummies(a)", a="v=float w=str c=cat"),
    "get_dummies prefix list": program(
        'pd.get_dummies(a, columns=["w", "c"], prefix=["x", "y"])', a="v=float w=str c=cat"
    ),
    "get_dummies prefix dict": program(
        'pd.get_dummies(a, columns=["w", "c"], prefix={"w": "x", "c": "y"}, drop_first=True)', a="v=float w=str c=cat"
    ),
    "get_dummies prefix same": program(
        'pd.get_dummies(a, columns=["w", "c"], prefix="x")', "<- a.c", "<- a.w", a="v=float w=str c=cat"
    ),
    "get_dummies series dummy_na": program('pd.get_dummies(a["w"], dummy_na=True, dtype=int)', a="w=str?"),
    "str get_dummies": program('a["t"].str.get_dummies(" ")', a="t=text"),
    "cut int": program('pd.cut(a["v"], 3)', a="k=int w=str v=float q=int"),
    "cut retbins": program('pd.cut(a["v"], 3, retbins=True)[0]', a="k=int w=str v=float q=int"),
    "cut array": program('pd.cut(a["v"].to_numpy(), [-10, 0, 100])', a="k=int w=str v=float q=int"),
    "qcut": program('pd.qcut(a["v"], 3)', a="k=int w=str v=float q=int"),
    "qcut col": program('a.assign(z=pd.qcut(a["v"], 3, labels=False))', a="k=int w=str v=float q=int"),
    "factorize": program('pd.factorize(a["w"])[0]', a="k=int w=str v=float q=int"),
    "factorize m": program('a.assign(c=a["w"].factorize()[0])', a="k=int w=str v=float q=int"),
    "to_numpy": program('a["v"].to_numpy()', a="k=int w=str v=float q=int"),
    "values": program('a[["v", "q"]].values', a="k=int w=str v=float q=int"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_reshapes_by_intervention(name: str, oracle: Oracle) -> None:
    """Whatever moves has an edge, and every edge was seen to move, but for those listed."""
    assert objections(oracle, PROGRAMS[name]) == []
