"""Random sessions for hypothesis: operations over a few small datasets, with everything the model allows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lineage_ext.model import ORDER, ROWS, Block, Confidence, Dataset, Run, Transformation, level
from tests.graph.build import Notebook, frame

SLOTS = (0, 1, 2, level(0), ROWS, ORDER)
LABELS = ("a", "b", "c")


@st.composite
def blocks(draw: Any, inputs: int, outputs: int) -> Block:
    """Any block between some input and output."""
    cross = draw(st.booleans())
    targets = draw(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=4))
    size = {} if cross else {"min_size": len(targets), "max_size": len(targets)}
    sources = draw(st.lists(st.sampled_from(SLOTS), **(size or {"min_size": 1, "max_size": 3})))
    confidence = draw(st.sampled_from(Confidence))
    reason = "" if confidence is Confidence.EXACT else draw(st.sampled_from(["guessed", "no rule"]))
    kind = draw(st.sampled_from([tuple, list]))
    return Block(
        draw(st.integers(0, outputs - 1)), draw(st.integers(0, inputs - 1)), kind(targets), kind(sources),
        draw(st.sampled_from(Transformation)), confidence, cross, reason, draw(st.booleans()),
    )  # fmt: skip


@st.composite
def sessions(draw: Any, most: int = 12) -> list[Run]:
    """The operations of a session: new roots, several outputs, files written and read again, things handed on."""
    book = Notebook(())
    pool: list[Dataset] = []

    def new() -> Dataset:
        if draw(st.integers(0, 5)) == 0:
            return book.external(f"/data/{book.datasets}.csv", frame(*LABELS), index=(None,))
        return book.dataset(frame(*LABELS))

    def some() -> Dataset:
        fresh = not pool or draw(st.integers(0, 4)) == 0
        return new() if fresh else draw(st.sampled_from(pool))

    runs = []
    for _ in range(draw(st.integers(1, most))):
        inputs = {d.no: d for d in (some() for _ in range(draw(st.integers(0, 3))))}
        outputs = {
            d.no: d for d in (some() if draw(st.integers(0, 9)) == 0 else new() for _ in range(draw(st.integers(1, 2))))
        }
        n, m = len(inputs), len(outputs)
        map_ = draw(st.lists(blocks(n, m), max_size=4)) if n else []
        runs.append(book.op("op", list(inputs.values()), list(outputs.values()), map_))
        pool += [d for d in (*inputs.values(), *outputs.values()) if d not in pool]
    return runs
