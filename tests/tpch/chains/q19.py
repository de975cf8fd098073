"""Discounted revenue: three queries put under each other."""

import pandas as pd

# %%
part = pd.read_parquet("part.parquet", columns=["p_partkey", "p_brand", "p_container", "p_size"])
lineitem = pd.read_parquet("lineitem.parquet").astype(
    dict.fromkeys(["l_quantity", "l_extendedprice", "l_discount"], float)
)
lineitem = lineitem[(lineitem.l_shipinstruct == "DELIVER IN PERSON") & (lineitem.l_shipmode.isin(("AIR", "AIR REG")))]
lines = pd.merge(lineitem, part, left_on="l_partkey", right_on="p_partkey")

# %%
wanted = [
    ("Brand#12", "SM CASE|SM BOX|SM PACK|SM PKG", 1, 5),
    ("Brand#23", "MED BAG|MED BOX|MED PKG|MED PACK", 10, 10),
    ("Brand#34", "LG CASE|LG BOX|LG PACK|LG PKG", 20, 15),
]
chosen = []
for brand, boxes, least, biggest in wanted:
    some = lines[(lines.p_brand == brand) & lines.p_container.str.fullmatch(boxes)]
    some = some[(some.l_quantity >= least) & (some.l_quantity <= least + 10)]
    chosen.append(some[(some.p_size >= 1) & (some.p_size <= biggest)])

# %%
sold = pd.concat(chosen)
sold["revenue"] = sold.apply(lambda line: line["l_extendedprice"] * (1 - line["l_discount"]), axis=1)
result = sold[["revenue"]].sum().to_frame().T
