"""Nations' best balance beside the best of all: scalars kept in variables."""

import pandas as pd

# %%
nation = pd.read_parquet("nation.parquet")
region = pd.read_parquet("region.parquet")
supplier = pd.read_parquet("supplier.parquet")
supplier["s_acctbal"] = supplier["s_acctbal"].map(float)

# %%
africa = region.loc[region["r_name"] == "AFRICA", "r_regionkey"].iloc[0]
best_of_all = max(supplier["s_acctbal"])

# %%
best = supplier.groupby("s_nationkey")["s_acctbal"].max().rename("best")
nations = nation[nation["n_regionkey"] == africa].set_index("n_nationkey")
result = nations[["n_name"]].join(best).assign(best_of_all=best_of_all).sort_values("n_name", ignore_index=True)
