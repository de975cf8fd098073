"""Names of external datasets: OpenLineage's, one for all spellings of a place, and never a secret in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_ext.rules.naming import name_of_path, name_of_sql

SECRETS = st.text("abcXYZ019", min_size=8, max_size=12).map(lambda s: f"s3cr3t{s}")
PARTS = st.text("abcdefgh_-", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("path", "namespace", "name"),
    [
        ("data.csv", "file", "/home/me/data.csv"),
        ("./x/../data.csv", "file", "/home/me/data.csv"),
        ("/data/", "file", "/data"),
        ("//data//a.csv", "file", "/data/a.csv"),
        ("file:///data/a.csv", "file", "/data/a.csv"),
        ("file://localhost/data/a.csv", "file", "/data/a.csv"),
        ("file://nas/data/a.csv", "file://nas", "/data/a.csv"),
        (r"C:\data\a.csv", "file", "C:/data/a.csv"),
        ("s3://bucket/k/a.parquet", "s3://bucket", "k/a.parquet"),
        ("s3a://bucket//k/a.parquet/", "s3://bucket", "k/a.parquet"),
        ("gs://bucket/k", "gs://bucket", "k"),
        ("gcs://bucket/k", "gs://bucket", "k"),
        ("abfss://c@acc.dfs.core.windows.net/p/a", "abfss://c@acc.dfs.core.windows.net", "p/a"),
        ("hdfs://nn:9000/p/a", "hdfs://nn:9000", "/p/a"),
        ("https://h.org/a/b.csv", "https://h.org", "/a/b.csv"),
        ("https://me:pw@h.org:8080/a/b.csv?token=1#x", "https://h.org:8080", "/a/b.csv"),
        ("https://h.org/export?id=3&format=csv", "https://h.org", "/export?format=csv&id=3"),
        ("https://h.org/export?id=3&api_key=x", "https://h.org", "/export?id=3"),
        ("simplecache::s3://bucket/k", "s3://bucket", "k"),
        ("zip://a.csv::/data/a.zip", "file", "/data/a.zip"),
        ("memory://x/y", "inmemory://", "y"),
    ],
)
def test_paths_and_urls(path: str, namespace: str, name: str) -> None:
    """Each kind of place as in OpenLineage's table of names."""
    assert name_of_path(path, "/home/me") == (namespace, name)


@pytest.mark.parametrize("pattern", ["d/*.parquet", "d/[0-9]/x.csv", "d/year=*/month=1/x.csv", "d/part-?.csv", "d"])
def test_a_pattern_is_named_by_the_directory_it_searches(pattern: str) -> None:
    """All files of a directory are one dataset."""
    assert name_of_path(pattern, "/w") == ("file", "/w/d")
    assert name_of_path(f"s3://b/{pattern}") == ("s3://b", "d")


@pytest.mark.parametrize("text", ["", "https://[bad/", "s3::", "a\0b"])
def test_what_names_nothing_has_no_name(text: str) -> None:
    """Unknown is never guessed, and nothing raises."""
    assert name_of_path(text, "/w") is None


@pytest.mark.parametrize(
    ("url", "table", "schema", "namespace", "name"),
    [
        ("postgresql+psycopg2://me:pw@h/db", "t", None, "postgres://h:5432", "db.public.t"),
        ("postgresql://h:1/db", "s.t", None, "postgres://h:1", "db.s.t"),
        ("postgresql://h/db", "t", "s", "postgres://h:5432", "db.s.t"),
        ("postgresql://h/db", '"a.b"."c"', None, "postgres://h:5432", "db.a.b.c"),
        ("mysql+pymysql://me@h/db", "t", None, "mysql://h:3306", "db.t"),
        ("mysql://h/db", "other.t", None, "mysql://h:3306", "other.t"),
        ("sqlite:////data/x.db", "t", None, "sqlite:///data/x.db", "main.t"),
        ("sqlite:///x.db", "t", None, "sqlite:///home/me/x.db", "main.t"),
        ("sqlite:///x.db", "t", "aux", "sqlite:///home/me/x.db", "aux.t"),
        ("sqlite://", "t", None, "inmemory://", "sqlite.main.t"),
        ("duckdb:////data/x.duckdb", "t", None, "duckdb:///data/x.duckdb", "x.main.t"),
        ("snowflake://me:pw@org-acc/db/s?warehouse=w", "t", None, "snowflake://org-acc", "db.s.t"),
        ("bigquery://project/set", "t", None, "bigquery", "project.set.t"),
        ("mssql+pyodbc://me:pw@h/db?driver=x", "t", None, "mssql://h:1433", "db.dbo.t"),
        ("oracle://h:1521/svc", "t", "hr", "oracle://h:1521", "svc.hr.t"),
        ("trino://me@h:8080/cat/s", "t", None, "trino://h:8080", "cat.s.t"),
    ],
)
def test_tables(url: str, table: str, schema: str | None, namespace: str, name: str) -> None:
    """Each kind of database as in OpenLineage's table of names."""
    assert name_of_sql(url, table, schema, "/home/me") == (namespace, name)


@pytest.mark.parametrize("url", ["", "x", "postgresql://h:nope/db"])
def test_a_url_that_is_none_has_no_name(url: str) -> None:
    """Nothing raises."""
    assert name_of_sql(url, "t") is None


@given(user=SECRETS, password=SECRETS, token=SECRETS, host=PARTS, path=st.lists(PARTS, min_size=1, max_size=4))
def test_no_name_holds_a_credential(user: str, password: str, token: str, host: str, path: list[str]) -> None:
    """Neither of a path nor of a table, whatever the scheme."""
    where = "/".join(path)
    for scheme in ("https", "http", "ftp", "sftp", "s3", "gs", "hdfs", "webhdfs", "unknown"):
        url = f"{scheme}://{user}:{password}@{host}/{where}?X-Amz-Signature={token}&sig={token}&access_token={token}"
        text = repr(name_of_path(url, "/w"))
        assert not any(s in text for s in (user, password, token)), text
    for dialect in ("postgresql+asyncpg", "mysql", "snowflake", "mssql", "trino", "oracle", "unknown"):
        text = repr(name_of_sql(f"{dialect}://{user}:{password}@{host}/{where}?password={token}", "t"))
        assert not any(s in text for s in (user, password, token)), text


@given(st.lists(st.sampled_from(["a", "b", "..", ".", ""]), max_size=8))
def test_a_local_name_is_absolute_normal_and_its_own_name(parts: list[str]) -> None:
    """Naming a name changes nothing; two spellings of a path have one name."""
    name = name_of_path("x/" + "/".join(parts), "/w")
    assert name is not None
    assert name[1].startswith("/")
    assert "//" not in name[1]
    assert not {"..", "."} & set(name[1].split("/"))
    assert name_of_path(name[1], "/elsewhere") == name


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_raises(text: str, other: str) -> None:
    """Names are made on the worker, of whatever users pass."""
    name_of_path(text, other)
    name_of_path(f"s3://{text}", other)
    name_of_sql(text, other)
    name_of_sql(f"postgresql://{text}", other)
