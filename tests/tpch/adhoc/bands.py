"""Orders by price band: numpy's select."""

import numpy as np
import pandas as pd

# %%
orders = pd.read_parquet("orders.parquet")
price = orders["o_totalprice"].astype(float)

# %%
orders["price"] = price
orders["band"] = np.select([price < 50_000, price < 200_000], ["low", "middle"], default="high")
result = orders.groupby("band").agg(n=("band", "size"), mean=("price", "mean"), first_day=("o_orderdate", "min"))
