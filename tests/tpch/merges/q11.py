"""Important stock identification."""

import pandas as pd

# %%
partsupp = pd.read_csv("partsupp.csv")
supplier = pd.read_csv("supplier.csv")
nation = pd.read_csv("nation.csv")

# %%
germany = nation[nation["n_name"] == "GERMANY"]
stock = partsupp.merge(supplier, left_on="ps_suppkey", right_on="s_suppkey")
stock = stock.merge(germany, left_on="s_nationkey", right_on="n_nationkey")
stock["value"] = stock["ps_supplycost"] * stock["ps_availqty"]

# %%
threshold = stock["value"].sum() * 0.0001

# %%
by_part = stock.groupby("ps_partkey", as_index=False)["value"].sum()
result = by_part[by_part["value"] > threshold].sort_values("value", ascending=False)
