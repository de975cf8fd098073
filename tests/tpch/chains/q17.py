"""Small-quantity-order revenue: the average of each part by transform."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet").astype({"l_quantity": float, "l_extendedprice": float})
part = pd.read_parquet("part.parquet").set_index("p_partkey")

# %%
limit = lineitem.groupby("l_partkey")["l_quantity"].transform(lambda q: 0.2 * q.mean())
small = lineitem[lineitem["l_quantity"] < limit]
boxes = part.index[(part["p_brand"] == "Brand#23") & (part["p_container"] == "MED BOX")]
small = small[small["l_partkey"].isin(boxes)]

# %%
avg_yearly = small["l_extendedprice"].agg("sum", min_count=1) / 7.0
result = pd.DataFrame([[avg_yearly]], columns=["avg_yearly"])
