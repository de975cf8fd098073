"""Columns that are there because of the data, and columns that become rows."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import pandas as pd

from tests.intervention.programs import unobserved


def dummies_below_each_other(o):
    d = pd.get_dummies(o[["id", "item", "qty"]], columns=["item"])
    return d.melt(id_vars=["id", "qty"])


def answers_below_each_other(o):
    d = o["note"].str.get_dummies(" ").add_prefix("w_")
    d = pd.concat([o[["id"]], d], axis=1)
    return d.melt("id", value_vars=[c for c in d.columns if c.startswith("w_")], var_name="word").query("value > 0")


def dummies_correlated(o):
    return pd.get_dummies(o[["item", "qty"]], columns=["item"], dtype=int).corr()


def dummies_counted(o):
    return pd.get_dummies(o["item"]).sum().sort_values(ascending=False).reset_index()


def parts_below_each_other(o):
    return o["note"].str.split(expand=True).stack().reset_index()


def matches_of_a_pattern(o):
    return o["note"].str.extractall(r"(\w+)")


@unobserved("out.<rows> <- o.note", "no intervention gives note another rank among the numbers of nulls")
def nulls_and_their_share(o):
    missing = o.isnull().sum().sort_values(ascending=False)
    return pd.concat([missing.rename("n"), (missing / len(o)).rename("share")], axis=1)
