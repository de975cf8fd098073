"""The reference itself: what SQL says about its lineage, and that the comparison sees what is wrong."""

from __future__ import annotations

import pytest

from tests.tpch.comparison import Difference, compare
from tests.tpch.reference import Lineage, reference

SCHEMA = {"a": {"k": "int", "x": "double", "y": "double", "s": "text"}, "b": {"k": "int", "z": "double", "t": "text"}}

QUERIES = {
    "a column": ("select x from a", "a.x", ""),
    "a filter": ("select x from a where y > 1", "a.x", "a.y"),
    "a join": ("select z as x from a, b where a.k = b.k", "b.z", "a.k b.k"),
    "a join by name": ("select a.x from a left join b on a.k = b.k and z > 1", "a.x", "a.k b.k b.z"),
    "groups": ("select sum(x) as x from a group by s having count(y) > 1", "a.x", "a.s a.y"),
    "an order": ("select x from a order by y", "a.x", "a.y"),
    "an order by a result": ("select x + y as x from a order by x", "a.x a.y", ""),
    "distinct rows": ("select distinct x, s from a", "a.x", "a.s"),
    "a condition": ("select case when s = 'u' then x else y end as x from a", "a.x a.y", "a.s"),
    "exists": ("select x from a where exists (select * from b where b.k = a.k and z > 1)", "a.x", "a.k b.k b.z"),
    "in": ("select x from a where k in (select k from b where z > 1)", "a.x", "a.k b.k b.z"),
    "a scalar": ("select x from a where y > (select avg(z) from b where t = 'u')", "a.x", "a.y b.z b.t"),
    "a scalar in the result": ("select (select max(z) from b where b.k = a.k) as x from a", "b.z", "a.k b.k"),
    "a derived table": ("select v as x from (select x * y as v, s from a where k > 1) as d", "a.x a.y", "a.k"),
    "a common table": ("with d as (select k, x from a where s = 'u') select d.x from d, b where d.k = b.k",
                       "a.x", "a.s a.k b.k"),
    "an unused one": ("with d as (select z from b where t = 'u') select x from a", "a.x", ""),
    "a union of all": ("select x from a where s = 'u' union all select z from b", "a.x b.z", "a.s"),
    "a union": ("select x, s from a union select z, t from b", "a.x b.z", "a.s b.t"),
    "a count": ("select count(*) as x from a where y > 1", "", "a.y"),
    "a window": ("select sum(x) over (partition by s order by y) as x from a", "a.x", "a.s a.y"),
    "a place": ("select row_number() over (partition by s order by y) as x from a", "", "a.s a.y"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "direct", "indirect"), QUERIES.values(), ids=QUERIES)
def test_what_sql_says(sql: str, direct: str, indirect: str) -> None:
    """Values flow by the select list without conditions; everything else that is mentioned where it counts decides."""
    found = reference(sql, SCHEMA)
    assert found.direct["x"] == set(direct.split())
    assert found.all["x"] == {*direct.split(), *indirect.split()}


def test_conditions_are_direct_for_sqlglot_only() -> None:
    """What is a condition for OpenLineage and a source for sqlglot is told apart from what is either for both."""
    found = reference("select case when s = 'u' then x end as v, sum(x) over (order by y) as w from a", SCHEMA)
    assert found.either == {"v": {"a.s"}, "w": {"a.y"}}


def test_a_wrong_edge_is_a_difference() -> None:
    """Too many and too few edges of both kinds are told, columns that differ alike together."""
    expected = reference("select case when s = 'u' then x end as v, x as w from a where y > 1", SCHEMA)
    assert not compare(expected, expected).differences
    more = Lineage(
        {"v": frozenset({"a.x", "a.s"}), "w": frozenset({"a.x", "a.k"})},
        expected.either,
        {c: s - {"a.y"} for c, s in expected.all.items()},
    )
    assert compare(expected, more).differences == (
        Difference("direct surplus", ("w",), ("a.k",)),
        Difference("influence missing", ("v", "w"), ("a.y",)),
    )
    none = Lineage({}, {}, {})
    score = compare(expected, none)
    assert (score.direct.recall, score.influence.recall) == (0, 0)
