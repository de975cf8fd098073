"""Counts with conditions of their own: where and mask before adding up."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet").astype({"o_totalprice": float})

# %%
dear = orders[orders["o_totalprice"] > 100_000].groupby("o_orderpriority").size()
orders["finished"] = orders["o_totalprice"].where(orders["o_orderstatus"] == "F", 0)
totals = orders.groupby("o_orderpriority").agg(finished=("finished", "sum"), last_day=("o_orderdate", "max"))
totals.insert(0, "dear", dear)
result = totals
