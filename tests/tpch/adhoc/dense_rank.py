"""The two largest orders of each clerk: ranks within groups."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet", columns=["o_orderkey", "o_clerk", "o_totalprice"])
orders["o_totalprice"] = orders["o_totalprice"].astype(float)

# %%
orders["place"] = orders.groupby("o_clerk")["o_totalprice"].rank(method="dense", ascending=False).astype(int)
result = orders[orders["place"] <= 2].sort_values(["o_clerk", "place", "o_orderkey"])
result = result[["o_clerk", "o_orderkey", "o_totalprice", "place"]]
