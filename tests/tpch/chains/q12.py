"""Shipping modes and order priority: loc assignments, then sums."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet", columns=["o_orderkey", "o_orderpriority"])
lineitem = pd.read_parquet("lineitem.parquet")
for name in ["l_shipdate", "l_commitdate", "l_receiptdate"]:
    lineitem[name] = pd.to_datetime(lineitem[name])

# %%
modes = {"MAIL", "SHIP"}
selected = lineitem.query(
    "l_shipmode in @modes and l_commitdate < l_receiptdate and l_shipdate < l_commitdate"
    " and l_receiptdate >= '1994-01-01' and l_receiptdate < '1995-01-01'"
)
lines = orders.merge(selected, how="right", left_on="o_orderkey", right_on="l_orderkey")

# %%
lines["high_line_count"] = 0
lines.loc[lines["o_orderpriority"].isin(["1-URGENT", "2-HIGH"]), "high_line_count"] = 1
lines["low_line_count"] = 0
lines.loc[~lines["o_orderpriority"].isin(["1-URGENT", "2-HIGH"]), "low_line_count"] = 1
result = lines.pivot_table(index="l_shipmode", values=["high_line_count", "low_line_count"], aggfunc="sum").sort_index()
