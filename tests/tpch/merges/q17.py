"""Small-quantity-order revenue."""

import pandas as pd

# %%
lineitem = pd.read_csv("lineitem.csv")
part = pd.read_csv("part.csv")

# %%
boxes = part[(part["p_brand"] == "Brand#23") & (part["p_container"] == "MED BOX")]
average = lineitem.groupby("l_partkey", as_index=False).agg(avg_quantity=("l_quantity", "mean"))

# %%
df = lineitem.merge(boxes, left_on="l_partkey", right_on="p_partkey")
df = df.merge(average, on="l_partkey")
small = df[df["l_quantity"] < 0.2 * df["avg_quantity"]]

# %%
avg_yearly = small["l_extendedprice"].sum(min_count=1) / 7.0
result = pd.DataFrame([{"avg_yearly": avg_yearly}])
