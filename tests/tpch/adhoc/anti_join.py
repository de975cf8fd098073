"""Customers without orders: a left join whose indicator says left_only."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet").query("c_mktsegment == 'FURNITURE'")
orders = pd.read_parquet("orders.parquet")
orders = orders[orders["o_totalprice"].astype(float) > 1000]
nation = pd.read_parquet("nation.parquet").set_index("n_nationkey")["n_name"]

# %%
marked = customer.merge(
    orders[["o_custkey"]].drop_duplicates(), left_on="c_custkey", right_on="o_custkey", how="left", indicator="found"
)
idle = marked.loc[marked["found"].eq("left_only")].drop(columns=["found", "o_custkey"])
result = idle.assign(n_name=idle["c_nationkey"].map(nation)).sort_values("c_name")[["c_name", "n_name"]]
