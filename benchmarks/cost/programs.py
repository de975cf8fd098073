"""Whole programs as cells: the 22 TPC-H queries and the demo's pipeline; beside them the same under ipyflow."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.cost.shell import Shell, folder
from benchmarks.cost.table import Row
from benchmarks.cost.turns import Spent

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "notebooks" / "01_first_lineage.ipynb"
SCALE = 0.1
BOUND = 1.01
DRAWS = 400
Turns = list[list[tuple[Spent, Spent]]]  # by round and program: without and with the extension
FRAMES = """
import numpy as np, pandas as pd
wide = pd.DataFrame(np.random.rand(200, 1_000)).add_prefix("c")
many = [pd.DataFrame({"a": np.arange(50), "b": i}) for i in range(2_000)]
"""
DENSE = {
    "a loop over 1 000 columns": """
out = {}
for c in wide.columns:
    s = wide[c]
    out[c] = (s - s.mean()) / s.std()
""",
    "a loop over 2 000 small frames": """
parts = []
for i, d in enumerate(many):
    e = d[d["a"] > i % 50].copy()
    e["n"] = e["b"] * 2 + i
    parts.append(e)
""",
}
"""Small operations that never come again: what no summary of repeats helps, and the worker can't keep up with."""


def queries() -> list[list[str]]:
    """The cells of each."""
    from tests.tpch.programs import programs

    return [[cell for cell in program.source.split("# %%\n") if cell.strip()] for program in programs("chains")]


def demo() -> list[list[str]]:
    """The notebook's cells, without magics."""
    cells = (c for c in json.loads(DEMO.read_text())["cells"] if c["cell_type"] == "code")
    sources = ("".join(c["source"]) for c in cells)
    return [[s for s in sources if not s.lstrip().startswith("%")]]


def ratio(what: str, programs: list[list[str]], rounds: int, first: str = "", bound: float | None = BOUND) -> Row:
    """With the extension to without: each round does all programs both ways, each by turns. ``first`` is run before
    each and isn't measured.

    Of each cell the median of the rounds counts, on either side. Not the best of them: where the machine's own speed
    swings by more than what is looked for, as it does beside other guests of a host, either side may have met the
    faster moments. Nor the median of whole rounds: what disturbs one cell would be counted with all others.
    """
    shell = Shell()
    for program in programs:
        shell.plain(program, first)  # files are read, libraries imported
    turns = [[_pair(shell, p, first, tracked_first=turn % 2) for p in programs] for turn in range(rounds)]
    low, high = _likely(turns)
    without = sum(_medians([turn[i][0] for turn in turns]).thread for i in range(len(programs)))
    clock = _ratio(turns, lambda spent: spent.clock)
    said = f"{what} ({without:.1f} s; {rounds} rounds, likely {low:.3f}-{high:.3f}; by the clock {clock:.3f})"
    return Row(said, _ratio(turns), _ratio(turns, lambda spent: spent.process), bound)


def _medians(rounds: list[Spent]) -> Spent:
    parts = tuple(map(statistics.median, zip(*(s.parts for s in rounds), strict=True)))
    process, clock = (statistics.median(getattr(s, name) for s in rounds) for name in ("process", "clock"))
    return Spent(parts, process, clock)


def _ratio(turns: Turns, asked: Callable[[Spent], float] = lambda spent: spent.thread) -> float:
    plain, tracked = (
        sum(asked(_medians([turn[i][side] for turn in turns])) for i in range(len(turns[0]))) for side in (0, 1)
    )
    return tracked / plain


def _likely(turns: Turns) -> tuple[float, float]:
    """Four fifths of what other rounds of the same kind would have given: as many, drawn anew from these."""
    draw = random.Random(0)
    found = sorted(_ratio(draw.choices(turns, k=len(turns))) for _ in range(DRAWS))
    return found[DRAWS // 10], found[-DRAWS // 10]


def _pair(shell: Shell, program: list[str], first: str, *, tracked_first: int) -> tuple[Spent, Spent]:
    """Without and with the extension, in either order."""
    if tracked_first:
        tracked = shell.tracked(program, first)
        return shell.plain(program, first), tracked
    return shell.plain(program, first), shell.tracked(program, first)


def rows(rounds: int) -> Iterator[Row]:
    """Both, under lineage_ext and under ipyflow."""
    from benchmarks.cost import ipyflow
    from tests.tpch import data

    with folder() as here:
        tables = data.generate(Path(here), SCALE)
        yield ratio(f"22 TPC-H queries at SF {SCALE}", queries(), 2 * rounds)
        yield ratio("the demo's pipeline", demo(), 8 * rounds)
        for what, cell in DENSE.items():
            yield ratio(what, [[cell]], 4 * rounds, FRAMES, bound=None)
        yield from ipyflow.rows(tables)
