"""Pairs of suppliers of one nation: a merge with itself."""

import pandas as pd

# %%
supplier = pd.read_parquet("supplier.parquet")[["s_suppkey", "s_name", "s_nationkey", "s_acctbal"]]
supplier["s_acctbal"] = supplier["s_acctbal"].astype(float)

# %%
pairs = supplier.merge(supplier, on="s_nationkey", suffixes=("_a", "_b"))
pairs = pairs[(pairs["s_suppkey_a"] < pairs["s_suppkey_b"]) & (pairs["s_acctbal_a"] > 5000)]
pairs = pairs.assign(together=pairs.s_acctbal_a + pairs.s_acctbal_b)
result = pairs.rename(columns={"s_name_a": "one", "s_name_b": "other"})[["one", "other", "together"]]
result = result.sort_values(["one", "other"])
