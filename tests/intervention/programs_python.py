"""numpy and plain Python between two frames."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from operator import itemgetter

import numpy as np
import pandas as pd


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


def seasonal_parts(o):
    d = o.sort_values("day").set_index("day")
    d["weekday"] = d.index.dayofweek
    d["weekend"] = d.index.dayofweek >= 5
    return d.reset_index(drop=True)[["id", "weekday", "weekend"]]


def kept_by_an_index(o, p):
    active = o.groupby("person").filter(lambda g: len(g) > 3).set_index("person").index.unique()
    return p[p["person"].isin(active)][["person", "city"]]


def zscores_by_scipy_like_code(o):
    values = o["price"].to_numpy()
    centred = values - values.mean()
    o["z"] = centred / np.sqrt((centred**2).mean())
    return o[["id", "z"]]


def a_lookup_written_by_hand(o, p):
    ages = {}
    for row in p.to_dict("records"):
        ages[row["person"]] = row["age"]
    o["age"] = [ages[k] for k in o["person"]]
    return o[["id", "age"]]


def sorted_by_a_python_key(o):
    records = sorted(zip(o["id"], o["price"], strict=True), key=lambda pair: -pair[1])
    return pd.DataFrame(records[:10], columns=["id", "price"])


def chunks(o):
    parts = [o.iloc[i : i + 20] for i in range(0, len(o), 20)]
    return pd.DataFrame({"mean": [part["price"].mean() for part in parts]})


def bootstrapped(o):
    random = np.random.default_rng(0)
    means = [o["price"].iloc[random.integers(0, len(o), len(o))].mean() for _ in range(5)]
    return pd.DataFrame({"mean": means})


def one_hot_by_hand(o):
    for item in sorted(o["item"].unique()):
        o[f"is_{item}"] = (o["item"] == item).astype(int)
    return o[["id", "is_ink", "is_pen"]]


def a_class_that_cleans(o):
    class Cleaner:
        def fit(self, d):
            self.middle = d["disc"].median()
            return self

        def transform(self, d):
            return d.assign(disc=d["disc"].fillna(self.middle))

    return Cleaner().fit(o).transform(o)[["id", "disc"]]


def counted_with_a_counter(o):
    from collections import Counter

    counts = Counter(o["shop"])
    return pd.DataFrame(counts.items(), columns=["shop", "n"])


def a_weighted_sum_by_matrix(o):
    weights = np.array([2.0, 0.5])
    o["score"] = o[["qty", "price"]].to_numpy() @ weights
    return o[["id", "score"]]


def thresholds_from_a_frame(o, h):
    limit = h.loc[h["region"] == "n", "rate"].max() * 20
    return o.loc[o["price"] > limit, ["id"]]


def an_array_written_to(p):
    ages = p["age"].to_numpy(copy=True)
    ages[p["score"].to_numpy() > 0] = 0
    return pd.DataFrame({"person": p["person"], "age": ages})


def columns_of_an_array_written_to(p):
    x = p[["person", "age", "score"]].to_numpy(dtype=float)
    x -= x.mean(axis=0)
    x[:, 1] /= x[:, 1].max()
    return pd.DataFrame(x, columns=["a", "b", "c"])


def as_many_items_as_values_say(h):
    times = (h["rate"].to_numpy() * 3).astype(int)
    return pd.DataFrame({"shop": np.repeat(h["shop"].to_numpy(), times)})


def counts_of_small_numbers(p):
    return pd.Series(np.bincount(p["age"].to_numpy() // 20))


def rows_unpacked(p):
    return pd.DataFrame([{"who": f"{i}{city}", "age": age} for i, (_, city, age, _) in p.iterrows()])


def sorted_by_an_item(p):
    first = sorted(zip(p["person"], p["age"], strict=True), key=itemgetter(1))[:4]
    return pd.DataFrame(first, columns=["person", "age"])


def two_numbers_that_make_each_other(p):
    x, y = p["person"].to_numpy(), p["age"].to_numpy()
    slope, start = 0.0, 0.0
    for _ in range(3):
        error = slope * x + start - y
        slope -= 0.01 * (error * x).mean()
        start -= 0.01 * error.mean()
    return pd.DataFrame({"slope": [slope], "start": [start]})


def added_in_an_expression(p):
    seen, old = set(), []
    first = [city for city in p["city"] if not (city in seen or seen.add(city))]
    _ = [old.append(age) if age > 40 else None for age in p["age"]]
    return pd.concat([pd.Series(sorted(seen)), pd.Series(old)]) if first else None


def columns_side_by_side(p):
    both = p[["age", "score"]].to_numpy()
    beside = np.column_stack([p["person"], both * 2, np.ones(len(p))])
    turned = np.array([p["age"], p["score"]]).T
    return pd.DataFrame({"a": beside[:, 1], "b": beside[:, 2], "c": turned[:, 0]})


def seeded(h):
    np.random.seed(3)
    return h.assign(x=np.where(h["rate"] > 1, h["region"], "?"))["x"]
