"""Files that a program writes itself, by hand, and reads again."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import csv
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd


def text_written_and_read_csv(o):
    with tempfile.TemporaryDirectory() as d:
        path = Path(d) / "o.csv"
        path.write_text(o[["id", "qty"]].to_csv(index=False))
        return pd.read_csv(path)


def json_dump_and_load(o):
    with tempfile.TemporaryDirectory() as d:
        name = os.path.join(d, "x.json")
        with open(name, "w") as f:
            json.dump({k: float(v) for k, v in o.groupby("shop")["price"].mean().items()}, f)
        with open(name) as f:
            means = json.load(f)
    return o[["id"]].assign(m=o["shop"].map(means))


def csv_writer_rows(o):
    with tempfile.TemporaryDirectory() as d:
        name = os.path.join(d, "rows.csv")
        with open(name, "w", newline="") as f:
            w = csv.writer(f)
            w.writerow(["id", "label"])
            for r in o.itertuples():
                w.writerow([r.id, f"{r.shop}-{r.item}"])
        return pd.read_csv(name)


def file_by_two_functions_same_name(o):
    def write(folder, f):
        with open(f"{folder}/means.csv", "w") as out:
            out.write(f.groupby("shop")["price"].mean().to_csv())

    def read(folder):
        return pd.read_csv(os.path.join(folder, "means.csv"))

    with tempfile.TemporaryDirectory() as d:
        write(d, o)
        m = read(d)
    return o[["id", "shop"]].merge(m, on="shop")


def config_written_by_class(o):
    class Store:
        def __init__(self, folder):
            self.path = Path(folder) / "state.json"

        def save(self, state):
            self.path.write_text(json.dumps(state))

        def load(self):
            return json.loads(self.path.read_text())

    with tempfile.TemporaryDirectory() as d:
        s = Store(d)
        s.save({"mean": float(o["price"].mean())})
        st = s.load()
    return o[["id"]].assign(x=o["price"] - st["mean"])


def npz_of_two(o):
    with tempfile.TemporaryDirectory() as d:
        p = os.path.join(d, "a.npz")
        np.savez(p, q=o["qty"].to_numpy(), p=o["price"].to_numpy())
        z = np.load(p)
        return pd.DataFrame({"a": z["q"] * 2, "b": z["p"]})
