"""Shipping priority: joins on the index, the largest by nlargest."""

import datetime

import pandas as pd

# %%
day = datetime.date(1995, 3, 15)
customer = pd.read_parquet("customer.parquet", columns=["c_custkey", "c_mktsegment"]).set_index("c_custkey")
orders = pd.read_parquet("orders.parquet").set_index("o_orderkey")
lineitem = pd.read_parquet("lineitem.parquet").set_index("l_orderkey")

# %%
orders = orders[orders.o_orderdate.lt(day)].join(
    customer[customer.c_mktsegment.eq("BUILDING")], on="o_custkey", how="inner"
)
lineitem = lineitem[lineitem.l_shipdate.gt(day)]
revenue = lineitem.l_extendedprice.astype(float).mul(1 - lineitem.l_discount.astype(float)).rename("revenue")

# %%
lines = orders[["o_orderdate", "o_shippriority"]].join(revenue, how="inner").rename_axis("l_orderkey")
totals = lines.groupby(["l_orderkey", "o_orderdate", "o_shippriority"]).sum().reset_index()
result = (
    totals.sort_values("o_orderdate")
    .nlargest(10, "revenue")
    .reindex(columns=["l_orderkey", "revenue", "o_orderdate", "o_shippriority"])
)
