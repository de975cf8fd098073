"""Revenue of each month and its growth: resample and pct_change."""

import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet")
orders["month"] = pd.to_datetime(orders["o_orderdate"])
orders["revenue"] = orders["o_totalprice"].astype(float)

# %%
monthly = orders.set_index("month")["revenue"].resample("MS").sum().to_frame()
monthly["growth"] = monthly["revenue"].pct_change()
result = monthly.reset_index()
