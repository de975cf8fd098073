"""Minimum cost supplier: transform instead of a second join, names put together by a function."""

from functools import reduce

import pandas as pd


# %%
def load(name, *columns):
    """Some columns of a table."""
    return pd.read_parquet(f"{name}.parquet", columns=list(columns) or None)


region = load("region", "r_regionkey", "r_name").query("r_name == 'EUROPE'")
nation = load("nation", "n_nationkey", "n_name", "n_regionkey")
supplier = load("supplier")
partsupp = load("partsupp", "ps_partkey", "ps_suppkey", "ps_supplycost")
part = load("part", "p_partkey", "p_mfgr", "p_size", "p_type").query("p_size == 15")
part = part.loc[part.p_type.str.contains(r"BRASS$")]

# %%
frames = [
    region.rename(columns={"r_regionkey": "n_regionkey"}),
    nation.rename(columns={"n_nationkey": "s_nationkey"}),
    supplier.rename(columns={"s_suppkey": "ps_suppkey"}),
    partsupp.rename(columns={"ps_partkey": "p_partkey"}),
    part,
]
keys = ["n_regionkey", "s_nationkey", "ps_suppkey", "p_partkey"]
offers = reduce(lambda left, step: left.merge(step[0], on=step[1]), zip(frames[1:], keys, strict=True), frames[0])

# %%
offers["cheapest"] = offers.groupby("p_partkey")["ps_supplycost"].transform("min")
result = (
    offers.loc[
        lambda d: d["ps_supplycost"] == d["cheapest"],
        ["s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment"],
    ]
    .astype({"s_acctbal": float})
    .sort_values(by=["s_acctbal", "n_name", "s_name", "p_partkey"], ascending=[False, True, True, True])
    .iloc[:100]
    .reset_index(drop=True)
)
