"""Large volume customer."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
lineitem = pd.read_csv("lineitem.csv")

# %%
quantity = lineitem.groupby("l_orderkey")["l_quantity"].sum()
large = quantity[quantity > 300].index

# %%
df = orders[orders["o_orderkey"].isin(large)]
df = df.merge(lineitem, left_on="o_orderkey", right_on="l_orderkey")
df = df.merge(customer, left_on="o_custkey", right_on="c_custkey")

# %%
keys = ["c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice"]
result = df.groupby(keys, as_index=False).agg(sum_qty=("l_quantity", "sum"))
result = result.sort_values(["o_totalprice", "o_orderdate"], ascending=[False, True]).head(100)
