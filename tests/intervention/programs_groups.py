"""Groups, shares, ranks and the best of each."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import pandas as pd

from tests.intervention.programs import unobserved


def share_and_score(o):
    total = o.price.sum()
    o["share"] = o.price / total
    o["z"] = (o.qty - o.qty.mean()) / o.qty.std()
    return o[["id", "share", "z"]]


def group_columns(o):
    o["shop_mean"] = o.groupby("shop")["price"].transform("mean")
    o["rank"] = o.groupby("person").qty.rank()
    o["run"] = o.sort_values("day").groupby("person").qty.cumsum()
    return o[["id", "shop_mean", "rank", "run"]]


def weighted_mean_by_shop(o):
    t = o.groupby("shop")[["qty", "price"]].apply(lambda g: (g.qty * g.price).sum() / g.qty.sum())
    return t.rename("weighted").reset_index()


def busy_shops_only(o):
    kept = o.groupby("shop").filter(lambda d: d.qty.mean() > 4.4)
    o["above"] = o.price - o.groupby("shop").price.transform("median")
    return kept[["id", "price"]].merge(o[["id", "above"]], on="id")


def best_order_of_each_person(o):
    best = o.loc[o.groupby("person").price.idxmax().dropna()]
    return best[["person", "id", "price"]].reset_index(drop=True)


def two_first_of_each_shop(o):
    return o.sort_values(["shop", "price"]).groupby("shop").head(2)[["shop", "item"]]


def summary_with_flat_columns(o):
    s = o.groupby("item").agg({"price": ["min", "max"], "qty": "sum"})
    s.columns = ["_".join(c) for c in s.columns]
    return s.reset_index().sort_values("price_max")


def how_often(o):
    return o["item"].value_counts(normalize=True).rename("share").reset_index()


def distinct_items(o):
    return o.groupby("person", as_index=False).agg(items=("item", "nunique"), first_day=("day", "min"))


def clipped_at_quantiles(o):
    low, high = o.price.quantile([0.1, 0.9])
    o["price"] = o.price.clip(low, high)
    return o[["id", "price"]]


def bands_of_price(o):
    o["band"] = pd.cut(o.price, [0, 10, 25, 60], labels=["lo", "mid", "hi"])
    return o.groupby("band", observed=True).agg(n=("id", "count"), q=("qty", "mean")).reset_index()


def difference_to_the_leader(o):
    d = o.groupby(["shop", "item"], as_index=False)["price"].sum()
    d["gap"] = d.groupby("shop")["price"].transform("max") - d["price"]
    return d[["shop", "item", "gap"]]


def share_within_group_over_limit(o):
    d = o.assign(big=o["price"] > 25)
    return d.groupby("shop")["big"].mean().reset_index()


def several_functions_at_once(o):
    def spread(s):
        return s.max() - s.min()

    d = o.groupby("shop").agg(low=("price", "min"), spread=("price", spread), most=("qty", lambda s: s.mode().iloc[0]))
    return d.reset_index()


def groups_by_bins(o):
    d = o.groupby([pd.cut(o["qty"], [0, 3, 6, 9]), "shop"], observed=True)["price"].mean()
    return d.rename("mean").reset_index()


def best_item_by_counts(o):
    counts = o.groupby(["shop", "item"]).size().reset_index(name="n")
    return (
        counts.sort_values(["shop", "n", "item"], ascending=[True, False, True]).groupby("shop").first().reset_index()
    )


def percentile_in_group(o):
    o["pct"] = o.groupby("shop")["price"].rank(pct=True)
    return o.loc[o["pct"] > 0.8, ["id", "shop"]]


def functions_that_read_other_values(o):
    most, middle = o["qty"].max(), o["id"].mean()

    def scaled(s):
        return s.sum() / most

    return o.groupby("shop").agg(a=("price", scaled), b=("disc", lambda s: s.mean() - middle), n=("item", "nunique"))


def columns_reduced_by_functions_that_read_other_values(o):
    most = o["qty"].max()
    return o[["price", "disc"]].agg({"price": lambda s: s.sum() / most, "disc": "mean"})


def as_many_rows_as_there_are_modes(o):
    return o["item"].mode().to_frame()


@unobserved("out.n <- o.price", "every shop has two orders or more")
def apply_that_sorts_its_group(o):
    def top(g):
        g = g.sort_values("price", ascending=False).head(2)
        return pd.Series({"n": len(g), "best": g["price"].iloc[0], "item": g["item"].iloc[0]})

    return o.groupby("shop")[["price", "item"]].apply(top).reset_index()


def apply_that_sorts_in_an_item(o):
    def top(g):
        return pd.Series({"item": g.sort_values("price")["item"].iloc[0], "p": g["price"].max()})

    return o.groupby("shop")[["price", "item"]].apply(top).reset_index()


def apply_that_binds_two_names_at_once(o):
    def share(g):
        n, worth = len(g), g["price"].sum()
        mean = worth / n
        return pd.Series({"n": n, "spread": 1 / n * (mean + 1)})

    return o.groupby("shop")[["price"]].apply(share).reset_index()


def the_dearest_row_of_each_group(o):
    return o.groupby("shop")[["id", "price"]].apply(lambda g: g.loc[g["price"].idxmax()])[["id"]]


def the_last_row_of_each_sorted_group(o):
    def last(g):
        return g.sort_values("price").iloc[-1] if len(g) > 1 else g.iloc[0]

    return o.groupby("shop")[["id", "price"]].apply(last)[["id"]]


def the_row_at_the_largest_of_each_group(o):
    return o.groupby("shop")[["id", "price"]].apply(lambda g: g.iloc[g["price"].argmax()])[["id"]]
