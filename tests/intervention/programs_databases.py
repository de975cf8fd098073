"""Tables that go through a database, and dicts made of series."""

# ruff: noqa: D102, D103  # their names say it

from __future__ import annotations

import sqlite3
from collections import OrderedDict

import pandas as pd

from tests.intervention.programs import unobserved

ANY = "which columns a query reads isn't known"


@unobserved("out.shop <- o.qty, o.id", ANY)
@unobserved("out.n <- o.id", ANY)
@unobserved("out.<rows> <- o.qty, o.id", ANY)
def rows_of_a_query(o):
    con = sqlite3.connect(":memory:")
    o[["id", "shop", "qty"]].to_sql("orders", con, index=False)
    cur = con.execute("select shop, sum(qty) n from orders group by shop")
    return pd.DataFrame(cur.fetchall(), columns=[c[0] for c in cur.description])


@unobserved("out.share <- o.id", ANY)
def one_value_of_a_query(o):
    con = sqlite3.connect(":memory:")
    o[["id", "qty"]].to_sql("orders", con, index=False)
    most = con.execute("select max(qty) from orders").fetchone()[0]
    return pd.DataFrame({"share": o.price / most})


@unobserved("out.twice <- o.id", ANY)
@unobserved("out.<rows> <- o.id", ANY)
def rows_that_a_cursor_wrote_and_chose(o):
    cur = sqlite3.connect(":memory:").cursor()
    cur.execute("create table t (id integer, price real)")
    cur.executemany("insert into t values (?, ?)", list(zip(o.id.tolist(), o.price.tolist(), strict=True)))
    cur.execute("select id, price * 2 from t where price > 12")
    return pd.DataFrame.from_records(cur.fetchall(), columns=["id", "twice"])


@unobserved("out.<rows> <- o.shop", "each shop has a total")
def shares_by_a_dict_of_a_series(o):
    totals = dict(o.groupby("shop").qty.sum())
    whole = sum(totals.values())
    return pd.DataFrame({"share": [totals[s] / whole for s in o["shop"]]})


def entries_of_an_ordered_dict_of_a_series(o):
    totals = OrderedDict(o.groupby("shop").qty.sum())
    return pd.DataFrame([(shop, total) for shop, total in totals.items()], columns=["shop", "total"])


class Shares(dict):
    def of(self, key):
        return self[key] / sum(self.values())


def shares_by_a_dict_of_an_own_class(o):
    shares = Shares(o.groupby("shop").qty.sum())
    return pd.DataFrame({"share": o["shop"].map(shares.of)})


def columns_of_a_dict_of_a_frame(o):
    columns = dict(o[["qty", "price"]])
    return pd.DataFrame({"worth": columns["qty"] * 2, "price": columns["price"]})


def records_with_an_index(o):
    rows = o[["id", "qty"]].to_dict("records")
    for row in rows:
        row["total"] = row["qty"] * 2
    return pd.DataFrame.from_records(rows, index="id")[["total"]]
