"""Volume shipping."""

import pandas as pd

# %%
supplier = pd.read_csv("supplier.csv")
lineitem = pd.read_csv("lineitem.csv", parse_dates=["l_shipdate"])
orders = pd.read_csv("orders.csv")
customer = pd.read_csv("customer.csv")
nation = pd.read_csv("nation.csv")

# %%
names = nation[["n_nationkey", "n_name"]]
sellers = supplier.merge(
    names.rename(columns={"n_nationkey": "s_nationkey", "n_name": "supp_nation"}), on="s_nationkey"
)
buyers = customer.merge(names.rename(columns={"n_nationkey": "c_nationkey", "n_name": "cust_nation"}), on="c_nationkey")

# %%
period = lineitem[(lineitem["l_shipdate"] >= "1995-01-01") & (lineitem["l_shipdate"] <= "1996-12-31")]
shipping = period.merge(sellers, left_on="l_suppkey", right_on="s_suppkey")
shipping = shipping.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
shipping = shipping.merge(buyers, left_on="o_custkey", right_on="c_custkey")
there = (shipping["supp_nation"] == "FRANCE") & (shipping["cust_nation"] == "GERMANY")
back = (shipping["supp_nation"] == "GERMANY") & (shipping["cust_nation"] == "FRANCE")
shipping = shipping[there | back].copy()

# %%
shipping["l_year"] = shipping["l_shipdate"].dt.year
shipping["volume"] = shipping["l_extendedprice"] * (1 - shipping["l_discount"])
keys = ["supp_nation", "cust_nation", "l_year"]
result = shipping.groupby(keys).agg(revenue=("volume", "sum")).reset_index().sort_values(by=keys)
