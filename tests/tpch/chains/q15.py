"""Top supplier: idxmax instead of a maximum."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet")
supplier = pd.read_parquet("supplier.parquet")
lineitem = lineitem.assign(
    l_shipdate=pd.to_datetime(lineitem["l_shipdate"]),
    revenue=lineitem["l_extendedprice"].astype(float) * (1 - lineitem["l_discount"].astype(float)),
)

# %%
in_quarter = (lineitem["l_shipdate"].dt.year == 1996) & (lineitem["l_shipdate"].dt.quarter == 1)
revenue = lineitem[in_quarter].groupby("l_suppkey")["revenue"].sum()
top = revenue.idxmax()

# %%
result = supplier.loc[supplier["s_suppkey"].eq(top), ["s_suppkey", "s_name", "s_address", "s_phone"]].copy()
result["total_revenue"] = revenue.loc[top]
