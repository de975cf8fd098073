"""Generators and other iterators that pandas uses up itself: what runs in them is recorded as anywhere."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd


def groups_below_each_other(o):
    return pd.concat(g.nlargest(2, "price") for s, g in o.groupby("shop"))


def files_below_each_other(o):
    with tempfile.TemporaryDirectory() as d:
        for s, g in o.groupby("shop"):
            g[["id", "price"]].to_csv(Path(d) / f"p_{s}.csv", index=False)
        return pd.concat(pd.read_csv(f) for f in sorted(Path(d).glob("*.csv")))


def files_from_a_generator_function(o):
    def load(folder):
        for f in sorted(Path(folder).glob("*.csv")):
            frame = pd.read_csv(f)
            frame["v"] = frame["price"] * 2
            yield frame

    with tempfile.TemporaryDirectory() as d:
        for s, g in o.groupby("shop"):
            g[["id", "price"]].to_csv(Path(d) / f"p_{s}.csv", index=False)
        return pd.concat(load(d))


def groups_from_a_generator_function(o):
    def parts():
        for _, g in o.groupby("shop"):
            yield g.nlargest(2, "price")

    return pd.concat(parts())


def records_of_groups(o):
    return pd.DataFrame({"s": s, "p": g["price"].sum()} for s, g in o.groupby("shop"))


def tuples_of_groups(o):
    def rows():
        for s, g in o.groupby("shop"):
            yield s, g["price"].sum()

    return pd.DataFrame(rows(), columns=["s", "p"])


def tuples_of_rows(o):
    def rows():
        for r in o.itertuples():
            if r.qty > 3:
                yield r.id, r.price * r.qty

    return pd.DataFrame.from_records(rows(), columns=["id", "t"])


def records_of_items(o):
    def rows(d, k):
        for a, b in zip(d["id"], d["price"], strict=True):
            if b > k:
                yield {"a": a, "b": b * 2}

    return pd.DataFrame(rows(o, o["qty"].mean()))


def series_of_groups(o):
    return pd.DataFrame({"v": pd.Series(g["qty"].max() for _, g in o.groupby("item"))})


def rows_let_through(o):
    def rows(d):
        for item, q in zip(d["item"], d["qty"], strict=True):
            yield item, 2 * q

    def many(found, least):
        yield from (row for row in found if row[1] > 2 * least)

    return pd.DataFrame(many(rows(o), 5), columns=["item", "qty"])
