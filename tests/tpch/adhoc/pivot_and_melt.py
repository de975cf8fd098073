"""Balances by nation and segment: a pivot table, melted again."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
nation = pd.read_csv("nation.csv")
homes = customer.merge(nation[nation["n_regionkey"] == 2], left_on="c_nationkey", right_on="n_nationkey")

# %%
wide = homes.pivot_table(index="n_name", columns="c_mktsegment", values="c_acctbal", aggfunc="sum")
result = (
    wide.reset_index()
    .melt(id_vars="n_name", var_name="c_mktsegment", value_name="balance")
    .dropna(subset=["balance"])
    .sort_values(["n_name", "c_mktsegment"])
)
