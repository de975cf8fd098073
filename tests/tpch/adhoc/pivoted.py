"""Quantities by ship mode, side by side: unstack."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet").astype({"l_quantity": float, "l_tax": float})
lines = lineitem[lineitem["l_shipmode"].isin(["AIR", "RAIL"]) & (lineitem["l_tax"] > 0.02)]

# %%
wide = lines.groupby(["l_linestatus", "l_shipmode"])["l_quantity"].sum().unstack("l_shipmode")
result = wide.rename(columns=str.lower).rename_axis(columns=None).reset_index()
