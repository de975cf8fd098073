"""Global sales opportunity: a left join whose missing partners are kept, named totals."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet")
orders = pd.read_parquet("orders.parquet")
codes = ["13", "31", "23", "29", "30", "18", "17"]

# %%
customer = customer.assign(cntrycode=customer["c_phone"].str.slice(0, 2), c_acctbal=customer["c_acctbal"].astype(float))
customer = customer.loc[customer["cntrycode"].isin(codes), ["c_custkey", "c_acctbal", "cntrycode"]]
average = customer["c_acctbal"].where(customer["c_acctbal"] > 0).mean()
customer = customer.loc[customer["c_acctbal"] > average]

# %%
keys = orders[["o_custkey"]].drop_duplicates()
joined = customer.merge(keys, left_on="c_custkey", right_on="o_custkey", how="left")
lonely = joined[joined["o_custkey"].isna()]

# %%
groups = lonely.groupby("cntrycode")
result = pd.concat(
    [groups.size().rename("numcust"), groups["c_acctbal"].sum().rename("totacctbal")], axis=1
).sort_index()
