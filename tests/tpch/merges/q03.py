"""Shipping priority."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate"])
day = pd.Timestamp("1995-03-15")

# %%
building = customer[customer["c_mktsegment"] == "BUILDING"]
before = orders[orders["o_orderdate"] < day]
after = lineitem[lineitem["l_shipdate"] > day]

# %%
joined = building.merge(before, left_on="c_custkey", right_on="o_custkey")
joined = joined.merge(after, left_on="o_orderkey", right_on="l_orderkey")
joined["revenue"] = joined["l_extendedprice"] * (1 - joined["l_discount"])

# %%
totals = joined.groupby(["l_orderkey", "o_orderdate", "o_shippriority"], as_index=False)["revenue"].sum()
totals = totals.sort_values(["revenue", "o_orderdate"], ascending=[False, True])
result = totals[["l_orderkey", "revenue", "o_orderdate", "o_shippriority"]].head(10)
