"""Top supplier."""

import pandas as pd

# %%
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate"])
supplier = pd.read_csv("supplier.csv")

# %%
quarter = lineitem[(lineitem["l_shipdate"] >= "1996-01-01") & (lineitem["l_shipdate"] < "1996-04-01")].copy()
quarter["total_revenue"] = quarter["l_extendedprice"] * (1 - quarter["l_discount"])
revenue = quarter.groupby("l_suppkey", as_index=False)["total_revenue"].sum()

# %%
best = revenue["total_revenue"].max()

# %%
top = supplier.merge(revenue[revenue["total_revenue"] == best], left_on="s_suppkey", right_on="l_suppkey")
result = top[["s_suppkey", "s_name", "s_address", "s_phone", "total_revenue"]].sort_values("s_suppkey")
