"""Order priority checking: EXISTS as a merge with distinct keys."""

import datetime

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet", columns=["l_orderkey", "l_commitdate", "l_receiptdate"])
orders = pd.read_parquet("orders.parquet", columns=["o_orderkey", "o_orderdate", "o_orderpriority"])
begin, end = datetime.date(1993, 7, 1), datetime.date(1993, 10, 1)

# %%
late = (
    lineitem.loc[lineitem.l_commitdate < lineitem.l_receiptdate, ["l_orderkey"]]
    .drop_duplicates()
    .rename(columns={"l_orderkey": "o_orderkey"})
)
result = (
    orders.loc[(begin <= orders["o_orderdate"]) & (orders["o_orderdate"] < end)]
    .merge(late, on="o_orderkey", how="inner")["o_orderpriority"]
    .value_counts()
    .rename("order_count")
    .sort_index()
    .reset_index()
)
