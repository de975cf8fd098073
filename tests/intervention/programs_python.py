"""numpy and plain Python between two frames."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.intervention.programs import unobserved


def a_helper_with_arrays(o):
    def limited(d, k=2):
        m = d.price.to_numpy()
        return np.clip(m * k, 0, 40)

    o["v"] = limited(o)
    a = np.log1p(o.qty.values)
    o["l"] = a + 1
    return o[["id", "v", "l"]]


def zipped_into_a_dict(o, p):
    city = dict(zip(p.person, p.city, strict=True))
    o["city"] = o.person.map(city)
    return o[["id", "city"]]


def selected_by_conditions(o):
    conditions = [o.qty > 6, o.price > 30]
    o["segment"] = np.select(conditions, ["q", "p"], default="x")
    o["most"] = o[["qty", "price"]].max(axis=1)
    return o[["id", "segment", "most"]]


@unobserved("out.a <- o.price", "an array's columns are not told apart")
@unobserved("out.b <- o.qty", "an array's columns are not told apart")
def a_matrix(o):
    x = o[["qty", "price"]].to_numpy()
    x = (x - x.mean(0)) / x.std(0)
    z = pd.DataFrame(x, columns=["a", "b"], index=o.index)
    return pd.concat([o[["id"]], z], axis=1)


def listed(o):
    o["revenue"] = [q * p for q, p in zip(o.qty, o.price, strict=True)]
    o["more"] = o.price.apply(lambda v: v + 1)
    o["q"] = o.qty.clip(upper=o.qty.quantile(0.9))
    return o[["id", "revenue", "more", "q"]]


def a_limit_from_a_list(o):
    prices = sorted(o["price"].tolist())
    limit = prices[len(prices) // 2]
    return o[o["price"] >= limit][["id", "item"]]


def a_set_of_shops(o, h):
    good = {shop for shop, rate in zip(h["shop"], h["rate"], strict=True) if rate > 1}
    return o[o["shop"].isin(good)][["id", "price"]]


def counted_by_hand(o):
    counts = {}
    for item in o["item"]:
        counts[item] = counts.get(item, 0) + 1
    o["often"] = o["item"].map(counts)
    return o[["id", "often"]]


def a_number_decides(o):
    n = int(o["qty"].max())
    return o.sort_values("price").head(n)[["id", "price"]]


def fitted_line(o):
    slope = np.cov(o["qty"], o["price"])[0, 1] / np.var(o["qty"])
    o["fitted"] = o["price"].mean() + slope * (o["qty"] - o["qty"].mean())
    o["residual"] = o["price"] - o["fitted"]
    return o[["id", "residual"]]


def binned_by_numpy(o):
    edges = np.quantile(o["price"], [0.25, 0.5, 0.75])
    o["quarter"] = np.digitize(o["price"], edges)
    return o.groupby("quarter", as_index=False)["qty"].sum()
