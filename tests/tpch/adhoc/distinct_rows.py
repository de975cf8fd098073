"""Nations that customers or suppliers come from: concat of series, unique."""

import pandas as pd

# %%
nation = pd.read_parquet("nation.parquet")
customer = pd.read_parquet("customer.parquet")
supplier = pd.read_parquet("supplier.parquet")

# %%
keys = pd.concat(
    [
        customer.loc[customer["c_mktsegment"] == "MACHINERY", "c_nationkey"],
        supplier.loc[supplier["s_acctbal"].astype(float) > 9000, "s_nationkey"],
    ]
).unique()
result = nation[nation["n_nationkey"].isin(keys)][["n_name"]].drop_duplicates().sort_values("n_name")
