"""Columns made and cells changed in place."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import numpy as np


def revenue_and_flags(o):
    o["revenue"] = o.qty * o.price * (1 - o.disc.fillna(0))
    o["big"] = np.where(o.revenue > 100, o.item, "none")
    o.loc[o.shop == "A", "revenue"] = 0
    return o[["id", "revenue", "big"]]


def insert_pop_delete(o):
    o["disc"] = o["disc"].ffill()
    o.insert(1, "double", o.disc * 2)
    note = o.pop("note")
    o["length"] = note.str.len()
    del o["qty"]
    return o[["id", "double", "length", "disc"]]


def evaluated_and_renamed(o):
    o = o.eval("revenue = qty * price")
    o.columns = [c.upper() for c in o.columns]
    return o[["ID", "REVENUE"]]


def conditions(o):
    o["price"] = o.price.where(o.qty > 2, o.disc)
    o["q"] = o.qty.mask(o.shop.eq("B"), 0)
    return o[["id", "price", "q"]]


def an_alias_changes_too(o):
    d = o
    d["price"] = d["price"] + d["qty"]
    return o[["id", "price"]]


def a_copy_does_not(o):
    d = o.copy()
    d["price"] = 0
    o["q"] = d["qty"]
    return o[["id", "price", "q"]]


def standardised_in_a_loop(o):
    for c in ("qty", "price"):
        o[c] = (o[c] - o[c].min()) / (o[c].max() - o[c].min())
    return o[["qty", "price"]]


def filled_by_group(o):
    o["disc"] = o["disc"].fillna(o.groupby("shop")["disc"].transform("mean"))
    return o[["id", "disc"]]


def filled_from_two_places(o, p):
    age = o["person"].map(p.set_index("person")["age"])
    o["limit"] = np.nan
    o.loc[age > 40, "limit"] = age
    o["limit"] = o["limit"].fillna(o["qty"])
    return o[["limit"]]


def rows_set_by_position(o):
    d = o.sort_values("price").reset_index(drop=True)
    d.loc[:4, "qty"] = 0
    d.iloc[5:8, d.columns.get_loc("item")] = "none"
    return d[["qty", "item"]]
