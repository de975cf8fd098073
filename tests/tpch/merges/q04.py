"""Order priority checking."""

import pandas as pd

# %%
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_commitdate", "l_receiptdate"])

# %%
late = lineitem[lineitem["l_commitdate"] < lineitem["l_receiptdate"]]
quarter = orders[(orders["o_orderdate"] >= "1993-07-01") & (orders["o_orderdate"] < "1993-10-01")]
waiting = quarter[quarter["o_orderkey"].isin(late["l_orderkey"])]

# %%
result = waiting.groupby("o_orderpriority").size().reset_index(name="order_count").sort_values("o_orderpriority")
