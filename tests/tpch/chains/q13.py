"""Customer distribution: counts reindexed to all customers."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet", columns=["c_custkey"])
orders = pd.read_parquet("orders.parquet", columns=["o_orderkey", "o_custkey", "o_comment"])

# %%
special = orders.o_comment.str.match(r".*special.*requests")
counts = orders.loc[~special].groupby("o_custkey").o_orderkey.count()
customer["c_count"] = customer.c_custkey.map(counts).fillna(0).astype(int)

# %%
result = (
    customer.groupby("c_count", sort=False)
    .size()
    .to_frame("custdist")
    .reset_index()
    .sort_values(by=["custdist", "c_count"], ascending=False)
)
