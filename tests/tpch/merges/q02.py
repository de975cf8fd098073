"""Minimum cost supplier."""

import pandas as pd

# %%
part = pd.read_csv("part.csv")
supplier = pd.read_csv("supplier.csv")
partsupp = pd.read_csv("partsupp.csv")
nation = pd.read_csv("nation.csv")
region = pd.read_csv("region.csv")

# %%
europe = region[region["r_name"] == "EUROPE"]
nations = nation.merge(europe, left_on="n_regionkey", right_on="r_regionkey")
suppliers = supplier.merge(nations, left_on="s_nationkey", right_on="n_nationkey")
offers = partsupp.merge(suppliers, left_on="ps_suppkey", right_on="s_suppkey")

# %%
brass = part[(part["p_size"] == 15) & part["p_type"].str.endswith("BRASS")]
offers = brass.merge(offers, left_on="p_partkey", right_on="ps_partkey")
cheapest = offers.groupby("p_partkey", as_index=False)["ps_supplycost"].min()
best = offers.merge(cheapest, on=["p_partkey", "ps_supplycost"])

# %%
columns = ["s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment"]
result = best[columns].sort_values(["s_acctbal", "n_name", "s_name", "p_partkey"], ascending=[False, True, True, True])
result = result.head(100)
