"""Pricing summary report: one chain of query, assign, groupby and agg by dictionary."""

import pandas as pd

# %%
lineitem = pd.read_parquet("lineitem.parquet")
numbers = ["l_quantity", "l_extendedprice", "l_discount", "l_tax"]
lineitem[numbers] = lineitem[numbers].astype(float)
lineitem["l_shipdate"] = pd.to_datetime(lineitem["l_shipdate"])
last_day = pd.Timestamp("1998-12-01") - pd.Timedelta(days=90)

# %%
result = (
    lineitem.query("l_shipdate <= @last_day")
    .assign(
        disc_price=lambda d: d.l_extendedprice * (1 - d.l_discount),
        charge=lambda d: d.disc_price * (1 + d.l_tax),
    )
    .groupby(["l_returnflag", "l_linestatus"])
    .agg(
        {
            "l_quantity": ["sum", "mean"],
            "l_extendedprice": ["sum", "mean"],
            "disc_price": "sum",
            "charge": "sum",
            "l_discount": ["mean", "size"],
        }
    )
)

# %%
result.columns = ["_".join(c) for c in result.columns]
result = result.rename(
    columns={
        "l_quantity_sum": "sum_qty",
        "l_extendedprice_sum": "sum_base_price",
        "disc_price_sum": "sum_disc_price",
        "charge_sum": "sum_charge",
        "l_quantity_mean": "avg_qty",
        "l_extendedprice_mean": "avg_price",
        "l_discount_mean": "avg_disc",
        "l_discount_size": "count_order",
    }
).sort_index()
result = result[
    [
        "sum_qty", "sum_base_price", "sum_disc_price", "sum_charge",
        "avg_qty", "avg_price", "avg_disc", "count_order",
    ]
]  # fmt: skip
