"""Returned item reporting."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
lineitem = pd.read_csv("lineitem.csv")
nation = pd.read_csv("nation.csv")

# %%
start = pd.Timestamp("1993-10-01")
end = start + pd.DateOffset(months=3)
quarter = orders[(orders["o_orderdate"] >= start) & (orders["o_orderdate"] < end)]
returned = lineitem[lineitem["l_returnflag"] == "R"]

# %%
df = customer.merge(quarter, left_on="c_custkey", right_on="o_custkey")
df = df.merge(returned, left_on="o_orderkey", right_on="l_orderkey")
df = df.merge(nation, left_on="c_nationkey", right_on="n_nationkey")
df["revenue"] = df.l_extendedprice * (1 - df.l_discount)

# %%
keys = ["c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment"]
totals = df.groupby(keys)["revenue"].sum().reset_index()
totals = totals.sort_values("revenue", ascending=False)
result = totals[["c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone", "c_comment"]].head(20)
