"""Merges and joins in every spelling, on columns, levels, indexes and arrays."""

from __future__ import annotations

import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.plugin import oracle
from tests.rules.moves import NEW, objections, program

__all__ = ["oracle"]

PROGRAMS = {
    "on two columns": program(
        'a.merge(b, on=["k", "w"])', a="k=int v=float w=str q=int", b="k=int u=float w=str rows=15"
    ),
    "a series on the right index": program(
        'a.merge(b["u"].rename("z"), left_on="q", right_index=True)',
        a="k=int v=float w=str q=int",
        b="k=int u=float w=str rows=15",
    ),
    "merge left_index right_on": program(
        'a.merge(b, left_index=True, right_on="k", how="left")', a="<k>=id v=float w=str", b="k=int u=float rows=15"
    ),
    "merge left_index right_on inner": program(
        'a.merge(b, left_index=True, right_on="k")', a="<k>=id v=float w=str", b="k=int u=float rows=15"
    ),
    "merge left_index right_on right": program(
        'a.merge(b, left_index=True, right_on="k", how="right")', a="<k>=id v=float w=str", b="k=int u=float rows=15"
    ),
    "merge left_index right_on outer": program(
        'a.merge(b, left_index=True, right_on="k", how="outer")', a="<k>=id v=float w=str", b="k=int u=float rows=15"
    ),
    "merge left_on right_index right": program(
        'a.merge(b, left_on="k", right_index=True, how="right")', a="k=int v=float", b="<k>=id u=float rows=15"
    ),
    "merge left_on right_index outer": program(
        'a.merge(b, left_on="k", right_index=True, how="outer")', a="k=int v=float", b="<k>=id u=float rows=15"
    ),
    "merge both index outer": program(
        'a.merge(b, left_index=True, right_index=True, how="outer")',
        a="<k>=id v=float w=str",
        b="<k>=id u=float rows=15",
    ),
    "merge both index right": program(
        'a.merge(b, left_index=True, right_index=True, how="right")',
        a="<k>=id v=float w=str",
        b="<k>=id u=float rows=15",
    ),
    "merge on level name": program('a.merge(b, on="k")', a="<k>=id v=float w=str", b="k=int u=float rows=15"),
    "merge on both level names": program('a.merge(b, on="k")', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "merge series keys": program(
        'a.merge(b, left_on=a["k"] % 3, right_on=b["k"] % 3)', a="k=int v=float w=str q=int", b="k=int u=float rows=15"
    ),
    "merge key func left": program(
        'a.merge(b, left_on=a["k"] % 3, right_on="k", how="left")',
        a="k=int v=float w=str q=int",
        b="k=int u=float rows=15",
    ),
    "merge int labels": program(
        'a.rename(columns={"k": 0}).merge(b.rename(columns={"k": 1}), left_on=0, right_on=1, how="outer")',
        a="k=int v=float w=str q=int",
        b="k=int u=float rows=15",
    ),
    "merge diff names outer": program(
        'a.merge(b, left_on="k", right_on="j", how="outer")', a="k=int v=float w=str q=int", b="j=int u=float rows=15"
    ),
    "merge cross self": program('a.head(4).merge(a.head(3), how="cross")', a="k=int v=float w=str q=int"),
    "merge self on k": program('a.merge(a, on="k", suffixes=("_1", "_2"))', a="k=int v=float"),
    "merge multiindex level": program(
        'a.merge(b, left_on="k", right_on="k")', a="<k>=int <g>=id v=float", b="<k>=int u=float rows=15"
    ),
    "merge mi with single": program("a.join(b)", a="<k>=int <g>=id v=float", b="<k>=id u=float rows=15"),
    "merge mi with single outer": program(
        'a.join(b, how="outer")', "out.<k> <- b.<k>", a="<k>=int <g>=id v=float", b="<k>=id u=float rows=15"
    ),
    "join suffix": program(
        'a.join(b, lsuffix="_l", rsuffix="_r")', a="<k>=id v=float w=str", b="<k>=id v=float rows=15"
    ),
    "join on two": program(
        'a.join(b, on=["k", "w"])', a="k=int v=float w=str q=int", b="<k>=int <w>=str u=float rows=15"
    ),
    "join series": program('a.join(b["u"].rename("s"))', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "join inner": program('a.join(b, how="inner")', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "join outer": program('a.join(b, how="outer")', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "join right": program('a.join(b, how="right")', a="<k>=id v=float w=str", b="<k>=id u=float rows=15"),
    "join list outer": program(
        'a.join([b, b.rename(columns={"u": "x"}) * 2], how="outer")',
        a="<k>=id v=float w=str",
        b="<k>=id u=float rows=15",
    ),
    "join list dup": program(
        'a.join([b, b.rename(columns={"u": "x"}) * 2])', a="<k>=int v=float", b="<k>=id u=float rows=15"
    ),
    "asof by": program(
        'pd.merge_asof(a, b, on="t", by="k")', a="t=time k=int v=float", b="t=time k=int u=float rows=15"
    ),
    "asof index": program(
        "pd.merge_asof(a, b, left_index=True, right_index=True)", a="<t>=time v=float", b="<t>=time u=float rows=15"
    ),
    "asof mixed": program(
        'pd.merge_asof(a, b, left_index=True, right_on="t", left_by="k", right_by="j", direction="nearest")',
        "out.j <- a.<t>",  # some time is the nearest, whichever
        "out.j <- b.t",
        a="<t>=time k=int v=float",
        b="t=time j=int u=float rows=15",
    ),
    "asof names": program(
        'pd.merge_asof(a, b, left_on="t", right_on="s", direction="forward")',
        a="t=time v=float",
        b="s=time u=float rows=15",
    ),
    "ordered ffill": program(
        'pd.merge_ordered(a, b, on="k", fill_method="ffill")', a="k=id v=float", b="k=id u=float rows=15"
    ),
    "ordered left_by": program(
        'pd.merge_ordered(a, b, on="k", left_by="w", fill_method="ffill")',
        a="k=id w=str v=float",
        b="k=id u=float rows=15",
    ),
    "ordered right_by": program(
        'pd.merge_ordered(a, b, on="k", right_by="w")', a="k=id v=float", b="k=id w=str u=float rows=15"
    ),
    "indicator name": program(
        'a.merge(b, on="k", how="outer", indicator="src")', a="k=int v=float w=str q=int", b="k=int u=float rows=15"
    ),
}
if NEW:
    PROGRAMS |= {
        "left_anti": program(
            'a.merge(b, on="k", how="left_anti")', a="k=int v=float w=str q=int", b="k=int u=float rows=3"
        ),
        "right_anti": program('a.merge(b, on="k", how="right_anti")', a="k=int v=float", b="k=id u=float rows=15"),
    }


@pytest.mark.parametrize("name", PROGRAMS)
def test_joins_by_intervention(name: str, oracle: Oracle) -> None:
    """Whatever moves has an edge, and every edge was seen to move, but for those listed."""
    assert objections(oracle, PROGRAMS[name]) == []
