"""What is sent to other systems has no data in it: neither of the code nor of error texts."""

from __future__ import annotations

import pytest

from lineage_ext.redaction.policy import RedactionPolicy


@pytest.fixture
def policy() -> RedactionPolicy:
    """A policy that has met a few columns and a file."""
    policy = RedactionPolicy(environment={})
    policy.columns.meet(["name", "delay", ("2026", "#")])
    policy.columns.meet_file("/data/flights.csv")
    return policy


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('pd.read_csv("data/flights.csv", sep=";")  # of Jane', 'pd.read_csv("data/flights.csv", sep="***")  #'),
        ('pd.read_csv("other.csv")', 'pd.read_csv("***")'),
        ('pd.read_csv("flights.csv")', 'pd.read_csv("flights.csv")'),
        ('df[(df["delay"] > 17.5) & (df.name == "Jane")]', 'df[(df["delay"] > "***") & (df.name == "***")]'),
        ('df.groupby("name").agg(n=("delay", "mean"))', 'df.groupby("name").agg(n=("delay", "mean"))'),
        ('a.merge(b, how="left", on=["name"])', 'a.merge(b, how="left", on=["name"])'),
        ('df["#"] = 1 # 2', 'df["#"] = 1 #'),
        ("f'{x} of Jane'", "'***'"),
        ("%env NAME=Jane\n!grep Jane x\ndf.head(3)", '%env\n!grep\ndf.head("***")'),
        ("x = [True, None, 0, 1, 2, b'Jane', 3j]", 'x = [True, None, 0, 1, "***", \'***\', "***"]'),
        ("not code 'Jane' 17", "not code '***' ***"),
    ],
)
def test_code_keeps_its_shape(policy: RedactionPolicy, source: str, shown: str) -> None:
    """Column names, files and pandas' own words stay, data and comments go."""
    assert policy.source_without_literals(source) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("could not convert string to float: 'Jane'", "could not convert string to float: '***'"),
        ("'name'", "'name'"),
        ("bad value 12.5 on 2026-01-01, 0 left", "bad value *** on ***, 0 left"),
        ('Traceback (most recent call last):\n  File "/x/a7.py", line 12, in f\n    x["name"] == "Jane"\nKeyError: 7',
         'Traceback (most recent call last):\n  File "/x/a7.py", line 12, in f\n    x["name"] == "***"\nKeyError: ***'),
    ],
)  # fmt: skip
def test_error_texts_keep_their_words(policy: RedactionPolicy, text: str, shown: str) -> None:
    """What is quoted and no column, and numbers, may be data."""
    assert policy.text_without_values(text) == shown


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT a1, \"b 2\" FROM t WHERE n = 'Jane''s' AND x > 3.5 -- of 7",
         'SELECT a1, "b 2" FROM t WHERE n = ? AND x > ? '),
        ("SELECT * FROM t2 WHERE a = $1 AND b IN (1, 2) /* 'x' */ LIMIT 5",
         "SELECT * FROM t2 WHERE a = $1 AND b IN (?, ?)  LIMIT ?"),
        ("SELECT $tag$Jane$tag$, E'x', `c3`, [d 4]", "SELECT ?, ?, `c3`, [d 4]"),
        ("SELECT 'cut off", "SELECT ?"),
    ],
)  # fmt: skip
def test_queries_have_question_marks(policy: RedactionPolicy, query: str, shown: str) -> None:
    """As OpenTelemetry's conventions ask for ``db.query.text``."""
    assert policy.sql_without_literals(query) == shown
