"""Balances of customers and suppliers under each other: concat with keys."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet").astype({"c_acctbal": float})
supplier = pd.read_parquet("supplier.parquet").astype({"s_acctbal": float})

# %%
poor = customer.loc[customer["c_acctbal"] < 0, ["c_nationkey", "c_acctbal"]]
poor.columns = ["nation", "balance"]
sellers = supplier[["s_nationkey", "s_acctbal"]].rename(columns=lambda c: {"s_nationkey": "nation"}.get(c, "balance"))
people = pd.concat({"customer": poor, "supplier": sellers}, names=["role"]).reset_index(level="role")

# %%
result = people.groupby(["role", "nation"])["balance"].agg(["sum", "size"])
result = result.rename(columns={"sum": "balance", "size": "people"})
