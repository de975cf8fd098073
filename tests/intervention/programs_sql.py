"""Tables that pandas wrote, read back by queries."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import sqlite3

import pandas as pd

from tests.intervention.programs import unobserved


def sorted_by_an_alias(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select shop, sum(price) as total from orders group by shop order by total desc", con)


def grouped_by_an_alias(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select substr(item, 1, 1) as first, count(*) as n from orders group by first", con)


def chosen_by_a_column_that_an_alias_hides(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select item, sum(qty) as price from orders group by item having price > 20 order by item", con)


def grouped_by_a_column_that_an_alias_hides(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select substr(item, 1, 1) as shop, sum(qty) as n from orders group by shop", con)


def sorted_by_an_alias_that_hides_a_column(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select item, -qty as price from orders order by price limit 4", con)


def grouped_and_sorted_by_places(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select item, avg(price) from orders group by 1 order by 2", con)


def groups_with_a_total(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select shop from orders group by shop having sum(price) > 330", con)


def rows_found_in_another_table(o, p):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    p.to_sql("people", con, index=False)
    return pd.read_sql("select id, qty from orders where person in (select person from people where age > 50)", con)


def gap_to_a_mean(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("select id, price - (select avg(price) from orders) as gap from orders", con)


def rows_that_others_belong_to(o, p):
    con = sqlite3.connect(":memory:")
    o.to_sql("o", con, index=False)
    p.to_sql("p", con, index=False)
    query = "select p.city from p where exists (select 1 from o where o.person = p.person and o.price > 47)"
    return pd.read_sql(query, con)


def common_table_joined(o, h):
    con = sqlite3.connect(":memory:")
    o.to_sql("o", con, index=False)
    h.to_sql("h", con, index=False)
    query = """
        with sold as (select shop, sum(qty) as n from o group by shop)
        select h.region, sold.n / h.rate as share from sold join h on h.shop = sold.shop
    """
    return pd.read_sql(query, con)


def query_of_a_query(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("o", con, index=False)
    query = """
        select item, max(total) as top
        from (select shop, item, sum(qty) as total from o group by shop, item)
        group by item
    """
    return pd.read_sql(query, con)


def two_tables_below_each_other(o, h):
    con = sqlite3.connect(":memory:")
    o.to_sql("o", con, index=False)
    h.to_sql("h", con, index=False)
    return pd.read_sql("select shop, price as v from o union all select shop, rate from h", con)


def rank_in_a_query(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("o", con, index=False)
    return pd.read_sql("select id, rank() over (partition by shop order by price desc) as r from o", con)


def names_in_capitals(o):
    con = sqlite3.connect(":memory:")
    o.to_sql("orders", con, index=False)
    return pd.read_sql("SELECT ID, Price * 2 AS DOUBLE FROM ORDERS WHERE SHOP = 'A'", con)


def star_of_two_tables(o, h):
    con = sqlite3.connect(":memory:")
    o.to_sql("o", con, index=False)
    h.to_sql("h", con, index=False)
    return pd.read_sql("select * from o join h using (shop)", con)[["id", "price", "rate"]]


ANY = "which columns a statement uses isn't known"


@unobserved("out.id <- o.disc, o.price", ANY)
@unobserved("out.price <- o.id", ANY)
@unobserved("out.<rows> <- o.id, o.disc, o.price", ANY)
def column_changed_by_a_statement(o):
    con = sqlite3.connect(":memory:")
    o[["id", "price", "disc"]].to_sql("orders", con, index=False)
    con.execute("update orders set price = price * 2 where disc > 0")
    return pd.read_sql("select id, price from orders", con)


@unobserved("out.<rows> <- o.id", ANY)
def rows_deleted_by_a_cursor(o):
    con = sqlite3.connect(":memory:")
    o[["id", "price"]].to_sql("orders", con, index=False)
    cur = con.cursor()
    cheap = "delete from orders where price < 12"
    cur.execute(cheap)
    return pd.read_sql("select id from orders", con)


def other_tables_changed_by_statements(o):
    con = sqlite3.connect(":memory:")
    o[["id", "price"]].to_sql("orders", con, index=False)
    con.execute("create table log (n integer)")
    con.execute("insert into log values (1)")
    return pd.read_sql("select id from orders", con)


PARTS = "which column of a query is which in its chunks isn't known"


@unobserved("out.shop <- o.qty", PARTS)
@unobserved("out.qty <- o.shop", PARTS)
def chunks_of_a_query_put_together(o):
    con = sqlite3.connect(":memory:")
    o[["shop", "qty", "price"]].to_sql("orders", con, index=False)
    chunks = pd.read_sql("select shop, qty from orders where price > 20", con, chunksize=10)
    return pd.concat(chunks, ignore_index=True)


@unobserved("out.shop <- o.qty", PARTS)
@unobserved("out.<rows> <- o.qty", PARTS)
def chunks_of_a_query_looped_over(o):
    con = sqlite3.connect(":memory:")
    o[["shop", "qty"]].to_sql("orders", con, index=False)
    totals = {}
    for chunk in pd.read_sql("select * from orders", con, chunksize=10):
        for shop, qty in chunk.groupby("shop")["qty"].sum().items():
            totals[shop] = totals.get(shop, 0) + qty
    return pd.DataFrame(sorted(totals.items()), columns=["shop", "qty"])


def rows_appended_by_parts(o):
    con = sqlite3.connect(":memory:")
    for _, part in o.groupby("shop"):
        part[["id", "shop", "qty"]].to_sql("parts", con, if_exists="append", index=False)
    return pd.read_sql("select shop, avg(qty) as mean from parts group by shop order by mean", con)
