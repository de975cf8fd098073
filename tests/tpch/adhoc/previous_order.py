"""How much more than the last time a customer ordered: shift within groups."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet").astype({"o_totalprice": float})
orders = orders.sort_values(by=["o_custkey", "o_orderdate", "o_orderkey"])

# %%
orders["before"] = orders.groupby("o_custkey")["o_totalprice"].shift(1)
orders["more"] = orders["o_totalprice"] - orders["before"]
orders["next_date"] = orders.groupby("o_custkey")["o_orderdate"].shift(-1)
result = orders.loc[:, ["o_custkey", "o_orderdate", "more", "next_date"]]
