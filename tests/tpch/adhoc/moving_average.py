"""Average of the last three days' totals: rolling."""

import pandas as pd

# %%
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
orders = orders[orders["o_orderdate"] < "1992-06-01"]

# %%
days = orders.groupby("o_orderdate", sort=True)["o_totalprice"].sum()
smooth = days.rolling(window=3, min_periods=1).mean()
result = pd.DataFrame({"total": days, "smooth": smooth}).rename_axis("day").reset_index()
