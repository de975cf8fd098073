"""Returned item reporting: totals by customer first, the rest joined afterwards."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet")
orders = pd.read_parquet("orders.parquet", columns=["o_orderkey", "o_custkey", "o_orderdate"])
nation = pd.read_parquet("nation.parquet", columns=["n_nationkey", "n_name"])
lineitem = pd.read_parquet("lineitem.parquet", columns=["l_orderkey", "l_returnflag", "l_extendedprice", "l_discount"])

# %%
orders["o_orderdate"] = orders["o_orderdate"].astype("datetime64[ns]")
quarter = orders[orders["o_orderdate"].dt.to_period("Q") == "1993Q4"]
returned = lineitem.loc[lineitem["l_returnflag"].isin(["R"])].drop(columns="l_returnflag")
returned = returned.astype({"l_extendedprice": "float64", "l_discount": "float64"})
lines = quarter.merge(returned, left_on="o_orderkey", right_on="l_orderkey", validate="one_to_many")
lines = lines.assign(revenue=lines["l_extendedprice"] * lines["l_discount"].rsub(1))

# %%
totals = lines.groupby("o_custkey", sort=False)["revenue"].sum()
report = customer.set_index("c_custkey").join(totals.rename_axis("c_custkey"), how="inner")
report = report.reset_index().merge(nation, left_on="c_nationkey", right_on="n_nationkey", how="inner")
report["c_acctbal"] = report["c_acctbal"].astype(float)
columns = ["c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone", "c_comment"]
result = report.filter(items=columns).nlargest(20, columns="revenue")[columns]
