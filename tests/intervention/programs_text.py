"""Text and dates."""

# ruff: noqa: D103, F841  # their names say it; variables are used in texts

from __future__ import annotations

import io

import pandas as pd

from tests.intervention.programs import unobserved


def days_and_texts(o):
    o["weekday"] = o.day.dt.day_name()
    o["code"] = o.item.str.upper().str[:2]
    o["has"] = o.note.str.contains("bad", na=False)
    return o.loc[o.has, ["weekday", "code", "qty"]]


def queried(o):
    return o.query("qty > 3 and price < 20")[["id", "item"]]


def split_into_columns(o):
    o[["first", "rest"]] = o["note"].fillna("- -").str.split(" ", n=1, expand=True)
    return o[["id", "first", "rest"]]


def monthly_by_period(o):
    o["month"] = o["day"].dt.to_period("M")
    return o.groupby(["month", "shop"])["price"].sum().unstack().reset_index().astype({"month": str})


def cleaned(o):
    d = o.copy()
    d.columns = d.columns.str.strip().str.lower()
    d["note"] = d["note"].str.replace("so", "very", regex=False).fillna("none")
    d = d.drop_duplicates(["person", "item"]).dropna(subset=["disc"])
    return d.astype({"qty": float}).reset_index(drop=True)[["person", "note", "qty"]]


def days_since_the_first(o):
    o["age"] = (o["day"] - o["day"].min()).dt.days
    recent = o[o["age"] > 30]
    return recent.groupby("shop")["age"].mean().reset_index()


def label_made_of_parts(o):
    o["label"] = o["shop"] + "-" + o["item"].str[0] + o["qty"].astype(str).str.zfill(2)
    return o[["label"]]


def read_back_from_text(o):
    text = o["day"].dt.strftime("%Y-%m-%d")
    d = pd.DataFrame({"day": pd.to_datetime(text), "price": o["price"]})
    return d.groupby("day", as_index=False)["price"].max()


def through_a_buffer(p):
    buffer = io.StringIO()
    p[["age"]].to_csv(buffer, index=False)
    buffer.seek(0)
    return pd.read_csv(buffer)


def variables_in_a_text(o):
    q, p = o["qty"], o["price"]
    return pd.eval("q * p + 1")


def frames_in_a_text(o):
    a, b = o[["qty", "price"]], o[["price", "qty"]]
    return pd.eval("a + b * 2")


def columns_of_variables_in_a_text(o):
    late = o.sort_values("day")
    return pd.eval("(o.qty > 3) & (late.price < 20)")


def numbers_in_a_text(o):
    most = o["price"].max()
    d = o[["id", "qty"]]
    d["share"] = pd.eval("d.qty / most")
    return d


def a_text_made_of_names(o):
    a = o.set_index("id")["qty"]
    b = a * 3
    return pd.eval(" + ".join("ab"))


@unobserved("out.shop <- o.qty", "words of a line aren't told apart")
def lines_of_a_printed_table(o):
    lines = o.groupby("shop")["qty"].sum().to_string().splitlines()[1:]
    return pd.DataFrame([line.split() for line in lines], columns=["shop", "qty"])


def how_many_lines_a_printed_table_has(o):
    return pd.DataFrame({"lines": [len(o.groupby("shop")["qty"].sum().to_string().splitlines())]})
