"""A write is a job of its own: exactly what went into it, over any number of operations, by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lineage_ext.emit.openlineage import events
from lineage_ext.graph import LineageGraph
from tests.emit.openlineage import told
from tests.emit.openlineage.valid import Event
from tests.graph.build import Notebook, T, frame, keep, same

READ = "sales = pd.read_csv(here + '/sales.csv'); prices = pd.read_csv(here + '/prices.csv')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where sales.csv and prices.csv are."""
    return told.sales(tmp_path)


def edges(found: list[Event]) -> set[tuple[str, str]]:
    """(input file, output file) of every event."""
    return {
        (Path(i["name"]).name, Path(o["name"]).name) for e in found for i in e["inputs"] for o in e["outputs"]
    }  # fmt: skip


def columns(event: Event) -> dict[str, set[tuple[str, str, str]]]:
    """Column → (file, column, subtype) of what it comes from; "" stands for the whole dataset."""
    facet = event["outputs"][0]["facets"]["columnLineage"]
    found = {name: _sources(field["inputFields"]) for name, field in facet["fields"].items()}
    return {**found, "": _sources(facet["dataset"])}


def _sources(fields: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(Path(f["name"]).name, f["field"], t["subtype"]) for f in fields for t in f["transformations"]}


def test_two_writes_from_different_sources_have_exactly_their_own_edges(folder: Path) -> None:
    """The reason why writes carry the datasets: the notebook as one job would tell that each file came from both."""
    found = told.run(
        folder, READ,
        "sales.assign(double=sales['count'] * 2).to_parquet(here + '/a.parquet')",
        "prices[prices.price > 3].to_parquet(here + '/b.parquet')",
    )  # fmt: skip
    assert edges(found) == {("sales.csv", "a.parquet"), ("prices.csv", "b.parquet")}


def test_columns_are_told_end_to_end(folder: Path) -> None:
    """DIRECT edges stand with their column, what chose or joined rows stands once for the whole dataset."""
    found = told.run(
        folder, READ,
        "both = sales.merge(prices, on='item'); both['value'] = both['count'] * both['price']",
        "both[both.price > 3].to_parquet(here + '/value.parquet')",
    )  # fmt: skip
    event = told.last(found, "value_parquet")
    assert columns(event) == {
        "item": {("sales.csv", "item", "IDENTITY")},
        "count": {("sales.csv", "count", "IDENTITY")},
        "price": {("prices.csv", "price", "IDENTITY")},
        "value": {("sales.csv", "count", "TRANSFORMATION"), ("prices.csv", "price", "TRANSFORMATION")},
        "": {("sales.csv", "item", "JOIN"), ("prices.csv", "item", "JOIN"), ("prices.csv", "price", "FILTER")},
    }
    old = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert [old[c]["transformationType"] for c in ("price", "value")] == ["IDENTITY", "TRANSFORMATION"]


def test_the_explicit_lineage_says_the_same(folder: Path) -> None:
    """The job's ``lineage`` facet has the columns of ``columnLineage``; a literal frame is an input of type JOB."""
    found = told.run(
        folder, READ,
        "more = pd.DataFrame({'item': [1], 'tax': [0.2]})",
        "prices.merge(more, on='item').to_csv(here + '/taxed.csv', index=False)",
    )  # fmt: skip
    event = told.last(found, "taxed_csv")
    [entry] = event["job"]["facets"]["lineage"]["entries"]
    assert {"type": "JOB"} in entry["inputs"]
    told_by_column = {name: {i["field"] for i in field["inputs"]} for name, field in entry["fields"].items()}
    lineage = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert told_by_column == {n: {i["field"] for i in f["inputFields"]} for n, f in lineage.items()}


def test_what_is_masked_is_told_as_masking() -> None:
    """A hash of a column is not the column: consumers may show it to more people."""
    graph = LineageGraph()
    book = Notebook((graph,))
    people = book.read("/data/people.csv", frame("mail", "age"))
    hashed = book.dataset(people.schema)
    masked = same([0], T.TRANSFORMATION)._replace(masking=True)
    book.op("util.hash_pandas_object", [people], [hashed], [masked, same([1]), keep()])
    book.write("/data/safe.csv", hashed)
    [event] = told.checked(list(events(graph)))[-2:-1]
    fields = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    ways = {name: field["inputFields"][0]["transformations"][0]["masking"] for name, field in fields.items()}
    assert ways == {"mail": True, "age": False}
    assert [fields[c]["transformationType"] for c in ("mail", "age")] == ["MASKED", "IDENTITY"]


