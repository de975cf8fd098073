"""Parts that are sold but not returned: Python's sets."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet").astype({"l_quantity": float})
partsupp = pd.read_parquet("partsupp.parquet").astype({"ps_supplycost": float})

# %%
sold = set(lineitem.loc[(lineitem["l_linestatus"] == "F") & (lineitem["l_quantity"] < 3), "l_partkey"])
returned = set(lineitem.loc[lineitem["l_returnflag"] == "R", "l_partkey"])
cheap = set(partsupp.loc[partsupp["ps_supplycost"] < 700, "ps_partkey"])

# %%
result = pd.DataFrame({"partkey": sorted(sold - (returned & cheap))})
