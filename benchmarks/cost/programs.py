"""Whole programs as cells: the 22 TPC-H queries and the demo's pipeline; beside them the same under ipyflow."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cost.shell import Shell, folder
from benchmarks.cost.table import Row
from benchmarks.cost.turns import Spent

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "notebooks" / "01_first_lineage.ipynb"
SCALE = 0.1
BOUND = 1.01


def queries() -> list[list[str]]:
    """The cells of each."""
    from tests.tpch.programs import programs

    return [[cell for cell in program.source.split("# %%\n") if cell.strip()] for program in programs("chains")]


def demo() -> list[list[str]]:
    """The notebook's cells, without magics."""
    cells = (c for c in json.loads(DEMO.read_text())["cells"] if c["cell_type"] == "code")
    sources = ("".join(c["source"]) for c in cells)
    return [[s for s in sources if not s.lstrip().startswith("%")]]


def ratio(what: str, programs: list[list[str]], rounds: int) -> Row:
    """With the extension to without: each round does all programs both ways, in turns; the median of the rounds.

    Not the best of them: where the machine's own speed swings by more than what is looked for, as it does beside other
    guests of a host, either side may have met the faster moments.
    """
    shell = Shell()
    for program in programs:
        shell.plain(program)  # files are read, libraries imported
    threads, processes, clocks, without = [], [], [], 0.0
    for turn in range(rounds):
        pairs = [_pair(shell, program, first=turn % 2) for program in programs]
        plain, tracked = zip(*pairs, strict=True)
        without = sum(side.thread for side in plain)
        threads.append(sum(side.thread for side in tracked) / without)
        processes.append(sum(side.process for side in tracked) / sum(side.process for side in plain))
        clocks.append(sum(side.clock for side in tracked) / sum(side.clock for side in plain))
    low, middle, high = statistics.quantiles(threads, n=4)
    clock = statistics.median(clocks)
    said = f"{what} ({without:.1f} s; half of {rounds} rounds in {low:.3f}-{high:.3f}; by the clock {clock:.3f})"
    return Row(said, middle, statistics.median(processes), BOUND)


def _pair(shell: Shell, program: list[str], *, first: int) -> tuple[Spent, Spent]:
    """Without and with; with the extension first if ``first``."""
    if first:
        tracked = shell.tracked(program)
        return shell.plain(program), tracked
    return shell.plain(program), shell.tracked(program)


def rows(rounds: int) -> Iterator[Row]:
    """Both, under lineage_ext and under ipyflow."""
    from benchmarks.cost import ipyflow
    from tests.tpch import data

    with folder() as here:
        tables = data.generate(Path(here), SCALE)
        yield ratio(f"22 TPC-H queries at SF {SCALE}", queries(), 2 * rounds)
        yield ratio("the demo's pipeline", demo(), 8 * rounds)
        yield from ipyflow.rows(tables)
