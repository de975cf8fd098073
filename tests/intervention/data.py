"""The frames that programs take: orders ``o``, people ``p`` and shops ``h``. Made from a fixed seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

ORDERS, PEOPLE = 60, 15


def frames() -> dict[str, pd.DataFrame]:
    """Orders (60 rows), people (15) and shops (4), with nulls, repeats, text and dates."""
    random = np.random.default_rng(7)
    n = ORDERS
    hours = pd.to_timedelta(random.permutation(90 * 24)[:n], unit="h")
    orders = pd.DataFrame({
        "id": np.arange(n),
        "person": random.integers(0, PEOPLE, n),
        "shop": random.choice(list("ABCD"), n),
        "item": random.choice(["ink", "pen", "pad", "cup"], n),
        "qty": random.integers(1, 9, n),
        "price": random.uniform(1, 50, n).round(2),
        "disc": random.choice([0, 0.1, 0.2, np.nan], n),
        "day": pd.Timestamp("2024-01-01") + hours,
        "note": pd.Series(random.choice(["ok fine", "bad luck", "so so", None], n), dtype=object),
    })  # fmt: skip
    people = pd.DataFrame({
        "person": np.arange(PEOPLE),
        "city": random.choice(["rome", "oslo", "lima"], PEOPLE),
        "age": random.integers(18, 80, PEOPLE),
        "score": random.normal(0, 1, PEOPLE).round(3),
    })  # fmt: skip
    shops = pd.DataFrame({"shop": list("ABCD"), "region": ["n", "s", "n", "e"], "rate": [1.1, 0.9, 1.3, 0.7]})
    return {"o": orders, "p": people, "h": shops}
