"""Objects in containers: reached by keys, in loops, by their methods, by functions that are given one."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from tests.intervention.programs import unobserved


def dict_of_objects_read_later(o):
    class Order:
        def __init__(self):
            self.lines = []

    orders = {k: Order() for k in "ABCD"}
    for k, q in zip(o["shop"], o["qty"], strict=True):
        orders[k].lines.append(q)
    a = orders["A"]
    return pd.DataFrame({"v": a.lines})


def list_of_objects_attr(o):
    class Acc:
        def __init__(self, name):
            self.name, self.total = name, 0.0

    accs = [Acc(n) for n in "ABCD"]
    for a in accs:
        a.total += o.loc[o["shop"] == a.name, "price"].sum()
    return pd.DataFrame({"n": [a.name for a in accs], "t": [a.total for a in accs]})


def list_of_objects_scalar_totals(o):
    @dataclass
    class Acc:
        name: str
        total: float = 0.0

    accs = {n: Acc(n) for n in "ABCD"}
    for s, q in zip(o["shop"], o["qty"], strict=True):
        accs[s].total += q
    return pd.DataFrame([(a.name, a.total) for a in accs.values()], columns=["n", "t"])


def state_rows_last_update(o):
    state = {"rows": []}
    for i, q, p in zip(o["id"], o["qty"], o["price"], strict=True):
        state["rows"].append({"id": i})
        state["rows"][-1].update(q=q)
        state["rows"][-1]["p"] = p
    return pd.DataFrame(state["rows"])


@unobserved("out.<rows> <- o.shop", "there is a total for every object, also of no items")
def objects_method_list(o):
    class Basket:
        def __init__(self, shop):
            self.shop = shop
            self.items = []

        def add(self, x):
            self.items.append(x)

    bs = [Basket(s) for s in "ABCD"]
    for b in bs:
        for q in o.loc[o["shop"] == b.shop, "qty"]:
            b.add(q)
    return pd.Series([sum(b.items) for b in bs])


def get_entry_alias(o):
    class P:
        def __init__(self):
            self.n = 0

    d = {}
    for s, q in zip(o["shop"], o["qty"], strict=True):
        x = d.get(s)
        if x is None:
            x = d[s] = P()
        x.n += q
    return pd.DataFrame([(k, v.n) for k, v in d.items()], columns=["k", "n"])


def list_last_object(o):
    @dataclass
    class Run:
        shop: str
        qty: list = field(default_factory=list)

    runs = []
    for s, q in zip(o["shop"], o["qty"], strict=True):
        if not runs or runs[-1].shop != s:
            runs.append(Run(s))
        runs[-1].qty.append(q)
    return pd.DataFrame({"shop": [r.shop for r in runs], "n": [sum(r.qty) for r in runs]})


def tuple_of_lists(o):
    xs, ys = pair = ([], [])
    for a, b in zip(o["qty"], o["price"], strict=True):
        pair[0].append(a)
        pair[1].append(b)
    return pd.DataFrame({"x": xs, "y": ys})


def passed_entry_to_function(o):
    def bump(rec, v):
        rec["n"] += v

    recs = {s: {"n": 0} for s in "ABCD"}
    for s, q in zip(o["shop"], o["qty"], strict=True):
        bump(recs[s], q)
    return pd.DataFrame(recs).T.reset_index()


def passed_object_entry_to_function(o):
    class R:
        def __init__(self):
            self.n = 0

    def bump(rec, v):
        rec.n += v

    recs = {s: R() for s in "ABCD"}
    for s, q in zip(o["shop"], o["qty"], strict=True):
        bump(recs[s], q)
    return pd.DataFrame({"k": list(recs), "n": [r.n for r in recs.values()]})
