"""Each supplier's part of the balance of its nation: transform."""

import pandas as pd

# %%
supplier = pd.read_parquet("supplier.parquet")
supplier["s_acctbal"] = pd.to_numeric(supplier["s_acctbal"])

# %%
supplier["share"] = supplier["s_acctbal"] / supplier.groupby("s_nationkey")["s_acctbal"].transform("sum")
supplier["above"] = supplier["s_acctbal"] - supplier["s_acctbal"].mean()
result = supplier.sort_values("s_suppkey")[["s_name", "s_nationkey", "share", "above"]]
