"""Shipping modes and order priority."""

import numpy as np
import pandas as pd

# %%
orders = pd.read_csv("orders.csv")
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate", "l_commitdate", "l_receiptdate"])

# %%
chosen = lineitem[
    lineitem["l_shipmode"].isin(["MAIL", "SHIP"])
    & (lineitem["l_commitdate"] < lineitem["l_receiptdate"])
    & (lineitem["l_shipdate"] < lineitem["l_commitdate"])
    & (lineitem["l_receiptdate"] >= "1994-01-01")
    & (lineitem["l_receiptdate"] < "1995-01-01")
]
df = orders.merge(chosen, left_on="o_orderkey", right_on="l_orderkey")

# %%
high = df["o_orderpriority"].isin(["1-URGENT", "2-HIGH"])
df["high_line_count"] = np.where(high, 1, 0)
df["low_line_count"] = np.where(high, 0, 1)
result = df.groupby("l_shipmode")[["high_line_count", "low_line_count"]].sum().reset_index()
result = result.sort_values("l_shipmode")
