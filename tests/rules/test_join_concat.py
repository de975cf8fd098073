"""concat, combine_first, update, align and compare."""

from __future__ import annotations

import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.plugin import oracle
from tests.rules.moves import objections, program

__all__ = ["oracle"]

PROGRAMS = {
    "concat axis1": program("pd.concat([a, b], axis=1)", a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "concat axis1 inner": program(
        'pd.concat([a, b], axis=1, join="inner")', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"
    ),
    "concat axis1 keys": program(
        'pd.concat([a, b], axis=1, keys=["x", "y"])', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"
    ),
    "concat keys": program('pd.concat([a, b], keys=["x", "y"])', a="<k>=id v=float w=str", b="<k>=id v=float rows=15"),
    "concat dict series": program(
        'pd.concat({"p": a["v"], "r": b["u"]}, axis=1)', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"
    ),
    "concat series frame": program(
        'pd.concat([a[["v"]], a["k"], a["q"].rename(None)], axis=1)', a="k=int v=float w=str q=int"
    ),
    "concat rows frame+series": program('pd.concat([a[["v"]], a["q"].rename("v")])', a="k=int v=float w=str q=int"),
    "concat rows unnamed series": program('pd.concat([a[["v"]], a["q"].rename(None)])', a="k=int v=float w=str q=int"),
    "concat same label inner": program(
        'pd.concat([a, b], join="inner", ignore_index=True)',
        a="k=int v=float w=str q=int",
        b="k=int u=float w=str rows=15",
    ),
    "concat records": program('pd.concat([a[["v", "q"]].mean(), a[["k"]].sum()])', a="k=int v=float w=str q=int"),
    "concat records axis1": program(
        'pd.concat([a[["v", "q"]].mean(), a[["v", "q"]].std()], axis=1, keys=["m", "s"])', a="k=int v=float w=str q=int"
    ),
    "concat dup labels": program(
        'pd.concat([pd.concat([a[["v"]], a[["q"]].rename(columns={"q": "v"})], axis=1)] * 2)',
        a="k=int v=float w=str q=int",
    ),
    "concat names": program(
        'pd.concat([a, b], keys=["x", "y"], names=["src"])[["v"]].reset_index("src")',
        a="<k>=id v=float w=str",
        b="<k>=id v=float rows=15",
    ),
    "combine_first": program("a.combine_first(b)", a="<k>=id v=float? z=int?", b="<k>=id v=float y=int rows=15"),
    "combine_first series": program('a["v"].combine_first(b["v"])', a="<k>=id v=float?", b="<k>=id v=float rows=15"),
    "update": program("a.update(b)\nout = a", a="<k>=id v=float z=int", b="<k>=id v=float? rows=15"),
    "update series": program(
        's = a["v"].copy()\ns.update(b["v"])\nout = s', a="<k>=id v=float z=int", b="<k>=id v=float? rows=15"
    ),
    "align": program('a.align(b, join="outer")[0]', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "align inner 2": program(
        'a.align(b, join="inner", axis=0)[1]', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"
    ),
    "align series": program(
        'x, y = a["v"].align(b["u"])\nout = x + y', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"
    ),
    "compare": program("a.compare(b)", a="v=int q=int", b="v=int q=int"),
    "compare axis0": program("a.compare(b, align_axis=0)", a="v=int q=int", b="v=int q=int"),
    "compare series": program('a["v"].compare(b["v"])', a="v=int q=int", b="v=int q=int"),
    "compare keep": program('a.compare(b, keep_shape=True, result_names=("l", "r"))', a="v=int q=int", b="v=int q=int"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_concatenations_by_intervention(name: str, oracle: Oracle) -> None:
    """Whatever moves has an edge, and every edge was seen to move, but for those listed."""
    assert objections(oracle, PROGRAMS[name]) == []
