"""Local supplier volume: a nation's number looked up with map, pandas' pipe for each step."""

import pandas as pd

# %%
tables = {
    name: pd.read_parquet(f"{name}.parquet")
    for name in ("region", "nation", "supplier", "customer", "orders", "lineitem")
}

# %%
asia = tables["region"].loc[lambda r: r.r_name == "ASIA", "r_regionkey"]
nations = tables["nation"][tables["nation"].n_regionkey.isin(asia)].set_index("n_nationkey")["n_name"]


# %%
def in_1994(orders):
    """The orders of that year."""
    years = pd.to_datetime(orders["o_orderdate"]).dt.year
    return orders[years == 1994]


def with_revenue(lines):
    """One more column."""
    lines = lines.copy()
    lines["revenue"] = lines["l_extendedprice"].astype(float) * (1 - lines["l_discount"].astype(float))
    return lines


# %%
lines = (
    tables["orders"]
    .pipe(in_1994)
    .merge(tables["customer"], left_on="o_custkey", right_on="c_custkey")
    .merge(tables["lineitem"], left_on="o_orderkey", right_on="l_orderkey")
    .merge(tables["supplier"], left_on="l_suppkey", right_on="s_suppkey")
    .query("c_nationkey == s_nationkey")
    .pipe(with_revenue)
)
lines["n_name"] = lines["s_nationkey"].map(nations)
result = (
    lines.dropna(subset=["n_name"])
    .groupby("n_name", as_index=False)
    .agg({"revenue": "sum"})
    .sort_values("revenue", ascending=False, ignore_index=True)
)
