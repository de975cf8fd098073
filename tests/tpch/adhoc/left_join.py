"""Parts and how many of them are on their way: a left join, nulls filled."""

import pandas as pd

# %%
part = pd.read_parquet("part.parquet", columns=["p_partkey", "p_name", "p_size"])
lineitem = pd.read_parquet("lineitem.parquet").astype({"l_quantity": float, "l_discount": float})

# %%
lines = lineitem[(lineitem["l_shipinstruct"] == "NONE") & (lineitem["l_discount"] > 0.09)]
joined = pd.merge(part[part["p_size"] > 45], lines, how="left", left_on="p_partkey", right_on="l_partkey")
joined["l_shipmode"] = joined["l_shipmode"].fillna("")
result = (
    joined.groupby(["p_partkey", "p_name"])
    .agg(quantity=("l_quantity", "sum"), mode=("l_shipmode", "max"))
    .replace({"mode": {"": "NONE"}})
    .fillna({"quantity": 0})
    .reset_index()
    .sort_values(["quantity", "p_partkey"], ascending=[False, True])
    .head(50)
)
