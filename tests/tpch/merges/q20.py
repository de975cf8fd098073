"""Potential part promotion."""

import pandas as pd

# %%
supplier = pd.read_csv("supplier.csv")
nation = pd.read_csv("nation.csv")
partsupp = pd.read_csv("partsupp.csv")
part = pd.read_csv("part.csv")
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate"])

# %%
forest = part[part["p_name"].str.startswith("forest")]
year = lineitem[(lineitem["l_shipdate"] >= "1994-01-01") & (lineitem["l_shipdate"] < "1995-01-01")]
sold = year.groupby(["l_partkey", "l_suppkey"])["l_quantity"].sum().reset_index()

# %%
stock = partsupp[partsupp["ps_partkey"].isin(forest["p_partkey"])]
stock = stock.merge(sold, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"])
surplus = stock[stock["ps_availqty"] > 0.5 * stock["l_quantity"]]

# %%
candidates = supplier[supplier["s_suppkey"].isin(surplus["ps_suppkey"].unique())]
canada = candidates.merge(nation[nation["n_name"] == "CANADA"], left_on="s_nationkey", right_on="n_nationkey")
result = canada[["s_name", "s_address"]].sort_values("s_name")
