"""Product type profit measure: groups by the levels of an index."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet").set_index(["l_partkey", "l_suppkey"])
partsupp = pd.read_parquet("partsupp.parquet").set_index(["ps_partkey", "ps_suppkey"])
part = pd.read_parquet("part.parquet")
orders = pd.read_parquet("orders.parquet").set_index("o_orderkey")
supplier = pd.read_parquet("supplier.parquet")
nation = pd.read_parquet("nation.parquet")

# %%
green = part.loc[part["p_name"].str.find("green") >= 0, "p_partkey"]
partsupp.index.names = ["l_partkey", "l_suppkey"]
lines = lineitem.join(partsupp[["ps_supplycost"]], how="inner").reset_index()
lines = lines[lines["l_partkey"].isin(green)]
lines = lines.join(orders["o_orderdate"], on="l_orderkey", how="inner")
homes = pd.merge(supplier, nation, how="inner", left_on="s_nationkey", right_on="n_nationkey")
lines = pd.merge(lines, homes[["s_suppkey", "n_name"]], left_on="l_suppkey", right_on="s_suppkey")

# %%
for column in ("l_extendedprice", "l_discount", "l_quantity", "ps_supplycost"):
    lines[column] = pd.to_numeric(lines[column])
lines["o_year"] = lines["o_orderdate"].apply(lambda day: day.year)
lines["sum_profit"] = lines["l_extendedprice"] * (1 - lines["l_discount"])
lines["sum_profit"] -= lines["ps_supplycost"] * lines["l_quantity"]

# %%
totals = lines.set_index(["n_name", "o_year"])["sum_profit"].groupby(level=[0, 1]).sum()
result = totals.rename_axis(["nation", "o_year"]).sort_index(ascending=[True, False]).reset_index()
