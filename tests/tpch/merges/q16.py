"""Parts/supplier relationship."""

import pandas as pd

# %%
partsupp = pd.read_csv("partsupp.csv")
part = pd.read_csv("part.csv")
supplier = pd.read_csv("supplier.csv")

# %%
complaints = supplier[supplier["s_comment"].str.contains("Customer.*Complaints", regex=True)]
wanted = part[
    (part["p_brand"] != "Brand#45")
    & ~part["p_type"].str.startswith("MEDIUM POLISHED")
    & part["p_size"].isin([49, 14, 23, 45, 19, 3, 36, 9])
]

# %%
df = wanted.merge(partsupp, left_on="p_partkey", right_on="ps_partkey")
df = df[~df["ps_suppkey"].isin(complaints["s_suppkey"])]

# %%
result = df.groupby(["p_brand", "p_type", "p_size"])["ps_suppkey"].nunique().reset_index(name="supplier_cnt")
result = result[["p_brand", "p_type", "p_size", "supplier_cnt"]].sort_values(
    ["supplier_cnt", "p_brand", "p_type", "p_size"], ascending=[False, True, True, True]
)
