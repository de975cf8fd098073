"""Large volume customer: groups filtered by a function."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet", columns=["l_orderkey", "l_quantity"])
lineitem["l_quantity"] = lineitem["l_quantity"].astype(float)
orders = pd.read_parquet("orders.parquet", columns=["o_orderkey", "o_custkey", "o_orderdate", "o_totalprice"])
customer = pd.read_parquet("customer.parquet", columns=["c_custkey", "c_name"])

# %%
candidates = lineitem[lineitem.groupby("l_orderkey")["l_quantity"].transform("sum") > 250]
large = candidates.groupby("l_orderkey").filter(lambda g: g["l_quantity"].sum() > 300)

# %%
result = (
    large.groupby("l_orderkey", as_index=False)
    .agg(sum_qty=pd.NamedAgg(column="l_quantity", aggfunc="sum"))
    .merge(orders, left_on="l_orderkey", right_on="o_orderkey")
    .merge(customer, left_on="o_custkey", right_on="c_custkey")
    .loc[:, ["c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice", "sum_qty"]]
    .astype({"o_totalprice": float})
    .sort_values(["o_totalprice", "o_orderdate"], ascending=[False, True])
    .head(100)
)
