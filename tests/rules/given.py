"""Makes the frames a spec is given, from ``<k>=str v=float when=time?``. The same line gives the same data."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Random = np.random.Generator
ROWS = 20
WORDS = np.array(["ink", "pen", "pad", "cup"], dtype=object)
TEXTS = np.array(["so so", "bad luck", "ok fine then", "Oh"], dtype=object)
START = pd.Timestamp("2024-01-01")


def frame(name: str, columns: dict[str, str], rows: int = ROWS) -> pd.DataFrame:
    """The frame for ``{"<k>": "str", "v": "float"}``: ``<k>`` is an index level, the rest are columns."""
    made = pd.DataFrame({c: column(f"{name}.{c}", kind, rows) for c, kind in columns.items()})
    levels = [c for c in columns if c.startswith("<")]
    if not levels:
        return made
    return made.set_index(levels).rename_axis([None if c == "<index>" else c[1:-1] for c in levels])


def column(seed: str, kind: str, rows: int) -> pd.Series[Any]:
    """A column of that kind; ``?`` after the kind puts nulls into a quarter of it."""
    random = np.random.default_rng(zlib.crc32(seed.encode()))
    made = KINDS[kind.rstrip("?")](random, rows)
    if not kind.endswith("?"):
        return made
    if made.dtype.kind in "iub":
        made = made.convert_dtypes()
    return made.mask(pd.Series(random.random(rows) < 0.25))


def _words(words: Any, random: Random, n: int) -> pd.Series[Any]:
    return pd.Series(words[random.integers(0, len(words), n)])


KINDS: dict[str, Callable[[Random, int], pd.Series[Any]]] = {
    "int": lambda r, n: pd.Series(r.integers(0, 8, n)),  # repeated small numbers: keys, counts
    "id": lambda r, n: pd.Series(r.permutation(n)),  # 0 … rows - 1, each once, shuffled
    "float": lambda r, n: pd.Series(r.uniform(-5, 50, n).round(2)),
    "str": lambda r, n: _words(WORDS, r, n),  # a few short words: keys
    "text": lambda r, n: _words(TEXTS, r, n),  # several words each
    "number": lambda r, n: pd.Series(r.integers(10, 99, n).astype(str)),  # numbers as text
    "bool": lambda r, n: pd.Series(r.random(n) < 0.5),
    "cat": lambda r, n: _words(WORDS, r, n).astype("category"),
    "time": lambda r, n: pd.Series(START + pd.to_timedelta(np.cumsum(r.integers(5, 40, n)), unit="h")),  # ascending
    "date": lambda r, n: pd.Series(START + pd.to_timedelta(r.integers(0, 90, n), unit="D")),  # in any order
    "delta": lambda r, n: pd.Series(pd.to_timedelta(r.integers(0, 5000, n), unit="min")),
    "list": lambda r, n: pd.Series([t.split() for t in _words(TEXTS, r, n)]),
    "mixed": lambda r, n: pd.Series([v if i % 2 else str(v) for i, v in enumerate(r.integers(0, 8, n))], dtype=object),
}
