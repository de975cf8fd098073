"""Important stock identification: a series of totals, filtered by a callable."""

import pandas as pd

# %%
FRACTION = 0.0001
nation = pd.read_parquet("nation.parquet")
supplier = pd.read_parquet("supplier.parquet")
partsupp = pd.read_parquet("partsupp.parquet")

# %%
german = nation.set_index("n_name").at["GERMANY", "n_nationkey"]
suppliers = supplier.loc[supplier["s_nationkey"] == german, "s_suppkey"]
stock = partsupp[partsupp["ps_suppkey"].isin(suppliers)]
value = (stock["ps_supplycost"].astype(float) * stock["ps_availqty"]).groupby(stock["ps_partkey"]).sum()

# %%
result = value[lambda v: v > v.sum() * FRACTION].sort_values(ascending=False).rename("value").reset_index()
