"""Brands of which many suppliers have little: groups filtered by what they add up to."""

import pandas as pd

# %%
part = pd.read_parquet("part.parquet")
partsupp = pd.read_parquet("partsupp.parquet").astype({"ps_supplycost": "float64"})

# %%
mean_size = part.groupby("p_type")["p_size"].mean()
big = mean_size.loc[mean_size > 25].index.tolist()
offers = part[part["p_type"].isin(big)].merge(
    partsupp.query("ps_availqty < 100"), left_on="p_partkey", right_on="ps_partkey"
)

# %%
brands = offers.groupby("p_brand", as_index=False).agg(
    suppliers=("ps_suppkey", pd.Series.nunique), cheapest=("ps_supplycost", min)
)
result = brands[brands["suppliers"] >= 3].sort_values(["suppliers", "p_brand"], ascending=[False, True])
