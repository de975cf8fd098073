"""Queries read without a parser: their tables, plain columns, and what chose their rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_ext.rules.sql import is_query, read


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("SELECT * FROM t", ["t"]),
        ("select a from s.t as x", ["s.t"]),
        ('SELECT a FROM "My Table" AS m', ["My Table"]),
        ("SELECT a FROM `p-1`.`d`.`t`", ["p-1.d.t"]),
        ("SELECT a FROM [dbo].[T 1]", ["dbo.T 1"]),
        ("SELECT a FROM t, u v, w", ["t", "u", "w"]),
        ("SELECT a FROM t LEFT JOIN u USING (k) CROSS JOIN w", ["t", "u", "w"]),
        ("SELECT a FROM (SELECT b FROM t) q JOIN u ON q.b = u.b", ["t", "u"]),
        ("WITH c AS (SELECT * FROM t), d(x) AS (SELECT 1 FROM u) SELECT * FROM c JOIN d ON 1 = 1", ["t", "u"]),
        ("SELECT a FROM t WHERE b IN (SELECT c FROM u)", ["t", "u"]),
        ("SELECT a FROM t UNION ALL SELECT a FROM u", ["t", "u"]),
        ("SELECT EXTRACT(year FROM d), TRIM(BOTH FROM e) FROM t", ["t"]),
        ("SELECT * FROM generate_series(1, 3)", []),
        ("SELECT 'FROM x', 1 -- FROM y\n FROM t /* JOIN z */", ["t"]),
        ("SELECT a IS DISTINCT FROM b FROM t", ["t"]),
    ],
)
def test_tables(text: str, tables: list[str]) -> None:
    """What stands after FROM and JOIN, without common table expressions, functions, texts and comments."""
    assert [".".join(t.parts) for t in read(text).tables] == tables


@pytest.mark.parametrize(
    ("item", "label", "columns", "plain", "aggregate"),
    [
        ("a", "a", [("", "a")], True, False),
        ("t.a", "a", [("t", "a")], True, False),
        ("a AS b", "b", [("", "a")], True, False),
        ("a b", "b", [("", "a")], True, False),
        ('"a b"', "a b", [("", "a b")], True, False),
        ("*", "*", [("", "*")], True, False),
        ("t.*", "*", [("t", "*")], True, False),
        ("DISTINCT a", "a", [("", "a")], True, False),
        ("a + b AS c", "c", [("", "a"), ("", "b")], False, False),
        ("-a", "", [("", "a")], False, False),
        ("lower(a)", "", [("", "a")], False, False),
        ("CAST(a AS int) x", "x", [("", "a")], False, False),
        ("a::int", "", [("", "a")], False, False),
        ("sum(a) AS s", "s", [("", "a")], False, True),
        ("count(*) n", "n", [], False, True),
        ("CASE WHEN a > 1 THEN b ELSE 'c' END AS d", "d", [("", "a"), ("", "b")], False, False),
        ("sum(a) OVER (PARTITION BY b ORDER BY c) w", "w", [("", "a"), ("", "b"), ("", "c")], False, True),
        ("1", "", [], False, False),
    ],
)
def test_items(item: str, label: str, columns: list[tuple[str, str]], plain: bool, aggregate: bool) -> None:
    """An item of a SELECT: its name, the columns it names, and whether it is just one of them."""
    (found,) = read(f"SELECT {item} FROM t").items
    assert (found.label, list(found.columns), found.plain, found.aggregate) == (label, columns, plain, aggregate)


def test_clauses_that_choose_and_order_rows() -> None:
    """WHERE, ON, GROUP BY and ORDER BY name the columns that decided."""
    query = read(
        "SELECT a FROM t JOIN u ON t.k = u.j WHERE b > 1 AND c = 'x' GROUP BY d HAVING e > 1 ORDER BY f DESC LIMIT 3"
    )
    assert query.joins == (("t", "k"), ("u", "j"))
    assert query.where == (("", "b"), ("", "c"))
    assert query.group == (("", "d"),)
    assert query.order == (("", "f"),)


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("SELECT a FROM t JOIN u ON t.k = u.k", True),
        ("SELECT a FROM t WHERE b IN (SELECT c FROM u)", True),
        ("SELECT a FROM (SELECT a FROM t) q", False),
        ("SELECT a FROM t UNION SELECT a FROM u", False),
        ("WITH c AS (SELECT a FROM t) SELECT a FROM c", False),
    ],
)
def test_only_queries_over_tables_are_followed_column_by_column(text: str, simple: bool) -> None:
    """Nested queries are said to be nested."""
    assert read(text).simple is simple


def test_a_name_is_no_query() -> None:
    """``read_sql`` takes both."""
    assert is_query("SELECT 1")
    assert not is_query(" schema.table ")


@given(st.text("SELECTFROMWHEREselectfrom ,.*()'\"`[]=abc1-\n:;", max_size=60))
def test_nothing_raises(text: str) -> None:
    """Whatever stands in a query, reading it ends."""
    read(text)
    read(f"SELECT {text}")
    read(f"SELECT a FROM {text}")
