"""Options, counts and labels that data chose, in the ways Python has of choosing."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from enum import Enum

import numpy as np
import pandas as pd

from tests.intervention.programs import unobserved


def kept_by_a_walrus(o):
    return pd.DataFrame({"t": [t for x, y in zip(o["qty"], o["price"], strict=True) if (t := x * y) > 20]})


def a_walrus_in_the_test_of_an_expression(o):
    o["x"] = o["qty"] * (m if (m := o["price"].max()) > 10 else 1)
    return o[["id", "x"]]


def constants_appended_under_a_condition(o):
    found = []
    for price in o["price"].tolist():
        if price > 20:
            found.append(1)  # noqa: PERF401
    return pd.DataFrame({"one": found})


def positions_counted_by_hand(o):
    found, i = [], 0
    prices = o["price"].tolist()
    while i < len(prices):
        if prices[i] > 20:
            found.append(i)
        i += 1
    return pd.DataFrame({"at": found})


def rounds_until_it_is_used_up(o):
    left, n = 100.0, 0
    prices = list(o["price"])
    while left > 0:
        left -= prices[n]
        n += 1
    return o[["id"]].head(n)


def the_kind_of_a_join(o):
    how = "left"
    if o["price"].max() > 49:
        how = "inner"
    return o[["id", "shop"]].merge(o.loc[o["qty"] > 4, ["id", "qty"]], on="id", how=how)


def the_way_of_sorting(o):
    ascending = bool(o["price"].max() > 49)
    return o.sort_values("qty", ascending=ascending, kind="stable")[["id"]]


def which_of_the_same_is_kept(o):
    keep = "first" if o["price"].max() > 49 else "last"
    return o.drop_duplicates("shop", keep=keep)[["shop", "id"]]


def the_name_of_an_aggregation(o):
    name = "mean" if o["price"].max() > 49 else "max"
    return o.groupby("shop")["qty"].agg(name).reset_index()


def generators_of_generators(o):
    o = o[o["qty"] > 1]

    def read(d):
        for _, row in d.iterrows():
            yield row

    def dear(rows):
        for row in rows:
            if row["price"] >= 5:
                yield row

    return pd.DataFrame({"id": r["id"], "cost": r["price"] * r["qty"]} for r in dear(read(o)))


def the_name_of_a_member(o):
    class Size(Enum):
        SMALL = 1
        BIG = 2

    return o[["id"]].assign(size=[(Size.BIG if q > 4 else Size.SMALL).name for q in o["qty"]])


def values_with_their_counts(o):
    values, counts = np.unique(o["shop"], return_counts=True)
    return pd.DataFrame({"shop": values, "n": counts})


def which_value_each_is(o):
    _, place = np.unique(o["qty"], return_inverse=True)
    return o[["id"]].assign(place=place)


def how_many_a_set_holds(o):
    seen = set()
    for shop in o["shop"]:
        seen.add(shop)
    return pd.DataFrame({"n": [len(seen)]})


def sets_in_a_dict(o):
    shops = defaultdict(set)
    for person, shop in zip(o["person"], o["shop"], strict=True):
        shops[person].add(shop)
    return pd.DataFrame([(k, len(v)) for k, v in shops.items()], columns=["person", "shops"])


def sets_made_when_they_are_missing(o):
    shops = {}
    for person, shop in zip(o["person"], o["shop"], strict=True):
        shops.setdefault(person, set()).add(shop)
    return pd.DataFrame([(k, s) for k, v in shops.items() for s in sorted(v)], columns=["person", "shop"])


def the_first_that_is_found(o):
    return pd.DataFrame({"id": [next((i for i, p in zip(o["id"], o["price"], strict=True) if p > 30), None)]})


def entries_taken_away(o):
    left = dict(zip(o["id"], o["price"], strict=True))
    for i, q in zip(o["id"], o["qty"], strict=True):
        if q > 6:
            del left[i]
    return pd.DataFrame({"id": list(left), "price": list(left.values())})


@unobserved("out.<rows> <- o.id", "there are as many in any order")
def sorted_where_they_are(o):
    rows = list(zip(o["price"], o["id"], strict=True))
    rows.sort()
    return pd.DataFrame(rows, columns=["price", "id"])


def sorted_by_one_of_several(o):
    rows = list(zip(o["id"], o["price"], o["qty"], strict=True))
    rows.sort(key=lambda row: row[1])
    return pd.DataFrame(rows[:5], columns=["id", "price", "qty"])


def a_list_made_longer_under_a_condition(o):
    rows = []
    for name, q in zip(o["item"], o["qty"], strict=True):
        if q > 4:
            rows += [name]
    return pd.DataFrame({"s": rows})


def a_list_made_longer_by_some_or_none(o):
    rows = []
    for name, q in zip(o["item"], o["qty"], strict=True):
        rows += [(name, q)] if q > 3 else []
    return pd.DataFrame(rows, columns=["item", "qty"])


def a_set_made_larger_under_a_condition(o):
    seen = set()
    for shop, q in zip(o["shop"], o["qty"], strict=True):
        if q > 6:
            seen |= {shop}
    return pd.DataFrame({"n": [len(seen)]})


def a_text_made_longer_under_a_condition(o):
    words, word = [], ""
    for c in "".join(o["item"] + o["shop"]):
        if c in "ABCD":
            words.append(word)
            word = ""
        else:
            word += c
    return pd.DataFrame({"w": words})


def matched_pairs(o):
    def kind(s, q):
        match (s, q):
            case ("A", n) if n > 4:
                return "bulk A"
            case ("A", _):
                return "A"
            case _:
                return "other"

    return o[["id"]].assign(k=[kind(s, q) for s, q in zip(o["shop"], o["qty"], strict=True)])


def members_of_an_enum(o):
    class Kind(Enum):
        CHEAP = 1
        DEAR = 2

        @classmethod
        def of(cls, p, cut):
            return cls.DEAR if p > cut else cls.CHEAP

    cut = o["qty"].mean()
    return o[["id"]].assign(k=[Kind.of(p, cut).name for p in o["price"]])


def items_that_cannot_be_read_left_out(o):
    found = []
    for q in o["qty"]:
        try:
            found.append(100 // (q - 3))
        except ZeroDivisionError:
            continue
    return pd.DataFrame({"v": found})


def errors_suppressed(o):
    found = []
    for q in o["qty"]:
        with suppress(ZeroDivisionError):
            found.append(100 // (q - 3))
    return pd.DataFrame({"v": found})


def entries_under_a_condition_in_order(o):
    best = {}
    for shop, price in zip(o["shop"], o["price"], strict=True):
        if price > 47:
            best[shop] = price  # noqa: PERF403
    return pd.DataFrame(sorted(best.items()), columns=["shop", "price"])


def which_handler_of_a_dict_a_column_chose(o):
    dear, rest = [], []
    handlers = {"ink": lambda r: dear.append(r.price), "pen": lambda r: rest.append(r.price)}
    for row in o.itertuples():
        handlers.get(row.item, lambda r: None)(row)
    return pd.DataFrame({"dear": dear})


def which_function_a_variable_holds(o):
    many, few = [], []

    def note_many(r):
        many.append(r.price)

    def note_few(r):
        few.append(r.price)

    for row in o.itertuples():
        note = note_many if row.qty > 4 else note_few
        note(row)
    return pd.DataFrame({"many": many})


def which_method_a_column_names(o):
    class Counter:
        def __init__(self):
            self.ink, self.others = [], []

        def on_ink(self, r):
            self.ink.append(r.price)

        def other(self, r):
            self.others.append(-r.price)

        def visit(self, r):
            getattr(self, f"on_{r.item}", self.other)(r)

    counter = Counter()
    for row in o.itertuples():
        counter.visit(row)
    return pd.DataFrame({"price": counter.others})


def which_entry_a_chosen_function_fills(o):
    n = {}

    def many():
        n["many"] = n.get("many", 0) + 1

    def few():
        n["few"] = 1

    for qty in o["qty"]:
        note = many if qty > 4 else few
        note()
    return pd.DataFrame(sorted(n.items()), columns=["what", "n"])


def column_of_a_choice(o):
    base = o["price"] if o["price"].mean() > 100 else o["qty"]
    o["net"] = base * 0.8
    return o[["id", "net"]]


def choice_given_to_assign(o):
    base = o["qty"] if o["price"].mean() > 100 else o["id"]
    return o.assign(net=base)[["id", "net"]]
