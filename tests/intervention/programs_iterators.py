"""Items that functions of ``itertools`` choose, and functions mapped over groups, in this thread and in others."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import itertools
import json
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


def lengths_in_records(o):
    records = o[["id", "note"]].to_dict("records")
    return pd.DataFrame([{"id": r["id"], "n": len(r["note"] or "")} for r in records])


def lengths_in_rows(o):
    return pd.DataFrame([{"id": r["id"], "n": len(str(r["note"]))} for _, r in o.iterrows()])


def lengths_in_tuples(o):
    return pd.DataFrame([{"id": t.id, "n": len(t.note or "")} for t in o.itertuples()])


def lengths_in_lines_of_json(o):
    text = o[["id", "note"]].to_json(orient="records", lines=True)
    rows = [json.loads(line) for line in text.splitlines()]
    return pd.DataFrame([{"id": r["id"], "n": len(r["note"] or "")} for r in rows])


def nothing_in_the_last_row(o):
    row = o[o["note"].isna()].iloc[-1]
    return pd.DataFrame({"v": [row["note"] or row["item"]]})


def rows_called_by_their_place(o):
    prices = o.set_index("id")[["price"]]
    return pd.DataFrame([{"id": row.name, "double": row["price"] * 2} for _, row in prices.iterrows()])


def rows_by_their_place_in_a_dict(o):
    total = o.groupby("shop")[["qty"]].sum()
    return pd.Series({row.name: row.qty for _, row in total.iterrows()}).rename_axis("shop").reset_index(name="qty")


def the_place_of_the_first_row(o):
    cheapest = o.set_index("id")[["price"]].sort_values("price").iloc[0]
    return pd.DataFrame([{"id": cheapest.name, "price": cheapest["price"]}])


def pairs_of_a_series(o):
    prices = o.set_index("id")["price"]
    return pd.DataFrame([(i, p * 2) for i, p in prices.items()], columns=["i", "p"])


def pairs_of_a_series_in_a_loop(o):
    rows = []
    for shop, qty in o.groupby("shop")["qty"].sum().items():
        rows.append({"shop": shop, "qty": qty})
    return pd.DataFrame(rows)


def pairs_of_a_series_of_two_levels(o):
    sums = o.groupby(["shop", "item"])["qty"].sum()
    return pd.DataFrame([(s, i, q) for (s, i), q in sums.items()], columns=["s", "i", "q"])


def a_list_of_the_pairs_of_a_series(o):
    return pd.DataFrame(list(o.set_index("id")["price"].items()), columns=["i", "p"])


def a_dict_of_the_pairs_of_a_series(o):
    return pd.Series({i: p + 1 for i, p in o.set_index("id")["price"].items()}).reset_index()


def indexes_of_tuples(o):
    t = o.set_index("person")[["id", "qty"]]
    named = pd.DataFrame([{"person": r.Index, "qty": r.qty} for r in t.itertuples()])
    return named.assign(again=pd.DataFrame([r._asdict() for r in t.itertuples()])["Index"])


def indexes_of_tuples_as_keys(o):
    sold = {}
    for r in o.groupby("shop")[["qty"]].sum().itertuples():
        sold[r.Index] = r.qty
    return pd.Series(sold).reset_index()


def tuples_made_a_frame(o):
    return pd.DataFrame(o.set_index("person")[["qty"]].itertuples(), columns=["person", "qty"])
