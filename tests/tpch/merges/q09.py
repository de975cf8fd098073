"""Product type profit measure."""

import pandas as pd

# %%
part = pd.read_csv("part.csv")
supplier = pd.read_csv("supplier.csv")
lineitem = pd.read_csv("lineitem.csv")
partsupp = pd.read_csv("partsupp.csv")
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
nation = pd.read_csv("nation.csv")

# %%
green = part[part["p_name"].str.contains("green")]
df = lineitem.merge(green, left_on="l_partkey", right_on="p_partkey")
df = df.merge(supplier, left_on="l_suppkey", right_on="s_suppkey")
df = df.merge(partsupp, left_on=["l_suppkey", "l_partkey"], right_on=["ps_suppkey", "ps_partkey"])
df = df.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
df = df.merge(nation, left_on="s_nationkey", right_on="n_nationkey")

# %%
df["o_year"] = df["o_orderdate"].dt.year
df["amount"] = df["l_extendedprice"] * (1 - df["l_discount"]) - df["ps_supplycost"] * df["l_quantity"]
df = df.rename(columns={"n_name": "nation"})

# %%
result = df.groupby(["nation", "o_year"], as_index=False).agg(sum_profit=("amount", "sum"))
result = result.sort_values(["nation", "o_year"], ascending=[True, False])
