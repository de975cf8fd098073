"""Functions that a key or a test chose out of several."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import operator

import pandas as pd

WAYS = {"A": lambda p, q: p * 2, "B": lambda p, q: q, "C": lambda p, q: 0, "D": lambda p, q: 1}


def by_a_key(o):
    ways = {"A": lambda p: p * 2, "B": lambda p: p + 1, "C": abs, "D": round}
    return o[["id"]].assign(v=[ways[k](p) for k, p in zip(o["shop"], o["price"], strict=True)])


def by_a_key_with_a_default(o):
    def double(p):
        return p * 2

    ways = {"A": double, "B": lambda p: p / 2}
    found = []
    for k, p in zip(o["shop"], o["price"], strict=True):
        way = ways.get(k, float)
        found.append(way(p))
    return o[["id"]].assign(v=found)


def constants_by_a_key(o):
    ways = {"A": lambda: 1, "B": lambda: 2, "C": lambda: 3, "D": lambda: 4}
    return o[["id"]].assign(v=[ways[k]() for k in o["shop"]])


def of_the_module_by_a_key(o):
    return o[["id"]].assign(v=[WAYS[k](p, q) for k, p, q in zip(o["shop"], o["price"], o["qty"], strict=True)])


def of_a_library_by_a_key(o):
    ways = {"A": operator.add, "B": operator.mul, "C": operator.sub, "D": max}
    return o[["id"]].assign(v=[ways[k](p, q) for k, p, q in zip(o["shop"], o["price"], o["qty"], strict=True)])


def by_a_constant_key(o):
    ways = {"a": lambda d: d["price"] * 2, "b": lambda d: d["qty"]}
    return o[["id"]].assign(a=ways["a"](o), b=ways["b"](o))


def out_of_a_list(o):
    ways = [lambda p: p, lambda p: p * 2]
    return o[["id"]].assign(v=[ways[q % 2](p) for q, p in zip(o["qty"], o["price"], strict=True)])


def set_one_by_one(o):
    ways = {}
    ways["A"] = lambda p: p * 2
    ways["B"] = lambda p: 1.0
    return o[["id"]].assign(v=[ways[k](p) if k in ways else 0 for k, p in zip(o["shop"], o["price"], strict=True)])


def registered_by_a_decorator(o):
    ways = {}

    def way(name):
        def register(function):
            ways[name] = function
            return function

        return register

    @way("A")
    def double(p):
        return p * 2

    return o[["id"]].assign(v=[ways.get(k, abs)(p) for k, p in zip(o["shop"], o["price"], strict=True)])


def by_a_test(o):
    def dear(p):
        return p * 2

    def cheap(p):
        return p

    return o[["id"]].assign(v=[(dear if q > 4 else cheap)(p) for q, p in zip(o["qty"], o["price"], strict=True)])


def classes_by_a_key(o):
    class Big:
        def __init__(self, p):
            self.p = p * 2

    class Small:
        def __init__(self, p):
            self.p = p

    kinds = {"A": Big, "B": Small, "C": Small, "D": Big}
    return o[["id"]].assign(v=[kinds[k](p).p for k, p in zip(o["shop"], o["price"], strict=True)])


def methods_by_a_key(o):
    big, small = [], []
    into = {True: big.append, False: small.append}
    for q, p in zip(o["qty"], o["price"], strict=True):
        into[q > 4](p)
    return pd.DataFrame({"big": [sum(big)], "small": [sum(small)]})


def with_effects_by_a_key(o):
    total = {"n": 0, "m": 0}

    def more(x):
        total["n"] += x

    def less(x):
        total["m"] += x

    ways = {"A": more, "B": less, "C": more, "D": less}
    for k, q in zip(o["shop"], o["qty"], strict=True):
        ways[k](q)
    return pd.DataFrame([total])
