"""Attributes that are called as those of pandas, and aren't."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass

import pandas as pd


def name_of_a_dataclass(p):
    @dataclass
    class Person:
        name: str
        age: int

    people = [Person(c, a) for c, a in zip(p["city"], p["age"], strict=True)]
    return pd.DataFrame({"who": [x.name for x in people]})


def name_of_a_namedtuple(p):
    Person = namedtuple("Person", "name age")  # noqa: PYI024  # as people write it
    people = [Person(c, a) for c, a in zip(p["city"], p["age"], strict=True)]
    return pd.DataFrame({"who": [x.name.upper() for x in people]})


def name_of_a_row_of_itertuples(p):
    rows = []
    for r in p.rename(columns={"city": "name"}).itertuples(index=False):
        rows.append({"who": r.name.split()[0]})  # noqa: PERF401
    return pd.DataFrame(rows)


def names_and_types_of_columns_are_no_data(o):
    columns = [o["price"], o["price"] * 2]
    return pd.DataFrame({"what": [c.name for c in columns], "type": [str(c.dtype) for c in columns]})


def asked_for_by_getattr(o):
    class Means:
        def __init__(self, d):
            self.d = d

        def __getattr__(self, name):
            return self.d[name].mean()

    means = Means(o)
    return pd.DataFrame({"q": [means.qty], "p": [means.price]})


def made_once_by_getattr(o):
    class Sums:
        def __init__(self, d):
            self._d, self._made = d, {}

        def __getattr__(self, name):
            if not name.startswith("sold_in_"):
                raise AttributeError(name)
            shop = name.removeprefix("sold_in_")
            if shop not in self._made:
                self._made[shop] = self._d.loc[self._d["shop"].eq(shop), "price"].sum()
            return self._made[shop]

    sums = Sums(o)
    return pd.DataFrame([{"a": sums.sold_in_A, "b": sums.sold_in_B}])


def entries_that_are_attributes(o):
    class Box(dict):
        def __getattr__(self, name):
            return self[name]

        def __setattr__(self, name, value):
            self[name] = value

    box = Box()
    box.top = o["price"].max()
    box["low"] = o["qty"].min()
    return pd.DataFrame({"x": [box.top], "y": [box.low]})


def attribute_of_a_function_that_is_mapped(o):
    def weighed(x):
        return x * weighed.rate

    weighed.rate = o["price"].mean()
    return o[["id"]].assign(v=o["qty"].map(weighed))
