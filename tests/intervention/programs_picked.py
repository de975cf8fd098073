"""Objects that were picked out of several: by the largest key, or at a computed place."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from functools import reduce
from itertools import starmap
from operator import itemgetter

import pandas as pd


def the_largest_group(o):
    _, best = max(o.groupby("shop"), key=lambda pair: pair[1]["price"].sum())
    return best[["id"]]


def the_largest_of_a_dict_of_groups(o):
    groups = dict(list(o.groupby("shop")))
    best = max(groups, key=lambda k: groups[k]["price"].sum())
    return groups[best][["id"]]


def the_largest_of_a_list_of_groups(o):
    groups = [g for _, g in o.groupby("shop")]
    best = max(groups, key=lambda g: g["price"].mean())
    return best[["id", "qty"]]


def the_better_of_two_frames(o):
    many, few = o[o["qty"] > 4], o[o["qty"] <= 4]
    best = min(many, few, key=lambda d: d["price"].mean())
    return best[["id"]]


def the_better_of_two_columns(o):
    columns = {"qty": o["qty"], "price": o["price"]}
    best = max(columns, key=lambda k: columns[k].std() / columns[k].mean())
    return pd.DataFrame({"best": [best], "sum": [columns[best].sum()]})


def the_record_of_the_highest_price(o):
    row = max(o.to_dict("records"), key=itemgetter("price"))
    return pd.DataFrame([{"item": row["item"], "qty": row["qty"]}])


def the_row_of_the_lowest_price(o):
    row = min(o.itertuples(), key=lambda r: (r.qty, r.price))
    return pd.Series({"item": row.item, "shop": row.shop})


def the_first_of_sorted_names(o):
    means = {c: o[c].mean() for c in ("qty", "price", "id")}
    best = sorted(means, key=means.get)[1]
    return o[[best]].rename(columns={best: "best"})


def the_model_that_fits_best(o):
    models = {"twice": lambda d: d["qty"] * 2, "more": lambda d: d["price"] + 1}
    errors = {name: (model(o) - o["id"]).abs().mean() for name, model in models.items()}
    best = min(errors, key=errors.get)
    return o.assign(fit=models[best](o))[["id", "fit"]]


def the_column_that_fits_best(o):
    fits = {"twice": o["qty"] * 2, "more": o["price"] + 1}
    errors = {name: (fit - o["id"]).abs().mean() for name, fit in fits.items()}
    o["fit"] = fits[sorted(errors, key=errors.get)[1]]
    return o[["id", "fit"]]


def the_first_of_groups_that_were_sorted(o):
    groups = [g for _, g in o.groupby("shop")]
    groups.sort(key=lambda g: g["price"].sum())
    return pd.concat([groups[0], groups[-1]])[["id"]]


def groups_listed_under_a_condition(o):
    return pd.concat([g for _, g in o.groupby("shop") if g["qty"].sum() > 60])[["id"]]


def groups_given_under_a_condition(o):
    return pd.concat(g.head(3) for _, g in o.groupby("shop") if g["qty"].sum() > 60)[["id"]]


def groups_of_a_sorted_list_of_pairs(o):
    top = sorted(o.groupby("shop"), key=lambda pair: pair[1]["qty"].sum())[:2]
    return pd.concat([g for _, g in top])[["id"]]


def last_rows_of_sorted_groups(o):
    groups = sorted((g for _, g in o.groupby("shop")), key=lambda g: g["price"].max(), reverse=True)
    return pd.concat([g.tail(1) for g in groups[:3]])[["id", "shop"]]


def groups_by_name_under_a_condition(o):
    return pd.concat({k: g for k, g in o.groupby("item") if g["price"].mean() > 24})[["id"]]


def columns_by_name_under_a_condition(o):
    found = {k: g["price"].describe() for k, g in o.groupby("item") if g["price"].mean() > 24}
    return pd.DataFrame(found).T.reset_index()


def columns_by_name_under_a_condition_at_once(o):
    return pd.DataFrame({k: g["qty"].describe() for k, g in o.groupby("item") if g["qty"].mean() > 4.5}).T.reset_index()


def frames_joined_one_with_another_under_a_condition(o):
    sold = {k: g.groupby("person", as_index=False)["qty"].sum() for k, g in o.groupby("item") if g["price"].mean() > 24}
    parts = [part.rename(columns={"qty": k}) for k, part in sold.items()]
    return reduce(lambda a, b: a.merge(b, on="person", how="outer"), parts)


def frames_joined_by_a_function_of_pandas(o):
    groups = [(k, g) for k, g in o.groupby("item") if g["price"].mean() > 24]
    return reduce(
        pd.merge, [g.groupby("person", as_index=False)["qty"].sum().rename(columns={"qty": k}) for k, g in groups]
    )


def series_summed_under_a_condition(o):
    return sum(g.groupby("person")["qty"].sum() for _, g in o.groupby("item") if g["price"].mean() > 24).reset_index()


def groups_mapped_to_their_largest(o):
    return pd.concat(map(lambda pair: pair[1].nlargest(1, "price"), o.groupby("shop")))[["id"]]  # noqa: C417


def groups_mapped_by_a_function(o):
    def best(g):
        return g.nlargest(1, "price")

    return pd.concat(map(best, [g for _, g in o.groupby("shop")]))[["id"]]


def groups_by_a_starmap(o):
    return pd.concat(starmap(lambda shop, g: g.nlargest(2, "price"), o.groupby("shop")))[["id"]]


def array_at_the_places_of_a_series(o, p):
    ages = p["age"].to_numpy()
    return o[["id"]].assign(age=ages[o["person"]])


def mask_at_the_places_of_a_series(o, p):
    old = p["age"].to_numpy() > 40
    return o[old[o["person"]]][["id"]]


def list_at_computed_places(o, p):
    ages = list(p["age"])
    return o[["id"]].assign(age=[ages[i] for i in o["person"]])


def places_in_a_list_sorted_by_a_dict(o, h):
    ranked = sorted(o["shop"].unique(), key=dict(zip(h["shop"], h["rate"], strict=True)).get)
    return o[["id"]].assign(place=o["shop"].map({shop: i for i, shop in enumerate(ranked)}))
