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
