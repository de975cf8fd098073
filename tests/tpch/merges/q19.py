"""Discounted revenue."""

import pandas as pd

# %%
lineitem = pd.read_csv("lineitem.csv")
part = pd.read_csv("part.csv")

# %%
df = lineitem.merge(part, left_on="l_partkey", right_on="p_partkey")
delivered = df["l_shipmode"].isin(["AIR", "AIR REG"]) & (df["l_shipinstruct"] == "DELIVER IN PERSON")


# %%
def chosen(brand, containers, quantity, size):
    """The lines of one brand in certain boxes, quantities and sizes."""
    return (
        (df["p_brand"] == brand)
        & df["p_container"].isin(containers)
        & df["l_quantity"].between(quantity, quantity + 10)
        & df["p_size"].between(1, size)
    )


small = chosen("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 5)
medium = chosen("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 10)
large = chosen("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 15)

# %%
sold = df[delivered & (small | medium | large)]
revenue = (sold["l_extendedprice"] * (1 - sold["l_discount"])).sum()
result = pd.DataFrame({"revenue": [revenue]})
