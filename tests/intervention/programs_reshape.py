"""Values that change places: long, wide, exploded, stacked."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.intervention.programs import unobserved


def quantities_wide(o):
    return o.pivot_table(index="item", columns="shop", values="qty", aggfunc="sum").reset_index()


def measures_long(o):
    return o[["id", "qty", "price"]].melt(id_vars="id", var_name="what", value_name="value")


def dummies(o):
    return pd.get_dummies(o[["id", "shop"]], columns=["shop"])


def bands_crossed(o):
    o["band"] = pd.cut(o.price, [0, 10, 25, 60], labels=["lo", "mid", "hi"])
    return pd.crosstab(o.band, o.shop).reset_index()


def below_each_other(o):
    a = o[o.shop == "A"][["id", "qty"]]
    b = o[o.shop != "A"][["id", "price"]].rename(columns={"price": "qty"})
    return pd.concat([a, b], ignore_index=True)


def unstacked_with_total(o):
    u = o.groupby(["shop", "item"]).qty.sum().unstack(fill_value=0)
    u["total"] = u.sum(axis=1)
    return u.reset_index()


def means_below_each_other(o):
    return pd.DataFrame([o[o.shop == shop][["qty", "price"]].mean() for shop in ("A", "B")])


def words_of_notes(o):
    o["words"] = o.note.fillna("").str.split(" ")
    e = o[["id", "words"]].explode("words")
    return e.groupby("words", as_index=False).id.count()


@unobserved("out.value <- o.price", "the filter leaves the other stacked column only")
def stacked_and_filtered(o):
    w = o.set_index(["shop", "item", "id"])[["qty", "price"]].stack().reset_index()
    w.columns = ["shop", "item", "id", "what", "value"]
    return w[w.what == "qty"]


def tidy_again(o):
    wide = o.pivot_table(index="person", columns="item", values="price", aggfunc="mean")
    long = wide.stack().rename("mean").reset_index()
    return long[long["mean"] > 20]


def side_by_side(o, p):
    a = o.groupby("person")["qty"].sum()
    b = p.set_index("person")["age"]
    return pd.concat([a, b], axis=1).reset_index()


@unobserved("out.<rows> <- o.item", "each shop sells something")
def totals_of_a_pivot_table(o):
    functions = {"qty": "sum", "price": "mean"}
    return o.pivot_table(["qty", "price"], "shop", "item", aggfunc=functions, margins=True)["qty"].reset_index()


@unobserved("out.<rows> <- o.id", "what a total is made of counts as deciding that its row is there")
def labels_of_a_pivot_looped_over(o):
    wide = o.pivot(index="id", columns="item", values="price")
    return pd.DataFrame([{"item": item, "top": wide[item].max()} for item in wide.columns])


@unobserved("out.<rows> <- o.id", "what a total is made of counts as deciding that its row is there")
def labels_of_a_pivot_in_a_dict(o):
    wide = o.pivot(index="id", columns="shop", values="qty")
    totals = {}
    for shop in wide:
        totals[shop] = wide[shop].sum()
    return pd.Series(totals).rename_axis("shop").reset_index(name="total").assign(n=len(wide.columns))


def means_crossed(o):
    return pd.crosstab(o["shop"], o["item"], values=o["disc"], aggfunc="mean")


def labels_of_a_pivot_as_rows_again(o):
    m = o.pivot_table(index="person", columns="item", values="qty", aggfunc="sum", fill_value=0)
    c = pd.DataFrame(np.corrcoef(m.to_numpy(), rowvar=False), index=m.columns, columns=m.columns)
    return c.max().rename("most").reset_index(drop=True)


def a_rate_for_each_column(o, h):
    sums = o.pivot_table(index="item", columns="shop", values="qty", aggfunc="sum")
    return sums.mul(h.set_index("shop")["rate"])[["A"]].reset_index()


def a_rate_for_each_column_below_each_other(o, h):
    sums = o.pivot_table(index="item", columns="shop", values="qty", aggfunc="sum")
    return (sums * h.set_index("shop")["rate"]).melt(ignore_index=False).reset_index()


def more_than_the_limit_of_each_column(o):
    sums = o.pivot_table(index="item", columns="shop", values="qty", aggfunc="sum")
    limit = o.groupby("shop")["qty"].mean() * 4
    return sums.gt(limit, axis="columns").sum(axis=1).reset_index(name="n")


def columns_like_a_word_under_an_index(p):
    numbers = p.set_index("person").filter(like="sco")
    return (numbers - numbers.mean()).reset_index(drop=True)


def means_side_by_side(o):
    return o[o["qty"] > 3].groupby("shop")["price"].mean().to_frame().T


def the_dearest_turned(o):
    top = o.sort_values("price").head(2)[["qty", "price"]].reset_index(drop=True)
    return top.T.reset_index()


def means_turned_into_a_row(o):
    return o[["qty", "price"]].mean().to_frame("mean").T.assign(ratio=lambda d: d["price"] / d["qty"])


def reductions_beside_each_other_turned(o):
    dear = o[o["id"] > 20]
    return pd.concat([o[["qty", "price"]].mean(), dear[["qty", "price"]].std()], axis=1, keys=["m", "s"]).round(2).T


def reductions_of_a_dict_turned(o):
    return pd.DataFrame({"mean": o[["qty", "price"]].mean(), "missing": o[["price", "qty"]].isna().sum()}).T


def record_made_a_frame_and_turned(o):
    return pd.DataFrame(pd.Series({"qty": o["qty"].mean(), "price": o["price"].max()})).T


def the_dearest_row_turned(o):
    return o.loc[o["price"].idxmax()].to_frame().T[["id", "shop"]]


def the_dearest_and_the_cheapest_row_turned(o):
    t = o.sort_values("price")
    return pd.concat([t.iloc[-1], t.iloc[0]], axis=1).T[["id", "shop"]]


def the_dearest_row_listed(o):
    return pd.DataFrame([o.loc[o["price"].idxmax()]])[["id", "shop"]]


def dummies_of_a_list(o):
    shops = [shop.lower() for shop in o["shop"]]
    return pd.get_dummies(shops).join(pd.get_dummies(o["item"].tolist()))


def table_of_lists(o):
    return pd.crosstab([shop for shop in o["shop"]], [item for item in o["item"]])  # noqa: C416


def columns_called_by_a_series(h):
    rates = h["rate"].to_numpy()
    return pd.DataFrame(np.abs(rates[:, None] - rates[None, :]), columns=h["shop"])


def rows_that_keep_their_labels(o):
    rows = []
    for _, row in o.set_index("person").iterrows():
        if row["price"] > 20:
            rows.append(row)
    return pd.DataFrame(rows)[["id"]]


def the_dearest_row_of_an_index_turned(o):
    return o.set_index("item").sort_values("price").iloc[-1].to_frame().T[["id"]]


def means_called_by_their_groups_turned(o):
    return pd.concat([g[["qty", "price"]].mean().rename(shop) for shop, g in o.groupby("shop")], axis=1).T
