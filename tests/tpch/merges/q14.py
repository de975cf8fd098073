"""Promotion effect."""

import numpy as np
import pandas as pd

# %%
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate"])
part = pd.read_csv("part.csv")

# %%
month = lineitem[(lineitem["l_shipdate"] >= "1995-09-01") & (lineitem["l_shipdate"] < "1995-10-01")]
df = month.merge(part, left_on="l_partkey", right_on="p_partkey")
df["revenue"] = df["l_extendedprice"] * (1 - df["l_discount"])

# %%
promo = np.where(df["p_type"].str.startswith("PROMO"), df["revenue"], 0).sum()
total = df["revenue"].sum()

# %%
result = pd.DataFrame({"promo_revenue": [100.00 * promo / total]})
