"""Suppliers who kept orders waiting."""

import pandas as pd

# %%
supplier = pd.read_csv("supplier.csv")
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_receiptdate", "l_commitdate"])
orders = pd.read_csv("orders.csv")
nation = pd.read_csv("nation.csv")

# %%
late = lineitem[lineitem["l_receiptdate"] > lineitem["l_commitdate"]]
suppliers = lineitem.groupby("l_orderkey")["l_suppkey"].nunique()
late_suppliers = late.groupby("l_orderkey")["l_suppkey"].nunique()
several = suppliers[suppliers > 1].index
one_late = late_suppliers[late_suppliers == 1].index

# %%
waiting = late[late["l_orderkey"].isin(several) & late["l_orderkey"].isin(one_late)]
df = waiting.merge(orders[orders["o_orderstatus"] == "F"], left_on="l_orderkey", right_on="o_orderkey")
df = df.merge(supplier, left_on="l_suppkey", right_on="s_suppkey")
df = df.merge(nation[nation["n_name"] == "SAUDI ARABIA"], left_on="s_nationkey", right_on="n_nationkey")

# %%
result = df.groupby("s_name").size().reset_index(name="numwait")
result = result.sort_values(["numwait", "s_name"], ascending=[False, True]).head(100)
