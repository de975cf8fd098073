"""What each customer has spent so far: cumsum and cumcount of groups of sorted rows."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet")
orders["o_totalprice"] = orders["o_totalprice"].astype(float)

# %%
done = orders.query("o_orderstatus == 'F'").sort_values(["o_custkey", "o_orderdate", "o_orderkey"])
groups = done.groupby("o_custkey")
done = done.assign(spent=groups["o_totalprice"].cumsum(), number=groups.cumcount() + 1)
result = done[["o_custkey", "o_orderkey", "o_orderdate", "spent", "number"]].reset_index(drop=True)
