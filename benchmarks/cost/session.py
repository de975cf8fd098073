"""A session of a million operations: memory, what an operation costs at its begin and at its end, the store.

Each cell has a loop over frames of its own; what repeats is counted, as in any session. Afterwards the same without
loops: operations that all differ, each recorded in full.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks.cost.shell import folder
from benchmarks.cost.table import Row
from lineage_ext.capture import recorder
from lineage_ext.config import LineageConfig
from lineage_ext.hosts.wiring import open_session
from lineage_ext.resources import source
from lineage_ext.session import Session

OPERATIONS, DIFFERENT = 1_000_000, 20_000
LOOP = """
part = df[df["a"] > {no}]
for i in range(250):
    x = part.at[{last}, "a"] + i
    part.loc[{last}, "b"] = x
    head = part.head(3)
    total = head["a"].sum()
    both = head["a"] + head["b"]
    out = both.max()
"""
UNROLLED = """c{n} = df["a"] + {n}
f{n} = df.assign(c=c{n})
g{n} = f{n}[f{n}["c"] > {n}]
m{n} = g{n}.groupby("b")["c"].sum()
"""
MB = 1e6


def rows(rounds: int) -> Iterator[Row]:
    """``rounds`` doesn't matter: a session is long enough."""
    with folder() as here:
        cells = [LOOP.format(no=no % 40, last=199) for no in range(OPERATIONS // 2_000)]
        yield from measured(here, "looped", cells)
    with folder() as here:
        each = [UNROLLED.format(n=n) for n in range(DIFFERENT // 8)]
        cells = ["".join(each[at : at + 10]) for at in range(0, len(each), 10)]
        yield from measured(here, "all different", cells)


def measured(here: str, what: str, cells: list[str]) -> Iterator[Row]:
    """Runs them in one session."""
    session = open_session("bench", LineageConfig(), Path(here) / ".lineage")
    begun, tenth = len(cells) // 20, len(cells) // 10
    compared = (range(begun, begun + tenth), range(len(cells) - tenth, len(cells)))
    names: dict[str, object] = {"pd": pd, "df": pd.DataFrame({"a": range(200), "b": [0.5] * 200})}
    before = 0
    spent: dict[int, float] = {}  # cell → its time to that of the same cell without recording
    for no, cell in enumerate(cells):
        if no == begun:
            gc.collect()
            before = source().rss()
        began = time.process_time()
        run_cell(session, cell, dict(names), no)  # the cells' own frames die with them
        if any(no in part for part in compared):
            tracked, began = time.process_time() - began, time.process_time()
            with recorder.muted():  # beside it: a machine is faster at one time than at another
                exec(compile(cell, f"<plain {no}>", "exec"), dict(names))
            spent[no] = tracked / (time.process_time() - began)
    gc.collect()
    grown = source().rss() - before
    total = session.counters.operations
    first, last = (statistics.median(spent[no] for no in part) for part in compared)
    session.close()
    size = sum(f.stat().st_size for f in (Path(here) / ".lineage").iterdir())
    loop = what == "looped"
    yield Row(f"{total:,} operations, {what}: memory grows by", grown / MB, None, 150 if loop else None, "MB")
    yield Row(f"{total:,} operations, {what}: the store", size / MB, None, 150 if loop else None, "MB")
    yield Row(f"{total:,} operations, {what}: the last tenth's cost to the first's", last / first, None, 1.1)


def run_cell(session: Session, cell: str, names: dict[str, object], no: int) -> None:
    """As a host does, and what was recorded is explained and stored at once."""
    name = f"<cell {os.getpid()} {no}>"
    run = session.begin(cell, filename=name)
    exec(compile(cell, name, "exec"), names)
    session.end(run)
    session.flush()
