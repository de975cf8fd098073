"""Local supplier volume."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
lineitem = pd.read_csv("lineitem.csv")
supplier = pd.read_csv("supplier.csv")
nation = pd.read_csv("nation.csv")
region = pd.read_csv("region.csv")

# %%
asia = region[region["r_name"] == "ASIA"]
year = orders[(orders["o_orderdate"] >= "1994-01-01") & (orders["o_orderdate"] < "1995-01-01")]

# %%
df = asia.merge(nation, left_on="r_regionkey", right_on="n_regionkey")
df = df.merge(supplier, left_on="n_nationkey", right_on="s_nationkey")
df = df.merge(lineitem, left_on="s_suppkey", right_on="l_suppkey")
df = df.merge(year, left_on="l_orderkey", right_on="o_orderkey")
df = df.merge(customer, left_on=["o_custkey", "s_nationkey"], right_on=["c_custkey", "c_nationkey"])

# %%
df["revenue"] = df["l_extendedprice"] * (1 - df["l_discount"])
result = df.groupby("n_name")["revenue"].sum().sort_values(ascending=False).reset_index()
