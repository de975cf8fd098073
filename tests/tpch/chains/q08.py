"""National market share: a function applied to each group."""

import pandas as pd

# %%
part = pd.read_parquet("part.parquet")[["p_partkey", "p_type"]]
supplier = pd.read_parquet("supplier.parquet")[["s_suppkey", "s_nationkey"]]
lineitem = pd.read_parquet("lineitem.parquet")[
    ["l_partkey", "l_suppkey", "l_orderkey", "l_discount", "l_extendedprice"]
]
orders = pd.read_parquet("orders.parquet")[["o_orderkey", "o_custkey", "o_orderdate"]]
customer = pd.read_parquet("customer.parquet")[["c_custkey", "c_nationkey"]]
nation = pd.read_parquet("nation.parquet")
region = pd.read_parquet("region.parquet")

# %%
n1 = nation[["n_nationkey", "n_regionkey"]].copy()
n2 = nation[["n_nationkey", "n_name"]].copy()
jn = part.merge(lineitem, left_on="p_partkey", right_on="l_partkey")
jn = jn.merge(supplier, left_on="l_suppkey", right_on="s_suppkey")
jn = jn.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
jn = jn.merge(customer, left_on="o_custkey", right_on="c_custkey")
jn = jn.merge(n1, left_on="c_nationkey", right_on="n_nationkey")
jn = jn.merge(region, left_on="n_regionkey", right_on="r_regionkey")
jn = jn[jn["r_name"] == "AMERICA"]
jn = jn.merge(n2, left_on="s_nationkey", right_on="n_nationkey")
jn["o_orderdate"] = pd.to_datetime(jn["o_orderdate"])
jn = jn[(jn["o_orderdate"] >= "1995-01-01") & (jn["o_orderdate"] <= "1996-12-31")]
jn = jn[jn["p_type"] == "ECONOMY ANODIZED STEEL"]

# %%
jn["o_year"] = jn["o_orderdate"].dt.year
jn["volume"] = jn["l_extendedprice"].astype(float) * (1.0 - jn["l_discount"].astype(float))
jn = jn.rename(columns={"n_name": "nation"})


def share(group):
    """Brazil's part of a year's volume."""
    total = group["volume"].sum()
    brazil = group[group["nation"] == "BRAZIL"]
    return brazil["volume"].sum() / total


# %%
result = jn.groupby("o_year")[["volume", "nation"]].apply(share).reset_index()
result.columns = ["o_year", "mkt_share"]
result = result.sort_values(by=["o_year"], ascending=[True])