def test_a_read_that_reaches_no_write_is_told_with_the_notebook(folder: Path) -> None:
    """It was used all the same; it isn't an input of any write."""
    found = told.run(folder, READ, "sales.to_csv(here + '/copy.csv', index=False)", "prices.price.mean()")
    assert edges(found) == {("sales.csv", "copy.csv")}
    assert [Path(i["name"]).name for i in found[-1]["inputs"]] == ["prices.csv"]
    assert found[-1]["outputs"] == []


def test_what_was_written_and_read_again_ends_the_way(folder: Path) -> None:
    """The second write came from the first file, which the catalog knows, and not from what that was made of."""
    found = told.run(
        folder, READ,
        "sales.to_parquet(here + '/one.parquet')",
        "pd.read_parquet(here + '/one.parquet').to_csv(here + '/two.csv', index=False)",
    )  # fmt: skip
    assert edges(found) == {("sales.csv", "one.parquet"), ("one.parquet", "two.csv")}


def test_appending_and_overwriting(folder: Path) -> None:
    """An append isn't an edge from a file to itself, reading a file and writing it is one; each says what it did."""
    found = told.run(
        folder, READ,
        "sales.to_csv(here + '/log.csv', index=False)",
        "sales.to_csv(here + '/log.csv', index=False, mode='a', header=False)",
        "prices.assign(price=1.0).to_csv(here + '/prices.csv', index=False)",
    )  # fmt: skip
    assert edges(found) == {("sales.csv", "log.csv"), ("prices.csv", "prices.csv")}
    changes = [e["outputs"][0]["facets"].get("lifecycleStateChange") for e in found if e["outputs"]][::2]
    assert [c and c["lifecycleStateChange"] for c in changes] == ["CREATE", None, "OVERWRITE"]
    rows = [e["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] for e in found if e["outputs"]]
    assert rows == [2] * 6


def test_datasets_say_what_is_known_without_reading_them(folder: Path) -> None:
    """A typed schema, an own URI, the version, size and rows; the version of an input is that of when it was read."""
    found = told.run(folder, READ, "sales.to_csv(here + '/copy.csv')")
    [source], [copy] = (told.last(found, "copy_csv")[side] for side in ("inputs", "outputs"))
    assert source["facets"]["schema"]["fields"] == [
        {"name": "item", "type": "int64"}, {"name": "count", "type": "int64"},
    ]  # fmt: skip
    assert copy["facets"]["schema"]["fields"][0] == {"name": "Unnamed: 0", "type": "unknown"}
    assert source["facets"]["dataSource"]["uri"] == f"file://{folder}/sales.csv"
    status = (folder / "sales.csv").stat()
    assert source["facets"]["version"]["datasetVersion"] == f"{status.st_mtime_ns}-{status.st_size}"
    statistics = source["inputFacets"]["inputStatistics"]
    assert (statistics["rowCount"], statistics["size"], statistics["fileCount"]) == (2, status.st_size, 1)


def test_what_nobody_explains_is_said_and_not_guessed(folder: Path) -> None:
    """Behind an opaque step no column edge is told; the datasets stay inputs, and the run says what isn't known."""
    found = told.run(
        folder, READ,
        "import functools\nodd = functools.reduce(lambda a, b: a.combine(b, lambda x, y: x), [sales, prices])",
        "odd.to_csv(here + '/odd.csv', index=False)",
    )  # fmt: skip
    event = told.last(found, "odd_csv")
    error = event["run"]["facets"].get("extractionError")
    lineage = event["outputs"][0]["facets"].get("columnLineage", {"fields": {}})
    told_ways = [t for f in lineage["fields"].values() for i in f["inputFields"] for t in i["transformations"]]
    assert not any("opaque" in t.get("description", "") for t in told_ways)
    assert {Path(i["name"]).name for i in event["inputs"]} == {"sales.csv", "prices.csv"}
    if error is not None:
        assert 0 < error["failedTasks"] <= error["totalTasks"]


def test_the_source_is_the_part_that_made_it(folder: Path) -> None:
    """The statements behind a write, in order, without the others; as a file one could run."""
    found = told.run(
        folder,
        "import math\nlimit = 3",
        READ,
        "def doubled(frame):\n    return frame.assign(count=frame['count'] * 2)",
        "twice = doubled(sales[sales['count'] > limit]); other = prices.copy()",
        "twice.to_csv(here + '/twice.csv')\nother.to_csv(here + '/other.csv')",
    )
    code = told.last(found, "twice_csv")["job"]["facets"]["sourceCode"]["sourceCode"]
    assert "limit = 3" in code
    assert "def doubled" in code
    assert "other" not in code.replace("other = prices.copy()", "")
    assert "import math" not in code
    names = {"here": str(folder)}
    exec(code, names)
    assert "twice" in names
