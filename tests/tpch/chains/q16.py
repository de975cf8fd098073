"""Parts/supplier relationship: an anti-join by indicator, distinct by drop_duplicates."""

import pandas as pd

# %%
part = pd.read_parquet("part.parquet")
partsupp = pd.read_parquet("partsupp.parquet", columns=["ps_partkey", "ps_suppkey"])
supplier = pd.read_parquet("supplier.parquet", columns=["s_suppkey", "s_comment"])

# %%
bad = supplier[supplier["s_comment"].str.contains("Customer.*Complaints")][["s_suppkey"]]
joined = partsupp.merge(bad, left_on="ps_suppkey", right_on="s_suppkey", how="left", indicator=True)
good = joined.loc[joined["_merge"] == "left_only", ["ps_partkey", "ps_suppkey"]]

# %%
sizes = [49, 14, 23, 45, 19, 3, 36, 9]
parts = part.query("p_brand != 'Brand#45' and p_size in @sizes")
parts = parts[~parts["p_type"].str.startswith("MEDIUM POLISHED")]
pairs = parts.merge(good, left_on="p_partkey", right_on="ps_partkey")
pairs = pairs[["p_brand", "p_type", "p_size", "ps_suppkey"]].drop_duplicates()

# %%
result = (
    pairs.value_counts(["p_brand", "p_type", "p_size"])
    .rename("supplier_cnt")
    .reset_index()
    .sort_values(["supplier_cnt", "p_brand", "p_type", "p_size"], ascending=[False, True, True, True])
)
