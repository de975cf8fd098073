"""The three richest customers of each nation: sort, then the head of each group."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet").astype({"c_acctbal": float})
nation = pd.read_parquet("nation.parquet")

# %%
homes = customer.merge(nation, left_on="c_nationkey", right_on="n_nationkey")
homes = homes.sort_values(["n_name", "c_acctbal", "c_custkey"], ascending=[True, False, True])
result = homes.groupby("n_name").head(3)[["n_name", "c_name", "c_acctbal"]]
