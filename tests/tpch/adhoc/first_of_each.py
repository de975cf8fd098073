"""The first order of each customer, and days since: transform with names of functions."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet")
orders["o_orderdate"] = pd.to_datetime(orders["o_orderdate"])
urgent = orders[orders["o_orderpriority"].str.startswith("1-")].sort_values(
    ["o_custkey", "o_orderdate", "o_orderkey"], kind="stable"
)

# %%
by_customer = urgent.groupby("o_custkey")
result = urgent[["o_custkey", "o_orderkey"]].copy()
result["first_order"] = by_customer["o_orderkey"].transform("first")
result["days"] = (urgent["o_orderdate"] - by_customer["o_orderdate"].transform("min")).dt.days
