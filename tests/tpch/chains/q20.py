"""Potential part promotion: merges from the inside out, distinct at the end."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet")
part = pd.read_parquet("part.parquet")
nation = pd.read_parquet("nation.parquet")
partsupp = pd.read_parquet("partsupp.parquet")
supplier = pd.read_parquet("supplier.parquet")

# %%
lineitem["l_shipdate"] = lineitem["l_shipdate"].astype("datetime64[s]")
res_1 = nation.loc[nation["n_name"] == "CANADA"]
res_2 = supplier.merge(res_1, how="inner", left_on="s_nationkey", right_on="n_nationkey")
res_3 = part.loc[part["p_name"].str.slice(0, 6) == "forest", ["p_partkey"]].drop_duplicates()
jn_1 = res_3.merge(partsupp, how="inner", left_on="p_partkey", right_on="ps_partkey")
lines = lineitem.loc[(lineitem["l_shipdate"] >= "1994-01-01") & (lineitem["l_shipdate"] < "1995-01-01")].copy()
lines["l_quantity"] = lines["l_quantity"].astype(float)
sums = lines.groupby(["l_partkey", "l_suppkey"], as_index=False)[["l_quantity"]].sum()
sums["half"] = 0.5 * sums["l_quantity"]

# %%
jn_2 = jn_1.merge(sums, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"], how="left")
jn_2 = jn_2[jn_2["ps_availqty"] > jn_2["half"]][["ps_suppkey"]].drop_duplicates()
jn_3 = jn_2.merge(res_2, left_on="ps_suppkey", right_on="s_suppkey")
result = jn_3[["s_name", "s_address"]].sort_values("s_name", ascending=True, ignore_index=True)
