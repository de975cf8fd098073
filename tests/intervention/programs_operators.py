"""Classes that say what operators do with their objects: what goes in and out by ``+``, ``[]``, ``in``, a loop."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd


class _Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return _Money(self.cents + other.cents)

    def __radd__(self, other):
        return _Money(self.cents + other)

    def __mul__(self, times):
        return _Money(self.cents * times)

    def __lt__(self, other):
        return self.cents < other.cents


class _Store:
    def __init__(self):
        self._held = {}

    def __setitem__(self, key, value):
        self._held[key] = value

    def __getitem__(self, key):
        return self._held[key]

    def __contains__(self, key):
        return key in self._held

    def __len__(self):
        return len(self._held)

    def items(self):
        return self._held.items()


class _Days:
    def __init__(self, frame):
        self.frame = frame

    def __iter__(self):
        for day, g in self.frame.groupby("shop"):
            yield day, g["qty"].sum()


class _Column:
    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return iter(self.values)


def added_and_multiplied(o):
    total = sum((_Money(p) * q for p, q in zip(o["price"], o["qty"], strict=True)), _Money(0))
    return pd.DataFrame({"v": [total.cents]})


def two_added(o):
    both = _Money(o["price"].sum()) + _Money(o["qty"].sum())
    return pd.DataFrame({"v": [both.cents]})


def added_one_by_one(o):
    total = _Money(0)
    for p in o["price"]:
        total = total + _Money(p)
    return o[["id"]].assign(x=o["qty"] / total.cents)


def added_in_place(o):
    class Tally:
        def __init__(self):
            self.n = 0

        def __iadd__(self, x):
            self.n += x
            return self

    tally = Tally()
    for q in o["qty"]:
        tally += q
    return o[["id"]].assign(share=o["price"] / tally.n)


def compared(o):
    low, high = _Money(o["price"].min()), _Money(o["qty"].max())
    return pd.DataFrame({"v": [1 if low < high else 0, 2]}) if len(o) else None


def subtracted_points(o):
    @dataclass(frozen=True)
    class Point:
        x: float
        y: float

        def __sub__(self, other):
            return Point(self.x - other.x, self.y - other.y)

        def norm(self):
            return np.hypot(self.x, self.y)

    points = [Point(a, b) for a, b in zip(o["qty"], o["price"], strict=True)]
    return pd.DataFrame({"d": [(q - p).norm() for p, q in itertools.pairwise(points)]})


def looked_up_in_a_frame(o):
    class Means:
        def __init__(self, frame):
            self.frame = frame

        def __getitem__(self, shop):
            return self.frame.loc[self.frame["shop"] == shop, "price"].mean()

    means = Means(o)
    return pd.DataFrame({"shop": ["A", "B"], "v": [means[k] for k in ["A", "B"]]})


def entries_set(o):
    store = _Store()
    for k, g in o.groupby("shop"):
        store[k] = g["qty"].sum()
    return pd.DataFrame(list(store.items()), columns=["k", "v"])


def entries_set_and_read(o, h):
    store = _Store()
    for k, rate in zip(h["shop"], h["rate"], strict=True):
        store[k] = rate
    return o[["id"]].assign(v=[(s in store) * store[s] for s in o["shop"]])


def how_many_it_holds(o):
    store = _Store()
    for k, q in zip(o["shop"], o["qty"], strict=True):
        if q > 7:
            store[k] = q
    return pd.DataFrame({"n": [len(store)]})


def looped_over(o):
    return pd.DataFrame([{"shop": s, "q": q * 2} for s, q in _Days(o)])


def looped_over_by_a_statement(o):
    rows = []
    for shop, q in _Days(o):
        rows.append({"shop": shop, "q": q})
    return pd.DataFrame(rows)


def made_a_list(o):
    return pd.DataFrame(list(_Days(o)), columns=["shop", "q"])


def items_of_what_it_keeps(o):
    column = _Column(o["price"])
    return pd.DataFrame({"x": [np.sqrt(p) for p in column]})


def a_pipeline_by_shifting(o):
    class Pipeline:
        def __init__(self, frame):
            self.frame = frame

        def __rshift__(self, step):
            return Pipeline(step(self.frame))

    made = Pipeline(o) >> (lambda f: f[f["qty"] > 3]) >> (lambda f: f.assign(v=f["price"] * 2))
    return made.frame[["id", "v"]]


def an_object_that_is_negated(o):
    class Signal:
        def __init__(self, level):
            self.level = level

        def __neg__(self):
            return Signal(-self.level)

    turned = -Signal(o["price"].mean())
    return o[["id"]].assign(x=o["qty"] + turned.level)
