"""Single operations: recorded, nested, and counted in loops; by the hooks in C and by those in Python."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType

import numpy as np
import pandas as pd

from benchmarks.cost.shell import Shell, folder
from benchmarks.cost.table import Row
from benchmarks.cost.turns import by_turns, shortest
from lineage_ext.capture import compiled, recorder
from lineage_ext.capture.log import LOG
from lineage_ext.capture.pandas_functions import targets
from lineage_ext.capture.points import WORLD
from lineage_ext.compiled import SETTING
from lineage_ext.session import Session
from lineage_ext.testing import notebook

N, CELL = 200, "<cell loop>"
PROCESSES = 7
DRAWS = 4
OPERATIONS = ("df['a']", "a + b", "df.head(3)", "a > 1", "a.sum()")
PYTHON_BOUND, C_BOUND, NESTED_BOUND = 4.0, 1.2, 0.05  # µs
LOOPS = {
    "df.at[i, 'a'], 20 000 ×": ("for j in range(40):\n for i in range(500): df.at[500 * j + i, 'a']\n mark()", 1.25),
    "s.iloc[i], 20 000 ×": ("for j in range(40):\n for i in range(500): a.iloc[500 * j + i]\n mark()", 1.25),
    "a loop of Python, 1 000 000 ×": ("t = 0\nfor j in range(50):\n for i in range(20_000): t += i\n mark()", 1.02),
    "df.apply by rows, 10 000 ×": ("df.head(10_000).apply(by_row, axis=1)", 1.10),
}
FRAMES = """
import numpy as np, pandas as pd
df = pd.DataFrame({"a": np.arange(20_000), "b": 1.5})
a, rows = df["a"], 0

def by_row(row):
    global rows
    rows += 1
    if rows % 250 == 0:
        mark()
    return row["a"] + row["b"]
"""


def rows(rounds: int) -> Iterator[Row]:
    """Those of both hooks; the loops under the hooks that run by default."""
    yield from medians(rounds)
    if compiled.HOOKS is not None:
        yield from medians(rounds, {SETTING: "0"})
    yield nested(rounds)
    with folder():
        shell = Shell()
        for what, (cell, bound) in LOOPS.items():
            sides = (shell.plain, shell.tracked)
            without, with_ = by_turns(rounds, *(lambda s=side, c=cell: s([c], FRAMES) for side in sides))
            yield Row(what, with_.thread / without.thread, with_.process / without.process, bound)


def medians(rounds: int, settings: dict[str, str] | None = None) -> Iterator[Row]:
    """Of ``recorded`` in several processes, by turns with nothing else.

    Where code and objects happen to lie in a process makes what recording adds to the same 20 µs of pandas 0.5 µs more
    or less.
    """
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.cost.operations", str(rounds)]
    environment = {**os.environ, **(settings or {})}
    found: list[list[Row]] = []
    for _ in range(PROCESSES):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        found.append(list(map(Row.from_json, done.stdout.splitlines())))
    for same in zip(*found, strict=True):
        low, middle, high = statistics.quantiles([row.thread for row in same], n=4)
        process = statistics.median(row.process or 0.0 for row in same)
        what = f"{same[0].what}, half of {PROCESSES} processes {low:.2f}-{high:.2f}"
        yield Row(what, middle, process, same[0].bound, same[0].unit)


def recorded(rounds: int) -> Iterator[Row]:
    """What recording adds to an outermost operation, where no call is taken for a repeat of another.

    Which attributes share a place in CPython's cache of them is drawn anew whenever tracking begins or ends, and makes
    ``a + b`` take 19 to 32 µs. So both sides are measured by turns after each draw: pandas' functions get the code they
    had, and then that with hooks, while all else stays. The median of what that adds is told.
    """
    df = pd.DataFrame({"a": np.arange(1_000), "b": 1.5})
    loops = {line: looped(line, {"df": df, "a": df["a"], "b": df["b"]}) for line in OPERATIONS}
    with notebook() as book:  # what is done once is done
        for loop in loops.values():
            book.call(loop)
    plain: dict[str, list[float]] = {line: [] for line in loops}
    added: dict[str, list[float]] = {line: [] for line in loops}
    explained: dict[str, float] = dict.fromkeys(loops, float("inf"))
    own = codes()
    for turn in range(DRAWS * rounds):
        with in_full() as session:
            hooked = codes()
            for line, loop in loops.items():
                give(own)
                without = shortest(loop) / N * 1e6
                give(hooked)
                plain[line].append(without)
                added[line].append(shortest(loop) / N * 1e6 - without)
                if turn >= rounds:  # what explaining takes is known
                    LOG.clear()
                    continue
                before, of = session.counters.worker_ns, session.counters.operations
                session.flush()
                took = (session.counters.worker_ns - before) / (session.counters.operations - of)
                explained[line] = min(explained[line], took / 1e3)
    language, bound = ("Python", PYTHON_BOUND) if compiled.HOOKS is None else ("C", C_BOUND)
    for line in loops:
        adds = statistics.median(added[line])
        what = f"recording {line}, hooks in {language} ({statistics.median(plain[line]):.1f} µs)"
        yield Row(what, adds, adds + explained[line], bound, "µs")


def codes() -> dict[FunctionType, CodeType]:
    """The code that pandas' functions have now."""
    return {target.function: target.function.__code__ for target in targets()}


def give(code: dict[FunctionType, CodeType]) -> None:
    """Have them run another one."""
    for function, its in code.items():
        function.__code__ = its


def looped(line: str, names: dict[str, object]) -> Callable[[], object]:
    """Code of a cell that does it ``N`` times."""
    code = compile(f"for _ in range({N}): {line}", CELL, "exec")
    return lambda: exec(code, names)


@contextmanager
def in_full() -> Iterator[Session]:
    """Tracking without budget and without collapse, the worker standing still."""
    with notebook() as book:
        book.session.halt()
        run = book.session.begin("", filename=CELL)
        before, WORLD.cold = WORLD.cold, 10**9
        try:
            yield book.session
        finally:
            WORLD.cold = before
            book.session.end(run)


def nested(rounds: int, n: int = 20_000) -> Row:
    """What an instrumented function takes more within another: ``Series.values`` is about the shortest there is."""
    series = pd.Series(np.arange(10))

    def loop() -> None:
        for _ in range(n):
            series.values  # noqa: B018

    without, with_ = [], []
    for _ in range(rounds):
        without.append(shortest(loop))
        with notebook(), recorder.muted():
            with_.append(shortest(loop))
    return Row("a nested call", (min(with_) - min(without)) / n * 1e6, None, NESTED_BOUND, "µs")


def main() -> None:
    """One of several processes, with the hooks that its environment tells."""
    for row in recorded(int(sys.argv[1])):
        print(row.to_json(), flush=True)


if __name__ == "__main__":
    main()
