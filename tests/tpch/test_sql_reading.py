"""Queries read without a grammar have the lineage that sqlglot, which has one, finds in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage_ext.rules.sql import read
from lineage_ext.rules.sql_scopes import Flow, Sources
from tests.tpch import data
from tests.tpch.measure import Tables
from tests.tpch.reference import reference

QUERIES = sorted(Path(__file__).parent.glob("*/*.sql"))


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_query_has_the_sources_that_sqlglot_finds(path: Path, tables: Tables) -> None:
    """Of each column, by value and in all, none less and none more; and it names no column that isn't there."""
    schema = data.schema(data.connect(tables.folder, "parquet"))
    expected, query = reference(path.read_text(), schema), read(path.read_text())
    flow = Flow(query)
    assert query.understood
    assert {
        n for p, named in flow.columns.items() for n, sure in named.items() if sure and n not in schema[p[-1]]
    } == set()

    def told(sources: Sources, *, direct: bool = False) -> set[str]:
        named = ((parts[-1], name, how) for parts, name, how in sources if name is not None)
        return {f"{table}.{name}" for table, name, how in named if name in schema[table] and (how.direct or not direct)}

    rows = told(flow.gives.rows) | told(flow.gives.order)
    labels = dict(flow.gives.columns)
    for i, (name, influence) in enumerate(expected.all.items()):
        starred = labels.get(name) or flow.named(flow.gives.stars, name)
        sources = starred if flow.gives.stars else flow.gives.columns[i][1]
        assert told(sources) | rows == influence, name
        assert expected.direct[name] <= told(sources, direct=True) <= expected.direct[name] | expected.either[name], (
            name
        )
