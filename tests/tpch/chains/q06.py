"""Forecasting revenue change: numpy arrays."""

import numpy as np
import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet", columns=["l_shipdate", "l_discount", "l_quantity", "l_extendedprice"])
shipdate = pd.to_datetime(lineitem["l_shipdate"]).to_numpy()
discount = lineitem["l_discount"].to_numpy(dtype=float)
quantity = lineitem["l_quantity"].to_numpy(dtype=float)
price = lineitem["l_extendedprice"].to_numpy(dtype=float)

# %%
chosen = np.logical_and.reduce(
    [
        shipdate >= np.datetime64("1994-01-01"),
        shipdate < np.datetime64("1995-01-01"),
        discount > 0.0499,
        discount < 0.0701,
        quantity < 24,
    ]
)
revenue = np.dot(price[chosen], discount[chosen])

# %%
result = pd.Series([revenue], name="revenue").to_frame()
