"""Runs cells over one small frame and tells what each part of the result came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np
import pandas as pd

from lineage_ext import guard
from lineage_ext.model import Confidence
from lineage_ext.testing import Notebook, edges_of, notebook

ROWS = 8
Edges = dict[str, str]
_numbers = count(1)


class Cells:
    """A notebook whose cells start with ``df``, a frame with the columns a, b, k, u; ``out`` is what they make."""

    def __init__(self, book: Notebook) -> None:
        self.book = book
        self.confidence: dict[str, set[Confidence]] = {}

    def __call__(self, *cells: str) -> Edges:
        """Part of ``out`` → its sources as text, ``a AGGREGATION, b IDENTITY``; the index is left out."""
        raw = frame()
        inputs = self.book.register(raw=raw)
        self.book.names.clear()
        self.book.cell("df = raw.copy()", raw=raw, np=np, pd=pd)
        for cell in cells:
            self.book.cell(f"{cell}\n# cell {next(_numbers)}")
        found: dict[str, set[str]] = {}
        self.confidence.clear()
        for part, source, edge in edges_of(self.book.session, self.book.names["out"], inputs):
            if not (part.startswith("<") and source.column.startswith("<")):
                found.setdefault(part, set()).add(f"{source.column} {edge.transformation}")
                self.confidence.setdefault(part, set()).add(edge.confidence)
        assert not guard.problems(), guard.problems()
        return {part: ", ".join(sorted(sources)) for part, sources in found.items()}


def frame() -> pd.DataFrame:
    """Eight rows: a and b floats, k a letter, u a number."""
    numbers = np.arange(ROWS)
    return pd.DataFrame({"a": numbers * 1.5, "b": numbers[::-1] * 2.0, "k": list("xyxyxyxy"), "u": numbers})


@contextmanager
def cells() -> Iterator[Cells]:
    """An open notebook for the body."""
    with notebook("opaque") as book:
        guard.forget()
        yield Cells(book)
