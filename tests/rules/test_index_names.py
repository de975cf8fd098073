"""Names of index levels that were set on the index itself, which doesn't tell whose it is."""

from __future__ import annotations

import pytest

from lineage_ext.testing import Oracle, notebook
from lineage_ext.testing.plugin import oracle
from tests.rules.given import frame
from tests.rules.moves import objections, program

__all__ = ["oracle"]

NAMED = 'a.index.name = "g"\n'
PROGRAMS = {
    "group by name": program(NAMED + 'a.groupby("g")["v"].sum()', a="<k>=int v=float w=str"),
    "group by level": program(NAMED + 'a.groupby(level="g")["v"].sum()', a="<k>=int v=float w=str"),
    "group by both": program(NAMED + 'a.groupby(["g", "w"])["v"].sum()', a="<k>=int v=float w=str"),
    "names=": program('a.index.names = ["g"]\na.groupby("g")["v"].max()', a="<k>=int v=float w=str"),
    "rename inplace": program(
        'a.index.rename("g", inplace=True)\na.groupby("g")["v"].max()', a="<k>=int v=float w=str"
    ),
    "series": program('s = a["v"]\ns.index.name = "g"\ns.groupby("g").sum()', a="<k>=int v=float w=str"),
    "query": program(NAMED + 'a.query("g > 3")', a="<k>=int v=float w=str"),
    "query of a function": program(NAMED + 'a.query("abs(v) > 0.5 and g < 9")', a="<k>=int v=float w=str"),
    "query with a local": program(NAMED + 'low = 3\na.query("v > @low")', a="<k>=int v=int w=str"),
    "sort": program(NAMED + 'a.sort_values(["w", "g"])', a="<k>=id v=float w=str"),
    "merge": program(NAMED + 'a.merge(b, on="g")', a="<k>=int v=float", b="g=int u=float rows=15"),
    "pivot": program(NAMED + 'a.pivot_table(index="g", values="v", aggfunc="sum")', a="<k>=int v=float w=str"),
    "reset": program(NAMED + 'a.reset_index(level="g")', a="<k>=int v=float w=str"),
    "level values": program(NAMED + 'a.index.get_level_values("g")', a="<k>=int v=float w=str"),
    "one key for each row": program('a.groupby(["x", "y", "x"])["v"].sum()', a="<k>=int v=float rows=3"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_level_is_found_by_the_name_it_got_in_place(name: str, oracle: Oracle) -> None:
    """Whatever moves has an edge, and every edge was seen to move."""
    assert objections(oracle, PROGRAMS[name]) == []


@pytest.mark.parametrize(
    "call", ['a.swaplevel("x", "y")', 'a.groupby(level="y").sum()', 'a.unstack("y")', 'a.query("y > 3")']
)
def test_one_of_several_isnt_guessed(call: str) -> None:
    """Which of several levels has a name now, nobody saw: opaque, and nothing fails."""
    given = frame("a", {"<k>": "int", "<g>": "id", "v": "float"})
    with notebook() as book:
        book.cell(f'a = a.head(9)\na.index.names = ["x", "y"]\nout = {call}', a=given)
        book.session.flush()
        (opaque,) = {reason for _, reason, _ in book.session.summary().opaque}
    assert opaque == "a level of its index was named in place"
