"""National market share."""

import numpy as np
import pandas as pd

# %%
part = pd.read_csv("part.csv")
supplier = pd.read_csv("supplier.csv")
lineitem = pd.read_csv("lineitem.csv")
orders = pd.read_csv("orders.csv", parse_dates=["o_orderdate"])
customer = pd.read_csv("customer.csv")
nation = pd.read_csv("nation.csv")
region = pd.read_csv("region.csv")

# %%
steel = part[part["p_type"] == "ECONOMY ANODIZED STEEL"]
america = nation.merge(region[region["r_name"] == "AMERICA"], left_on="n_regionkey", right_on="r_regionkey")
period = orders[orders["o_orderdate"].between("1995-01-01", "1996-12-31")]

# %%
df = steel.merge(lineitem, left_on="p_partkey", right_on="l_partkey")
df = df.merge(supplier, left_on="l_suppkey", right_on="s_suppkey")
df = df.merge(period, left_on="l_orderkey", right_on="o_orderkey")
df = df.merge(customer, left_on="o_custkey", right_on="c_custkey")
df = df.merge(america, left_on="c_nationkey", right_on="n_nationkey")
df = df.merge(nation, left_on="s_nationkey", right_on="n_nationkey", suffixes=("", "_supplier"))

# %%
df["o_year"] = df["o_orderdate"].dt.year
df["volume"] = df["l_extendedprice"] * (1 - df["l_discount"])
df["brazil"] = np.where(df["n_name_supplier"] == "BRAZIL", df["volume"], 0)
years = df.groupby("o_year").agg({"brazil": "sum", "volume": "sum"})
years["mkt_share"] = years["brazil"] / years["volume"]
result = years.reset_index()[["o_year", "mkt_share"]].sort_values("o_year")
