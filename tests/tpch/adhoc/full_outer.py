"""Nations' customers and suppliers: an outer merge."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet").astype({"c_acctbal": float})
supplier = pd.read_parquet("supplier.parquet").astype({"s_acctbal": float})

# %%
buyers = customer[customer.c_acctbal > 9500].groupby("c_nationkey").size().reset_index(name="customers")
sellers = supplier[supplier.s_acctbal > 7000].groupby("s_nationkey").size().reset_index(name="suppliers")
result = pd.merge(
    buyers.rename(columns={"c_nationkey": "nation"}),
    sellers.rename(columns={"s_nationkey": "nation"}),
    on="nation",
    how="outer",
).sort_values("nation")
