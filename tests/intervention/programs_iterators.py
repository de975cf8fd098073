"""Items that functions of ``itertools`` choose, and functions mapped over groups, in this thread and in others."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import pandas as pd


def compressed(o):
    return pd.Series(list(itertools.compress(o["id"], o["qty"] > 4)))


def taken_while(o):
    return pd.Series(list(itertools.takewhile(lambda price: price < 45, o["price"])), dtype=float)


def dropped_while(o):
    pairs = itertools.dropwhile(lambda pair: pair[1] < 5, zip(o["id"], o["qty"], strict=True))
    return pd.Series([a for a, _ in pairs])


def those_that_fail_a_test(o):
    return pd.Series(list(itertools.filterfalse(lambda price: price > 25, o["price"])))


def as_many_as_a_column_says(o):
    return pd.Series(list(itertools.islice(o["price"], int(o["qty"].max()))))


def repeated_as_often_as_a_column_says(o):
    each = (itertools.repeat(i, q) for i, q in zip(o["id"], o["qty"], strict=True))
    return pd.Series(list(itertools.chain.from_iterable(each)))


def mapped_over_groups(o):
    found = list(map(lambda pair: (pair[0], pair[1]["qty"].sum()), o.groupby("shop")))  # noqa: C417
    return pd.DataFrame(found, columns=["shop", "qty"])


def mapped_over_groups_by_threads(o):
    with ThreadPool(2) as pool:
        return pd.Series(pool.map(lambda pair: pair[1]["qty"].max(), list(o.groupby("shop"))))


def mapped_over_columns_by_threads(o):
    def times(a, b):
        return a * b

    with ThreadPoolExecutor(2) as pool:
        return pd.DataFrame({"v": list(pool.map(times, o["qty"], o["price"]))})
