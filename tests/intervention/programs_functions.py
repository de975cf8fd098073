"""Functions of the user's, loops over rows and groups."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import pandas as pd

from tests.intervention import steps
from tests.intervention.steps import totals


def three_ways_to_map(o, h):
    o["x"] = o.apply(lambda row: row.qty * 2 + row["price"], axis=1)
    o["y"] = o.item.map({"ink": 1, "pen": 2, "pad": 3, "cup": 4})
    o["w"] = o.shop.map(h.set_index("shop").rate)
    return o[["id", "x", "y", "w"]]


def segment_by_function(o):
    def segment(row):
        if row["qty"] > 5:
            return "hi"
        return "lo" if row["price"] > 20 else row["shop"]

    o["segment"] = o.apply(segment, axis=1)
    return o.segment.value_counts().reset_index()


def a_loop_over_groups(o):
    out = []
    for key, g in o.groupby("shop"):
        out.append({"shop": key, "top": g.price.max(), "n": len(g)})
    return pd.DataFrame(out)


def a_loop_over_rows(o):
    rows = []
    for _, row in o.head(20).iterrows():
        rows.append((row["id"], row.qty * row.price))
    return pd.DataFrame(rows, columns=["id", "revenue"])


def tuples_of_rows(o):
    total = {}
    for row in o.itertuples():
        total[row.shop] = total.get(row.shop, 0) + row.qty
    return pd.DataFrame({"shop": list(total), "qty": list(total.values())})


def piped(o):
    def add(d, name, by):
        return d.assign(**{name: d[by] * 2})

    def keep(d, least):
        return d[d["twice"] > least]

    return o.pipe(add, "twice", "qty").pipe(keep, least=6)[["id", "twice"]]


def a_closure_over_another_frame(o, h):
    rates = h.set_index("shop")["rate"].to_dict()

    def cost(row):
        return row["price"] * rates.get(row["shop"], 1.0)

    return pd.DataFrame({"id": o["id"], "cost": o.apply(cost, axis=1)})


def columns_of_a_function(o):
    def parts(text):
        words = (text or "").split(" ")
        return pd.Series({"first": words[0], "many": len(words)})

    return pd.concat([o[["id"]], o["note"].apply(parts)], axis=1)


def transformed_by_lambda(o):
    o["centred"] = o.groupby("shop")["price"].transform(lambda s: (s - s.mean()) / s.std())
    return o[["id", "centred"]]


def a_dict_filled_by_a_function(h):
    def fill(into, keys, values):
        for key, value in zip(keys, values, strict=True):
            into[key] = into.get(key, 0) + value

    total = {}
    fill(total, h["region"], h["rate"])
    return pd.Series(total).rename_axis("region").reset_index(name="rate")


def a_list_that_functions_share(h):
    rows = []

    def note(name, value):
        rows.append({"name": name, "value": value})

    note("top", h["rate"].max())
    note(h["region"].iloc[0], 1)
    return pd.DataFrame(rows)


def what_a_function_given_to_apply_adds_up(h):
    total = {}

    def add(row):
        total[row["region"]] = total.get(row["region"], 0) + row["rate"]

    h.apply(add, axis=1)
    return pd.Series(total)


def a_function_that_remembers(p):
    known = {}

    def oldest(city):
        if city not in known:
            known[city] = p.loc[p["city"] == city, "age"].max()
        return known[city]

    return p["city"].map(oldest)


def looked_up_by_a_row(o, h):
    rates = h.set_index("shop")["rate"]
    return o.head(9).apply(lambda row: row["price"] * rates.at[row["shop"]], axis=1)


def a_log_of_a_chain_of_calls(p):
    class Steps:
        def __init__(self, d):
            self.d, self.log = d, []

        def total(self, column):
            self.log.append((column, self.d[column].sum()))
            return self

    steps = Steps(p).total("age").total("person")
    return pd.DataFrame(steps.log, columns=["step", "total"])


def a_dict_filled_by_a_method(h):
    found = {}
    steps.Rules().decide(found, h["shop"], h["rate"])
    return pd.Series(found)


def functions_of_a_module(p, h):
    found = totals(h["region"], h["rate"])
    steps.add(found, p["city"], p["age"])
    return pd.Series(found)


def a_function_that_remembers_what_it_gave(o):

    means = o.groupby("shop")["price"].mean()

    @lru_cache(None)
    def mean_of(shop):
        return means[shop]

    return o["shop"].map(mean_of)


def looked_up_in_a_series_outside(o, p):
    ages = p.set_index("person")["age"]

    def age(k):
        return ages.get(k, 0)

    return o[["id"]].assign(age=o["person"].map(age))


def looked_up_once_for_each(o, p):
    ages = p.set_index("person")["age"]

    @lru_cache(None)
    def age(k):
        return ages.get(k, 0)

    return o[["id"]].assign(age=o["person"].map(age))


def method_by_computed_name(o):
    how = {"price": "mean", "qty": "max"}
    return pd.DataFrame({"v": [getattr(o[column], name)() for column, name in how.items()]})


def _scaled(x, by):
    return x * by


def partial_in_a_variable(o, h):
    scale = partial(_scaled, by=h["rate"].max())
    return pd.DataFrame({"mapped": o["price"].map(scale), "listed": [scale(x) for x in o["price"]]})


def method_of_a_dict_as_the_function(o, h):
    rate = dict(zip(h["shop"], h["rate"], strict=True))
    get = rate.get
    return o[["id"]].assign(mapped=o["shop"].map(rate.get), listed=[get(shop) for shop in o["shop"]])


def method_of_a_series_as_the_function(o, h):
    rate = h.set_index("shop")["rate"]
    return pd.DataFrame({"mapped": o["shop"].map(rate.get), "listed": [rate.get(shop, 0) for shop in o["shop"]]})


def function_made_of_numbers(o, h):
    line = np.poly1d([h["rate"].max(), 1])
    return pd.DataFrame({"called": line(o["price"]), "mapped": o["qty"].map(line)})
