"""Values that travel through plain Python between one frame and the next."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import functools
import itertools
from collections import defaultdict

import numpy as np
import pandas as pd

from tests.intervention.programs import unobserved


def tuples_unpacked(o):
    low, high = o["price"].min(), o["qty"].max()
    (a, b), c = (low, high), o["price"].max()
    return o[["id"]].assign(x=a * 2, y=b + 1, z=c)


def a_walrus(o):
    if (middle := o["price"].median()) > 0:
        o["above"] = o["price"] > middle
    return o[["id", "above"]]


def defaults_of_arguments(o):
    def scaled(s, by=o["qty"].max()):  # noqa: B008  # the point of it
        return s / by

    return pd.DataFrame({"x": scaled(o["price"])})


def keywords_and_stars(o):
    def combine(first, *others, factor=1):
        return first * factor + sum(others)

    return pd.DataFrame({"x": combine(o["price"], o["qty"], factor=o["qty"].mean())})


def partially_applied(o):
    above = functools.partial(np.greater, o["price"])
    return o.loc[above(o["qty"] * 5), ["id"]]


def a_generator(o):
    def scaled():
        for value in o["price"]:
            yield value * 2

    return pd.DataFrame({"x": list(scaled())})


def a_default_dict(o):
    totals = defaultdict(float)
    for shop, price in zip(o["shop"], o["price"], strict=True):
        totals[shop] += price
    o["total"] = o["shop"].map(totals)
    return o[["id", "total"]]


def a_while_loop(o):
    found, i = [], 0
    while i < 5:
        found.append(o["price"].iloc[i] + o["qty"].iloc[i])
        i += 1
    return pd.DataFrame({"x": found})


def a_conditional_expression(o):
    factor = o["qty"].mean() if o["price"].mean() > 0 else 1
    return pd.DataFrame({"x": o["price"] * factor})


def methods_of_an_object(o):
    class Scale:
        def __init__(self, column):
            self.low, self.high = column.min(), column.max()

        def __call__(self, column):
            return (column - self.low) / (self.high - self.low)

    scale = Scale(o["price"])
    return pd.DataFrame({"x": scale(o["qty"])})


def recursion(o):
    def total(values):
        return values[0] + total(values[1:]) if values else 0

    return pd.DataFrame({"x": [total(o["qty"].tolist()[:10])]})


def enumerated_and_filtered(o):
    kept = [i for i, price in enumerate(o["price"]) if price > 20]
    return o.iloc[kept][["id", "item"]]


def grouped_by_itertools(o):
    pairs = sorted(zip(o["shop"], o["price"], strict=True))
    rows = [(shop, max(p for _, p in group)) for shop, group in itertools.groupby(pairs, key=lambda t: t[0])]
    return pd.DataFrame(rows, columns=["shop", "top"])


def dict_methods(o):
    best = {}
    for shop, price in zip(o["shop"], o["price"], strict=True):
        best[shop] = max(best.get(shop, 0), price)
    best.update({"E": 0})
    return pd.DataFrame(sorted(best.items()), columns=["shop", "best"])


def set_arithmetic(o):
    dear = set(o.loc[o["price"] > 30, "person"])
    many = set(o.loc[o["qty"] > 6, "person"])
    return pd.DataFrame({"person": sorted(dear & many)})


def text_made_of_values(o):
    names = ",".join(sorted(o.loc[o["qty"] > 7, "item"].unique()))
    o["has"] = [item in names for item in o["item"]]
    return o[["id", "has"]]


def a_frame_built_row_by_row(o):
    out = pd.DataFrame(columns=["shop", "mean"])
    for shop in sorted(o["shop"].unique()):
        out.loc[len(out)] = [shop, o.loc[o["shop"] == shop, "price"].mean()]
    return out


def cells_set_one_by_one(o):
    d = o.head(10).copy()
    d["x"] = 0.0
    for i in d.index:
        d.at[i, "x"] = d.at[i, "price"] * 2
    return d[["id", "x"]]


def an_accumulated_frame(o):
    total = None
    for column in ("qty", "price"):
        part = o[column] / o[column].max()
        total = part if total is None else total + part
    return total.to_frame("score")


def sums_by_reduce(o):
    columns = [o["qty"], o["price"], o["disc"].fillna(0)]
    return functools.reduce(lambda a, b: a + b, columns).to_frame("x")


def columns_by_comprehension(o):
    d = pd.DataFrame({f"{c}_rank": o[c].rank() for c in ("qty", "price")})
    return d.assign(both=d.sum(axis=1))


def nested_dicts(o):
    limits = {"price": {"low": o["price"].quantile(0.1), "high": o["price"].quantile(0.9)}}
    return o[o["price"].between(limits["price"]["low"], limits["price"]["high"])][["id"]]


def a_decorated_function(o):
    def logged(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            return function(*args, **kwargs)

        return call

    @logged
    def revenue(d):
        return d["qty"] * d["price"]

    return pd.DataFrame({"x": revenue(o)})


def an_exception_on_the_way(o):
    try:
        x = o["missing"]
    except KeyError:
        x = o["price"]
    finally:
        y = o["qty"]
    return pd.DataFrame({"x": x + y})


def numbers_by_numpy(o):
    hist, edges = np.histogram(o["price"], bins=4)
    return pd.DataFrame({"n": hist, "from": edges[:-1]})


def interpolated_by_numpy(o):
    points = np.sort(o["price"].to_numpy())[[0, 20, 40, 59]]
    o["x"] = np.interp(o["qty"], [1, 3, 6, 8], points)
    return o[["id", "x"]]


def grid_of_two(o, h):
    grid = list(itertools.product(h["shop"], sorted(o["item"].unique())))
    d = pd.DataFrame(grid, columns=["shop", "item"])
    return d.merge(o.groupby(["shop", "item"], as_index=False)["qty"].sum(), how="left").fillna({"qty": 0})


def appended_in_a_comprehension(o):
    seen = []
    [seen.append(x * 2) for x in o["price"] if x > 20]
    return pd.DataFrame({"x": seen})


def a_list_times_a_number(h, p):
    n = int(h["rate"].max() * 3)
    return pd.DataFrame({"x": [p["age"].min()] * n})


def records_of_two_lists(h, p):
    shops = [{"name": s, "value": r} for s, r in zip(h["shop"], h["rate"], strict=True)]
    shops += [{"name": "all", "value": h["rate"].sum()}]
    cities = [{"name": c, "value": a} for c, a in zip(p["city"], p["age"], strict=True)]
    return pd.DataFrame(shops + cities)


def arrays_chosen_by_a_mask_side_by_side(o):
    qty, price = o["qty"].to_numpy(), o["price"].to_numpy()
    mask = qty > qty.mean()
    return pd.DataFrame({"sum": np.column_stack([qty[mask], price[mask]]).sum(axis=1)})


@unobserved("out.<rows> <- o.shop", "what a try computes may be what it raised for")
def raised_by_a_function_under_a_condition(o):
    def checked(row):
        if row.qty > 6:
            raise ValueError(row.id)
        return row.shop

    bad = []
    for row in o.itertuples():
        try:
            checked(row)
        except ValueError as error:
            bad.append(error.args[0])
    return pd.DataFrame({"bad": bad})


def means_of_windows(o):
    prices = o.price[o.qty > 3].to_numpy()
    return pd.DataFrame({"mean": np.lib.stride_tricks.sliding_window_view(prices, 5).mean(axis=1)})
