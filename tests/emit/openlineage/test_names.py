"""Names of jobs and datasets: official, readable, and in characters every consumer takes."""

from __future__ import annotations

import re

import pytest

from lineage_ext.emit.openlineage import names
from lineage_ext.emit.openlineage.notebook import Notebook
from lineage_ext.model import Dataset, DatasetKind, ExternalFacet, Job, NotebookFacet, Run, RunKind, RunState, Schema

MARQUEZ = re.compile(r"[a-zA-Z:;=/0-9_\-.@+]{1,1024}")


def external(namespace: str, name: str) -> Dataset:
    """A dataset outside."""
    facet = ExternalFacet("csv", "write")
    return Dataset(1, DatasetKind.EXTERNAL, Schema(DatasetKind.EXTERNAL), namespace, name, facets=(facet,))


def book(path: str = "/home/u/project/reports/sales.ipynb", project: str = "/home/u/project") -> Notebook:
    """A notebook in a project."""
    place = NotebookFacet("jupyter", "9", path, project)
    return Notebook(Run(0, "0", RunKind.SESSION, RunState.START, Job("notebooks", "sales"), 0, facets=(place,)))


def writes(title: str) -> Run:
    """An operation of that title."""
    return Run(1, "1", RunKind.OPERATION, RunState.COMPLETE, Job("notebooks", title), 0)


@pytest.mark.parametrize(
    ("path", "project", "name"),
    [
        ("/home/u/p/reports/sales.ipynb", "/home/u/p", "reports/sales"),
        ("/home/u/p/Q3 (final, v1.2).ipynb", "/home/u/p", "Q3_final_v1_2"),
        ("/home/u/p/100%.ipynb", "/home/u/p", "100"),
        ("/else/where/a.py", "/home/u/p", "else/where/a"),
        ("C:\\work\\a b.ipynb", "C:\\work", "a_b"),
        ("/home/u/p/données.ipynb", "/home/u/p", "données"),
        ("", "", "session"),
    ],
)
def test_a_notebook_is_called_by_its_path_in_the_project(path: str, project: str, name: str) -> None:
    """Without the extension, and without what breaks DataHub's URNs; a dot would begin another flow."""
    assert names.notebook_name(NotebookFacet("jupyter", "9", path, project), "session") == name


@pytest.mark.parametrize(
    ("title", "namespace", "name", "job"),
    [
        ("pandas.DataFrame.to_parquet", "file", "/home/u/project/marts/revenue.parquet",
         "reports/sales.to_parquet.marts_revenue_parquet"),
        ("pandas.DataFrame.to_csv", "file", "/tmp/a b.csv", "reports/sales.to_csv.tmp_a_b_csv"),
        ("pandas.DataFrame.to_sql", "postgres://db:5432", "shop.public.orders",
         "reports/sales.to_sql.shop_public_orders"),
        ("pandas.HDFStore.__setitem__", "file", "/home/u/project/x.h5/key", "reports/sales.setitem.x_h5_key"),
    ],
)  # fmt: skip
def test_a_write_is_called_by_what_it_writes(title: str, namespace: str, name: str, job: str) -> None:
    """So that the same write is the same job tomorrow, also after its cell was edited or moved."""
    notebook = book()
    assert notebook.inside("r", notebook.sink(writes(title), external(namespace, name))).name == job


def test_two_writes_never_share_a_job() -> None:
    """Where two paths come out the same, the second gets a hash of what it writes."""
    notebook, title = book(), "pandas.DataFrame.to_csv"
    one, two = (notebook.sink(writes(title), external("file", f"/home/u/project/{p}")) for p in ("a_b.csv", "a/b.csv"))
    assert one == "to_csv.a_b_csv"
    assert re.fullmatch(r"to_csv\.a_b_csv_[0-9a-f]{8}", two)
    assert notebook.sink(writes(title), external("file", "/home/u/project/a_b.csv")) == one


@pytest.mark.parametrize("namespace", ["s3://büc ket", "postgres://host,1:5432", "sqlite:///home/u/a b.db", ""])
def test_namespaces_are_taken_by_marquez(namespace: str) -> None:
    """It refuses an event for any other character."""
    assert MARQUEZ.fullmatch(names.safe_namespace(namespace))


@pytest.mark.parametrize(
    ("namespace", "name", "uri"),
    [
        ("file", "/data/a b.csv", "file:///data/a%20b.csv"),
        ("s3://bucket", "key/x.parquet", "s3://bucket/key/x.parquet"),
        ("postgres://db:5432", "shop.public.orders", "postgres://db:5432/shop.public.orders"),
        ("sqlite:///home/u/x.db", "main.t", "sqlite:///home/u/x.db/main.t"),
        ("inmemory://", "duckdb.main.t", "inmemory://duckdb.main.t"),
    ],
)
def test_every_dataset_has_a_uri_of_its_own(namespace: str, name: str, uri: str) -> None:
    """Feast takes two datasets with the same dataSource.uri for one."""
    assert names.uri((namespace, name)) == uri


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("pandas.merge", "pandas_merge"),
        ("pandas.read_csv", "pandas_read_csv"),
        ("pandas.DataFrame.drop", "dataframe_drop"),
        ("pandas.DataFrame.__getitem__", "dataframe_getitem"),
        ("pandas.Series.str.upper", "series_str_upper"),
    ],
)
def test_operations_are_called_as_in_code(title: str, name: str) -> None:
    """The words of pandas, in lower case."""
    assert names.operation_name(title) == name
