"""Variables around functions that set them or fill what they hold: ``nonlocal``, closures that call each other."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import pandas as pd


def total_set_inside(o):
    s = 0

    def add(x):
        nonlocal s
        s += x

    for q in o["qty"]:
        add(q)
    return pd.DataFrame({"v": [s]})


def latest_that_fits(o):
    best = None

    def see(shop, x):
        nonlocal best
        if x > 5:
            best = shop

    for s, q in zip(o["shop"], o["qty"], strict=True):
        see(s, q)
    return pd.DataFrame({"v": [best]})


def frame_set_inside(o):
    f = o[["id", "qty"]]

    def keep():
        nonlocal f
        f = f[f["qty"] > 3]

    keep()
    return f.assign(w=f["qty"] * 2)


def list_replaced_inside(o):
    rows = []

    def add(x):
        nonlocal rows
        rows = [*rows, x]

    for q in o["price"]:
        add(q)
    return pd.DataFrame({"v": rows})


def limit_set_two_levels_below(o):
    limit = 0

    def measure():
        def put(x):
            nonlocal limit
            limit = x

        put(o["qty"].mean())

    measure()
    return o.loc[o["price"] > limit, ["id"]]


def filled_two_levels_below(o):
    out = {}

    def work(x):
        out["a"] = x

    def main():
        work(o["price"].sum())

    main()
    return pd.DataFrame({"v": [out["a"]]})


def filled_three_levels_below(o):
    out = []

    def work(x):
        out.append(x)

    def main(k):
        work(o["price"].sum() * k)

    def top():
        main(o["qty"].sum())

    top()
    return pd.DataFrame({"v": out})


def two_variables_of_one_name(o):
    def outer():
        rows = []

        def put(x):
            rows.append(x)

        put(o["qty"].sum())
        return rows

    rows = []

    def get(x):
        rows.append(x)

    def both():
        return outer(), get(o["price"].sum())

    both()
    return pd.DataFrame({"v": rows})


def own_variable_of_that_name(o):
    rows = []

    def put(x):
        rows.append(x)

    def other():
        rows = []
        put(o["price"].sum())
        rows.append(o["qty"].sum())
        return rows

    return pd.DataFrame({"v": other()})
