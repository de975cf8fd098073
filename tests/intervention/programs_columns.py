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


@unobserved("out.<rows> <- o.note", "no intervention gives note another rank among the numbers of nulls")
def nulls_where_there_are_any(o):
    n = o.isna().sum()
    n = n[n > 0].sort_values(ascending=False)
    return pd.DataFrame({"n": n, "share": n / len(o)})


def the_widest_column_beside_others(o):
    top = o[["qty", "price", "disc"]].std().nlargest(1).index
    return o[["id", *top, "person"]]


def the_best_of_two_columns(o):
    best = o[["qty", "price"]].sum().idxmin()
    return o.loc[o.id > 5, ["id", best]]


def columns_that_another_frame_has_filled(o, p):
    nulls = o[["qty", "price", "disc"]].isna().mean()
    keep = nulls[nulls < 0.1].index
    other = o.head(20).copy()
    other[["qty", "price", "disc"]] = p[["age", "score", "age"]].iloc[[0] * 20].to_numpy()
    return other[keep]


def columns_that_vary_elsewhere(o, p):
    keep = [c for c in o.select_dtypes("number").columns if o[c].std() > 3]
    other = o.tail(5).copy()
    other[["qty", "price", "disc", "id"]] = p[["age", "score", "age", "score"]].head(5).to_numpy()
    return other[keep]


def columns_by_a_mask_of_labels(o):
    always = ["id"]
    return o[always + o.columns[o.isna().any()].tolist()]


def columns_of_many_values_counted(p):
    keep = [c for c in p.columns if p[c].nunique() > 3]
    return p[keep].nunique().reset_index()


def columns_without_nulls_counted(p):
    return p.dropna(axis=1).nunique().reset_index()


def columns_deleted_in_a_loop(p):
    for c in list(p.columns):
        if p[c].nunique() < 3:
            del p[c]
    return p.nunique().reset_index()


def columns_dropped_by_a_condition(p):
    for c in ["age", "score"]:
        if p[c].mean() > 5:
            p = p.drop(columns=c)
    return p.notna().sum().reset_index()


def sum_of_columns_that_vary(p):
    numbers = p[["age", "score", "person"]]
    return numbers.loc[:, numbers.std() > 3].sum(axis=1)


def each_column_changed_by_its_own_condition(p):
    for c in ["age", "score", "person"]:
        if p[c].mean() > 5:
            p[c] = p[c] - 1
    return p


def columns_dropped_by_an_index(p):
    many = p.nunique()
    return p.drop(columns=many[many < 3].index).nunique().reset_index()


def columns_named_by_values(o):
    for s in sorted(o["shop"].unique()):
        o[f"is_{s}"] = (o["shop"] == s).astype(int)
    return o.filter(like="is_").sum().rename("n").reset_index()


def columns_named_by_values_by_pattern(o):
    for s in o["shop"].unique():
        o["is_" + s] = (o["shop"] == s) * o["qty"]
    return o.filter(regex="^is_").max().rename("n").rename_axis("k").reset_index()


def names_of_dummies(o):
    coded = pd.get_dummies(o[["shop", "qty"]], columns=["shop"])
    return pd.DataFrame({"name": coded.columns})


def sums_beside_names_of_dummies(o):
    coded = pd.get_dummies(o[["shop", "qty"]], columns=["shop"])
    return pd.DataFrame({"name": list(coded.columns), "n": coded.to_numpy().sum(0)})


def values_labelled_by_dummies(o):
    coded = pd.get_dummies(o[["shop", "qty"]], columns=["shop"])
    return pd.Series(coded.to_numpy().sum(0), index=coded.columns).reset_index()


def how_many_parts_texts_have(o):
    parts = o["note"].str.split(" ", expand=True)
    return pd.Series({"shape": parts.shape[1], "labels": len(parts.columns)})


def frames_by_name_below_each_other_turned(o):
    found = {}
    for shop in o["shop"].unique():
        found[shop] = o[o["shop"] == shop]["price"].describe()
    return pd.DataFrame(found).T.reset_index()


def frames_by_name_side_by_side_turned(o):
    return pd.concat({k: g["qty"].describe() for k, g in o.groupby("shop")}, axis=1).T.reset_index()


def keys_of_series_side_by_side(o):
    groups = list(o.groupby("shop"))
    return pd.concat([g["qty"].describe() for _, g in groups], axis=1, keys=[k for k, _ in groups]).T.reset_index()


def keys_of_frames_below_each_other(o):
    groups = list(o.groupby("shop"))
    return pd.concat([g.tail(2)[["qty"]] for _, g in groups], keys=[k for k, _ in groups]).reset_index()


def correlated_items(o):
    return o.pivot_table(index="person", columns="item", values="price", aggfunc="mean").corr()
