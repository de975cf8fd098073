"""Forecasting revenue change."""

import pandas as pd

# %%
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate"])

# %%
mask = (
    (lineitem["l_shipdate"] >= "1994-01-01")
    & (lineitem["l_shipdate"] < "1995-01-01")
    & lineitem["l_discount"].between(0.05, 0.07)
    & (lineitem["l_quantity"] < 24)
)
chosen = lineitem[mask]
revenue = (chosen["l_extendedprice"] * chosen["l_discount"]).sum()

# %%
result = pd.DataFrame({"revenue": [revenue]})
