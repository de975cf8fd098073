"""Customer distribution."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
orders = pd.read_csv("orders.csv")

# %%
ordinary = orders[~orders["o_comment"].str.contains("special.*requests", regex=True)]
joined = customer.merge(ordinary, left_on="c_custkey", right_on="o_custkey", how="left")
c_orders = joined.groupby("c_custkey").agg(c_count=("o_orderkey", "count")).reset_index()

# %%
result = c_orders.groupby("c_count").size().reset_index(name="custdist")
result = result.sort_values(["custdist", "c_count"], ascending=[False, False])
