"""Promotion effect: sums of two selections."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet")
part = pd.read_parquet("part.parquet")
lineitem["l_shipdate"] = pd.to_datetime(lineitem.l_shipdate)
lineitem["revenue"] = lineitem.l_extendedprice.astype(float) * (1 - lineitem.l_discount.astype(float))

# %%
start = pd.Timestamp(1995, 9, 1)
month = lineitem.loc[lineitem.l_shipdate.ge(start) & lineitem.l_shipdate.lt(start + pd.DateOffset(months=1))]
sold = month.join(part.set_index("p_partkey")["p_type"], on="l_partkey", how="inner")

# %%
promoted = sold.loc[sold["p_type"].str.startswith("PROMO"), "revenue"].sum()
share = round(100.00 * promoted / sold["revenue"].sum(), 10)
result = pd.DataFrame({"promo_revenue": share}, index=[0])
