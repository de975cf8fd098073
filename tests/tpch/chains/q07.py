"""Volume shipping: two halves put under each other, numbers of nations looked up in a dictionary."""

import pandas as pd

# %%
nation = pd.read_parquet("nation.parquet")
nation_names = dict(zip(nation["n_nationkey"], nation["n_name"], strict=True))
supplier = pd.read_parquet("supplier.parquet").assign(supp_nation=lambda d: d.s_nationkey.map(nation_names))
customer = pd.read_parquet("customer.parquet").assign(cust_nation=lambda d: d.c_nationkey.map(nation_names))
orders = pd.read_parquet("orders.parquet")
lineitem = pd.read_parquet("lineitem.parquet").assign(l_shipdate=lambda d: pd.to_datetime(d.l_shipdate))

# %%
lines = lineitem.loc[lineitem.l_shipdate.between("1995-01-01", "1996-12-31")]


def shipped(seller, buyer):
    """What went from one nation to another."""
    return (
        lines.merge(supplier[supplier.supp_nation == seller], left_on="l_suppkey", right_on="s_suppkey")
        .merge(orders, left_on="l_orderkey", right_on="o_orderkey")
        .merge(customer[customer.cust_nation == buyer], left_on="o_custkey", right_on="c_custkey")
    )


shipping = pd.concat([shipped("FRANCE", "GERMANY"), shipped("GERMANY", "FRANCE")], ignore_index=True)

# %%
shipping.insert(0, "l_year", shipping["l_shipdate"].dt.year)
shipping[["l_extendedprice", "l_discount"]] = shipping[["l_extendedprice", "l_discount"]].astype("float64")
shipping = shipping.eval("volume = l_extendedprice * (1 - l_discount)")
grouped = shipping.groupby(["supp_nation", "cust_nation", "l_year"])
result = grouped["volume"].sum().to_frame("revenue").sort_index()
