"""What depends on the order of rows or on time."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import pandas as pd

from tests.intervention.programs import unobserved


def one_row_per_person(o):
    d = o.drop_duplicates(subset=["person"]).sort_values("price", ascending=False).head(10)
    return d[["id", "item"]]


def gaps_between_orders(o):
    o["before"] = o.groupby("person").price.shift(1)
    o["gap"] = o.price - o.before
    o["flag"] = o.gap.isna() | (o.qty > 4)
    return o[["id", "gap", "flag"]]


def weekly(o):
    d = o.set_index("day").sort_index()
    out = d[["qty", "price"]].resample("7D").agg({"qty": "sum", "price": "mean"})
    out["rolling"] = out.qty.rolling(2).mean()
    return out.reset_index()


def running_share(o):
    d = o.sort_values("day")
    d["share"] = d["price"].cumsum() / d["price"].sum()
    return d[["id", "share"]]


def sessions(o):
    d = o.sort_values(["person", "day"])
    new = d.groupby("person")["day"].diff().dt.days.fillna(99) > 10
    d["session"] = new.groupby(d["person"]).cumsum()
    return d.groupby(["person", "session"], as_index=False).agg(spent=("price", "sum"))


@unobserved("out.<rows> <- o.day", "every column has an edge from it already")
def moving_mean_by_time(o):
    d = o.sort_values("day").set_index("day")
    return d["price"].rolling("14D").mean().rename("moving").reset_index()


def last_known_discount(o):
    d = o.sort_values("day")
    d["disc"] = d.groupby("shop")["disc"].ffill()
    return d[["id", "disc"]].head(40)


def median_of_the_newest(o):
    newest = o.nlargest(20, "day")
    return newest.groupby("item", as_index=False)["price"].median()


def reindexed_calendar(o):
    daily = o.groupby(o["day"].dt.normalize())["price"].sum()
    days = pd.date_range(daily.index.min(), periods=30, freq="D")
    return daily.reindex(days, fill_value=0).rename("spent").reset_index()


def streaks(o):
    d = o.sort_values("day")
    up = d["price"].diff() > 0
    d["streak"] = up.groupby((~up).cumsum()).cumsum()
    return d[["id", "streak"]]


def every_third_after_sorting(o):
    return o.sort_values("price").iloc[::3][["id", "shop"]]


def exponential_by_shop(o):
    d = o.sort_values("day")
    d["smooth"] = d.groupby("shop")["price"].transform(lambda s: s.ewm(alpha=0.5).mean())
    return d[["id", "smooth"]]


def lagged_frame(o):
    d = o.sort_values("day")[["id", "price"]].reset_index(drop=True)
    lags = pd.concat([d["price"].shift(k).rename(f"lag{k}") for k in (1, 2)], axis=1)
    return d[["id"]].join(lags)


def days_from_the_first_on(o):
    return pd.DataFrame({"day": pd.date_range(o["day"].min().normalize(), periods=5)})


def days_from_the_first_to_the_last(o):
    return pd.Series(pd.date_range(o["day"].min(), o["day"].max(), freq="7D"))


@unobserved("out.<rows> <- o.day", "explode counts the lists' items, and all that is in them comes from both")
def as_many_days_as_were_sold(o):
    some = o.head(8)
    some["days"] = [list(pd.date_range(d, periods=q)) for d, q in zip(some["day"], some["qty"], strict=True)]
    return some.explode("days")[["id", "days"]].reset_index(drop=True)


def sorted_by_what_a_function_looks_up(o, h):
    rates = h.set_index("shop")["rate"]
    return o.sort_values("shop", key=lambda shops: shops.map(rates))[["id"]]


def sorted_by_a_dict_that_a_function_has(o, h):
    rates = dict(zip(h["shop"], h["rate"], strict=True))
    return o.sort_values("shop", key=lambda shops: shops.map(rates))[["id"]]


def sorted_by_categories_in_the_order_of_their_means(o):
    means = o.groupby("shop")["price"].mean().sort_values()
    o["shop"] = pd.Categorical(o["shop"], categories=means.index, ordered=True)
    return o.sort_values("shop")[["id"]]


def sorted_by_categories_that_were_set(o, h):
    ranked = h.sort_values("rate")["shop"]
    return o.assign(shop=o["shop"].astype("category").cat.set_categories(ranked)).sort_values("shop")[["id"]]


def sorted_by_a_type_of_categories(o, h):
    ranked = pd.CategoricalDtype(h.sort_values("rate")["shop"], ordered=True)
    return o.assign(shop=o["shop"].astype(ranked)).sort_values("shop")[["id"]]


def groups_at_sorted_labels(o):
    means = o.groupby("shop")["price"].mean().sort_values()
    return o.groupby("shop")["qty"].sum().loc[means.index]


def places_in_a_sorted_list(o, h):
    ranked = h.sort_values("rate")["shop"].tolist()
    places = {shop: i for i, shop in enumerate(ranked)}
    return o[["id"]].assign(mapped=o["shop"].map(places), listed=[ranked.index(shop) for shop in o["shop"]])


def places_that_a_function_finds(o):
    ranked = o.groupby("shop")["price"].sum().sort_values().index
    names = ranked.tolist()
    return o[["id"]].assign(
        listed=o["shop"].map(lambda shop: names.index(shop)),
        bound=o["shop"].map(names.index),
        located=o["shop"].map(lambda shop: ranked.get_loc(shop)),
        first=o["shop"].map(lambda shop: shop == names[0]),
    )
