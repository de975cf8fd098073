"""Suppliers who kept orders waiting: counts joined back with merges, one name filled step by step."""

import numpy as np
import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet")
orders = pd.read_parquet("orders.parquet")
supplier = pd.read_parquet("supplier.parquet")
nation = pd.read_parquet("nation.parquet")

# %%
lines = lineitem[["l_orderkey", "l_suppkey", "l_receiptdate", "l_commitdate"]].copy()
lines["late"] = (lines["l_receiptdate"] > lines["l_commitdate"]).astype(int)
pairs = lines.groupby(["l_orderkey", "l_suppkey"], as_index=False)["late"].max()
pairs["suppliers"] = pairs.groupby("l_orderkey")["late"].transform("size")
pairs["late_suppliers"] = pairs.groupby("l_orderkey")["late"].transform("sum")
alone = pairs[np.where((pairs["suppliers"] > 1) & (pairs["late_suppliers"] == 1), True, False)]

# %%
df = lines[lines["late"] == 1].merge(alone[["l_orderkey", "l_suppkey"]], on=["l_orderkey", "l_suppkey"])
df = df[df["l_orderkey"].isin(orders.loc[orders["o_orderstatus"] == "F", "o_orderkey"])]
df = df.merge(supplier.rename(columns={"s_suppkey": "l_suppkey"}), on="l_suppkey")
saudi = nation.loc[nation["n_name"] == "SAUDI ARABIA", "n_nationkey"].iloc[0]
df = df[df["s_nationkey"] == saudi]

# %%
result = df["s_name"].value_counts().reset_index()
result.columns = ["s_name", "numwait"]
result = result.sort_values(by=["numwait", "s_name"], ascending=[False, True])[:100]
