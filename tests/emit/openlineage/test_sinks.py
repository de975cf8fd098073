"""A write is a job of its own: exactly what went into it, over any number of operations, by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lineage_ext.emit.openlineage import events
from lineage_ext.testing import notebook
from tests.emit.openlineage.valid import faults


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files: sales and prices."""
    pd.DataFrame({"item": [1, 2], "count": [3, 4]}).to_csv(tmp_path / "sales.csv", index=False)
    pd.DataFrame({"item": [1, 2], "price": [2.5, 4.0]}).to_csv(tmp_path / "prices.csv", index=False)
    return tmp_path


def told(folder: Path, *cells: str) -> list[dict[str, Any]]:
    """The events of a notebook whose cells begin with pandas imported and ``here`` the folder."""
    with notebook("reports/sales.v2") as book:
        book.cell("import pandas as pd", here=str(folder))
        for cell in cells:
            book.cell(cell)
        book.session.flush()
        found = list(events(book.session.graph))
    assert [fault for event in found for fault in faults(event)] == []
    return found


def test_two_writes_from_different_sources_have_exactly_their_own_edges(folder: Path) -> None:
    """The reason why writes carry the datasets: the notebook as one job would tell that each file came from both."""
    found = told(
        folder,
        "sales = pd.read_csv(here + '/sales.csv'); prices = pd.read_csv(here + '/prices.csv')",
        "sales.assign(double=sales['count'] * 2).to_parquet(here + '/a.parquet')",
        "prices[prices.price > 3].to_parquet(here + '/b.parquet')",
    )
    edges = {(i["name"], o["name"]) for e in found for i in e["inputs"] for o in e["outputs"]}
    assert edges == {(f"{folder}/sales.csv", f"{folder}/a.parquet"), (f"{folder}/prices.csv", f"{folder}/b.parquet")}


def test_columns_are_told_end_to_end(folder: Path) -> None:
    """DIRECT edges stand with their column, what chose rows stands once for the whole dataset."""
    found = told(
        folder,
        "sales = pd.read_csv(here + '/sales.csv'); prices = pd.read_csv(here + '/prices.csv')",
        "both = sales.merge(prices, on='item'); both['value'] = both['count'] * both['price']",
        "both[both.price > 3].to_parquet(here + '/value.parquet')",
    )
    lineage = found[-2]["outputs"][0]["facets"]["columnLineage"]
    value = {(f["field"], t["type"], t["subtype"]) for f in lineage["fields"]["value"]["inputFields"]
             for t in f["transformations"]}  # fmt: skip
    assert value == {("count", "DIRECT", "TRANSFORMATION"), ("price", "DIRECT", "TRANSFORMATION")}
    whole = {(f["field"], t["subtype"]) for f in lineage["dataset"] for t in f["transformations"]}
    assert {("item", "JOIN"), ("price", "FILTER")} <= whole
    assert lineage["fields"]["count"]["transformationType"] == "IDENTITY"
