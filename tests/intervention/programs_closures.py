"""Variables around functions that set them or fill what they hold: ``nonlocal``, closures that call each other."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import functools

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


def a_decorator_that_counts_rows(o):
    log = []

    def logged(function):
        @functools.wraps(function)
        def inner(d, *args, **options):
            out = function(d, *args, **options)
            log.append((function.__name__, len(d), len(out)))
            return out

        return inner

    @logged
    def keep(d, least):
        return d[d["qty"] > least]

    @logged
    def first_of_each(d):
        return d.drop_duplicates("shop")

    first_of_each(keep(o, 5))
    return pd.DataFrame(log, columns=["function", "before", "after"])


def a_list_that_two_returned_functions_share(o):
    def ledger():
        rows = []

        def post(x):
            rows.append(x)

        def total():
            return sum(rows)

        return post, total

    post, total = ledger()
    for price in o["price"]:
        post(price)
    return pd.DataFrame({"total": [total()]})


def a_number_that_two_returned_functions_share(o):
    def meter():
        n = 0

        def add(x):
            nonlocal n
            n += x

        def get():
            return n

        return add, get

    add, get = meter()
    for price, q in zip(o["price"], o["qty"], strict=True):
        if q > 4:
            add(price)
    return o[["id"]].assign(z=o["disc"] / get())


def two_made_by_the_same_function(o):
    def ledger():
        held = {}

        def add(k, v):
            held[k] = held.get(k, 0) + v

        def dump():
            return list(held.items())

        return add, dump

    add, dump = ledger()
    other, _ = ledger()
    for shop, q, price in zip(o["shop"], o["qty"], o["price"], strict=True):
        add(shop, q)
        other(shop, price)
    return pd.DataFrame(dump(), columns=["shop", "q"])
