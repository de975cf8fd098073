"""What explaining costs on the worker thread: µs of CPU per operation, and whether 100 000 operations cost 100 × 1 000.

*rules* is the evaluation of the rules alone, over the operations of the intervention programs (tests/intervention),
which are of all families. A shape is an operation with its arguments and the labels of its inputs; *cold* is one met
for the first time, *warm* one that is known, *as they came* are all operations in order, of which half repeat a shape.
*worker* is everything from the records in the log to the graph: decoding, source positions, untracked values, rules,
the gate, the graph. It meets the cells of the TPC-H programs (tests/tpch) for the first time, then the same cells run
again under other names, and last a loop.

    python benchmarks/rules.py [--operations 100000]
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pandas as pd

from lineage_ext.model import Schema
from lineage_ext.rules.call import Call
from lineage_ext.rules.explain import Explainer, Shape
from lineage_ext.testing import Notebook, notebook
from tests.intervention.programs import programs as intervention_programs
from tests.tpch import data
from tests.tpch.programs import programs as tpch_programs
from tests.tpch.recorded import CELL

LOOP = """
for _ in range({n}):
    b = a[a["x"] > 1]
    b = b.assign(y=b["x"] * 2)
    c = b.groupby("k")["y"].sum()
    d = a.merge(c.reset_index(), on="k", how="left")
    e = d.sort_values("y").head(3)
"""
PER_ROUND = 11  # operations in one round of the loop
ROUNDS = 5
Times = list[float]  # µs of CPU


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=100_000, help="operations of the longest loop")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}; µs of CPU per operation")
    print(f"{'':28}{'n':>7}{'median':>9}{'mean':>9}{'p90':>9}")
    for name, times in (*rules().items(), *worker().items()):
        line(name, times)
    print("\na loop, from the log to the graph")
    for operations in (1_000, 10_000, options.operations):
        print(f"{operations:>11,} operations: {loop(operations):7.1f} µs each")


def line(name: str, times: Times) -> None:
    """One line of the table."""
    median, mean, most = statistics.median(times), statistics.mean(times), sorted(times)[int(0.9 * len(times))]
    print(f"{name:28}{len(times):>7}{median:>9.1f}{mean:>9.1f}{most:>9.1f}")


# -- rules alone -----------------------------------------------------------------------------------------------------
def rules() -> dict[str, Times]:
    """Each shape of the programs explained as if for the first time, and again; then all calls in order."""
    cold, warm, came = [], [], []
    with quiet() as book, collected() as calls:
        for program in intervention_programs():
            book.call(program.function, **program.frames())
            book.session.flush()
    shapes = different(calls)
    for _ in range(ROUNDS):
        explainer = Explainer(schema_itself)
        for call in shapes:
            explainer.word(call.op)  # found once per function and session
        cold.append([clocked(explainer, call) for call in shapes])
        warm.append([clocked(explainer, call) for call in shapes])
        explainer = Explainer(schema_itself)
        came.append([clocked(explainer, call) for call in calls])
    return {"rules, as they came": by_call(came), "rules, cold": by_call(cold), "rules, warm": by_call(warm)}


@contextlib.contextmanager
def collected() -> Iterator[list[Call]]:
    """The calls that are explained meanwhile, as they were before."""
    calls: list[Call] = []
    explain = Explainer.explain

    def noting(self: Explainer, call: Call) -> Shape:
        calls.append(untouched(call))
        return explain(self, call)

    Explainer.explain = noting  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        Explainer.explain = explain  # type: ignore[method-assign]


def different(calls: list[Call]) -> list[Call]:
    """One call of each shape."""
    explainer = Explainer(schema_itself)
    shapes: dict[int, Call] = {}
    kept = []  # ids are of living objects
    for call in calls:
        shape = explainer.explain(untouched(call))
        kept.append(shape)
        shapes.setdefault(id(shape), call)
    return list(shapes.values())


def clocked(explainer: Explainer, call: Call) -> float:
    """µs of one explanation."""
    call = untouched(call)
    began = time.thread_time_ns()
    explainer.explain(call)
    return (time.thread_time_ns() - began) / 1e3


def untouched(call: Call) -> Call:
    """A copy that can be explained."""
    return replace(call, outs=[copy(o) for o in call.outs], inputs=list(call.inputs), blocks=[], used=set())


def schema_itself(schema: Schema) -> Schema:
    """Schemas were interned when the calls were made."""
    return schema


def by_call(rounds: list[Times]) -> Times:
    """The median of each call's rounds."""
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


# -- the whole worker ------------------------------------------------------------------------------------------------
def worker() -> dict[str, Times]:
    """Everything the worker does for the cells of the TPC-H programs; for each operation the mean of its cell."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(data.generate(Path(folder), 0.001)), quiet() as book:
        first, again = cells(book), cells(book)
    return {"worker, new cells": first, "worker, cells run again": again}


def cells(book: Notebook) -> Times:
    """Run every cell and flush after it."""
    times: Times = []
    session = book.session
    for program in tpch_programs():
        for cell in program.source.split(CELL):
            book.cell(cell)
            before, began = session.counters.operations, time.thread_time_ns()
            session.flush()
            spent, operations = time.thread_time_ns() - began, session.counters.operations - before
            times += [spent / 1e3 / operations] * operations if operations else []
    return times


@contextlib.contextmanager
def quiet() -> Iterator[Notebook]:
    """A notebook whose worker sleeps, so that only ``flush`` explains."""
    with notebook() as book:
        book.session.config.flush_interval = 1e6
        yield book


def loop(operations: int) -> float:
    """µs of the worker's CPU per operation of one long cell."""
    frame = pd.DataFrame({"k": np.arange(20) % 4, "x": np.arange(20.0)})
    with notebook() as book:
        book.cell(LOOP.format(n=operations // PER_ROUND), a=frame)
        book.session.flush()
        counters = book.session.counters
        return counters.worker_ns / 1e3 / counters.operations


if __name__ == "__main__":
    main()
