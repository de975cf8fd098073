"""Sessions to look at, as cells (id, source): what pictures show and tests of what is large or fails can start from."""

from __future__ import annotations

from collections.abc import Iterator

REGIONS = ("north", "south", "east", "west", "alps", "coast", "city", "plain", "islands", "delta", "forest", "valley")

EMPTY = (("hello", "greeting = 'hello'"),)

START = """
import numpy as np
import pandas as pd
from pathlib import Path
rng = np.random.default_rng(7)
def write(name, **columns):
    pd.DataFrame(columns).to_csv(name, index=False)
"""

ERRORS = (
    ("start", START),
    (
        "files",
        """
write("orders.csv", order=range(2000), customer=rng.integers(0, 300, 2000), price=rng.normal(40, 9, 2000).round(2),
      day=pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, 2000), unit="D"))
write("customers.csv", customer=range(300), country=rng.choice(["DE", "FR", "PL"], 300),
      since=rng.integers(2009, 2026, 300))
""",
    ),
    (
        "read",
        """orders = pd.read_csv("orders.csv", parse_dates=["day"])
customers = pd.read_csv("customers.csv")""",
    ),
    (
        "join",
        """sales = orders.merge(customers, on="customer", how="left", validate="one_to_one")
sales["net"] = sales["price"] / 1.19""",
    ),
    (
        "join",
        """sales = orders.merge(customers, on="customer", how="left", validate="many_to_one")
sales["net"] = sales["price"] / 1.19""",
    ),
    ("by-month", """by_month = sales.groupby(sales["day"].dt.month)["net"].agg(["sum", "mean"])"""),
    ("score", """scored = sales.pipe(lambda d: d.assign(score=[hash(c) % 10 for c in d["country"]]))"""),
    ("margin", """margin = by_month["sum"] - by_month["costs"]"""),
    ("country", """by_country = sales.pivot_table(index="country", columns="since", values="net", aggfunc="sum")"""),
    ("write", """by_country.to_parquet("missing/by_country.parquet")"""),
    ("write-csv", """by_country.to_csv("by_country.csv")"""),
    ("cast", """sales["country"].astype("int64")"""),
)


def large() -> Iterator[tuple[str, str]]:
    """Some 300 tables: twelve regions that go through the same steps, and what is made of all of them."""
    yield "start", START
    for region in REGIONS:
        yield f"files-{region}", FILES.format(r=region)
    yield (
        "calendar",
        """calendar = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=90)})
calendar["weekend"] = calendar["day"].dt.dayofweek >= 5""",
    )
    for region in REGIONS:
        for name, source in STEPS.items():
            yield f"{name}-{region}", source.format(r=region)
    yield "all", "days = pd.concat([{}], keys={!r})".format(", ".join(f"{r}_daily" for r in REGIONS), REGIONS)
    yield "ranking", "ranking = days.groupby(level=0)['revenue'].sum().sort_values(ascending=False).to_frame()"
    yield "write", "days.to_csv('days.csv')\nranking.to_csv('ranking.csv')"


FILES = """
n = rng.integers(300, 900)
write("{r}_sales.csv", shop=rng.integers(0, 20, n), item=rng.integers(0, 50, n), pieces=rng.integers(1, 9, n),
      day=pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, n), unit="D"))
write("{r}_shops.csv", shop=range(20), city=rng.choice(["A", "B", "C"], 20), area=rng.integers(80, 900, 20))
write("{r}_prices.csv", item=range(50), price=rng.normal(20, 4, 50).round(2), tax=rng.choice([0.07, 0.19], 50))
"""

STEPS = {
    "read": """
{r}_sales = pd.read_csv("{r}_sales.csv", parse_dates=["day"])
{r}_shops = pd.read_csv("{r}_shops.csv")
{r}_prices = pd.read_csv("{r}_prices.csv")
""",
    "clean": """
{r}_clean = {r}_sales.dropna()
{r}_valid = {r}_clean[{r}_clean["pieces"] > 1]
{r}_named = {r}_valid.rename(columns={{"pieces": "quantity"}})
{r}_sized = {r}_shops.assign(large={r}_shops["area"] > 400)
{r}_gross = {r}_prices.eval("gross = price * (1 + tax)")
""",
    "join": """
{r}_sold = {r}_named.merge({r}_gross, on="item")
{r}_placed = {r}_sold.merge({r}_sized, on="shop", how="left")
{r}_dated = {r}_placed.merge(calendar, on="day", how="left")
""",
    "features": """
{r}_facts = {r}_dated.assign(revenue={r}_dated["quantity"] * {r}_dated["gross"])
{r}_weekend = {r}_facts[{r}_facts["weekend"]]
{r}_week = {r}_facts.query("not weekend")
{r}_top = {r}_facts.nlargest(20, "revenue")
""",
    "group": """
{r}_daily = {r}_facts.groupby("day", as_index=False)["revenue"].sum()
{r}_by_city = {r}_facts.groupby("city")["revenue"].agg(["sum", "mean"])
{r}_by_item = {r}_week.groupby("item")["quantity"].sum().to_frame()
{r}_by_shop = {r}_weekend.pivot_table(index="shop", values="revenue", aggfunc="sum")
{r}_trend = {r}_daily.set_index("day").rolling(7).mean()
{r}_best = {r}_by_shop.sort_values("revenue", ascending=False).head(5)
""",
}
