"""Global sales opportunity."""

import pandas as pd

# %%
customer = pd.read_csv("customer.csv")
orders = pd.read_csv("orders.csv")

# %%
customer["cntrycode"] = customer["c_phone"].str[:2]
chosen = customer[customer["cntrycode"].isin(["13", "31", "23", "29", "30", "18", "17"])]
average = chosen.loc[chosen["c_acctbal"] > 0.00, "c_acctbal"].mean()

# %%
rich = chosen[chosen["c_acctbal"] > average]
idle = rich[~rich["c_custkey"].isin(orders["o_custkey"])]

# %%
result = idle.groupby("cntrycode", as_index=False).agg(numcust=("c_acctbal", "size"), totacctbal=("c_acctbal", "sum"))
result = result.sort_values("cntrycode")
