"""Tables put together by keys."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from functools import reduce

import pandas as pd


def revenue_by_city(o, p):
    d = o[o.qty > 3].merge(p, on="person", how="left").assign(revenue=lambda x: x.qty * x.price)
    return d.groupby(["city", "shop"], as_index=False).agg(
        revenue=("revenue", "sum"), orders=("id", "size"), oldest=("age", "max")
    )


def people_without_big_orders(o, p):
    big = o.loc[o.price > 40, ["person"]].drop_duplicates()
    d = p.merge(big, on="person", how="left", indicator=True)
    return d[d["_merge"] == "left_only"].drop(columns="_merge")


def rate_looked_up(o, h):
    o["rate"] = o["shop"].map(h.set_index("shop")["rate"])
    o["cost"] = o["price"] * o["rate"]
    return o[["id", "cost"]]


def joined_to_aggregates(o, p):
    d = p.set_index("person").join(o.groupby("person").price.mean().rename("mean_price"))
    d["gap"] = d["score"] - d["mean_price"]
    return d.reset_index()[["person", "city", "gap"]]


def region_statistics(o, h):
    d = o.merge(h, on="shop")
    d["adjusted"] = d["price"] * d["rate"]
    out = d.groupby("region")["adjusted"].agg(["sum", "mean"])
    out.columns = ["total", "average"]
    return out.reset_index()


def last_price_before(o):
    left = o.sort_values("day")[["day", "id", "qty"]]
    right = o.sort_values("day")[["day", "price"]].iloc[::5]
    return pd.merge_asof(left, right, on="day")


def merged_one_after_the_other(o):
    parts = [o.groupby("person", as_index=False)[c].sum().rename(columns={c: f"{c}_total"}) for c in ("qty", "price")]
    return reduce(lambda a, b: a.merge(b, on="person"), parts)


def orders_of_the_best_customers(o):
    top = o.groupby("person").price.sum().nlargest(5).index
    return o[o.person.isin(top)][["id", "person", "qty"]]


def pairs_in_the_same_shop(o):
    small = o[o.qty > 6][["id", "shop", "price"]]
    d = small.merge(small, on="shop", suffixes=("", "_other"))
    d = d[d.id < d.id_other]
    return d.assign(gap=(d.price - d.price_other).abs())[["shop", "id", "gap"]]


def outer_with_defaults(o, h):
    sold = o.groupby("shop", as_index=False).qty.sum()
    d = h.merge(sold[sold.qty > 60], on="shop", how="outer")
    d["qty"] = d["qty"].fillna(0)
    return d[["shop", "region", "qty"]]


def left_join_on_two_keys(o):
    best = o.groupby(["shop", "item"], as_index=False)["price"].max().rename(columns={"price": "best"})
    d = o.merge(best, on=["shop", "item"], how="left")
    return d.assign(off=d["best"] - d["price"])[["id", "off"]]


def joined_by_index_of_both(o, h):
    a = o.groupby("shop")["qty"].agg(["sum", "count"])
    b = h.set_index("shop")
    return a.join(b, how="inner").reset_index()


def first_match_only(o, p):
    first = o.sort_values("day").drop_duplicates("person")[["person", "item"]]
    return p.merge(first, on="person", how="left")[["person", "item"]]


def combined_from_two_sources(o):
    a = o[o.qty > 4].set_index("id")["price"]
    b = o[o.qty <= 6].set_index("id")["qty"].astype(float)
    return a.combine_first(b).rename("value").reset_index()


def between_by_condition(o, h):
    d = o[["id", "price"]].merge(h[["region", "rate"]], how="cross")
    return d[d["price"] < d["rate"] * 30][["id", "region"]]


def steps_of_a_reduction(o, p, h):
    tables = {"o": o, "p": p, "h": h}
    tables["o"] = tables["o"].astype({"qty": float})

    def join(left, step):
        right, key = step
        return left.merge(right, on=key)

    steps = [(tables["p"], "person"), (tables["h"], "shop")]
    return reduce(join, steps, tables["o"])[["qty", "age", "rate"]]
