"""Whole programs as cells: the 22 TPC-H queries and the demo's pipeline; beside them the same under ipyflow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cost.shell import Shell, folder
from benchmarks.cost.table import Row
from benchmarks.cost.turns import by_turns

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
    """With the extension to without: the sums over all cells, each the best of its rounds."""
    shell = Shell()
    for program in programs:
        shell.plain(program)  # files are read, libraries imported
    pairs = [by_turns(rounds, lambda p=p: shell.plain(p), lambda p=p: shell.tracked(p)) for p in programs]
    without, with_ = (sum(side.thread for side in sides) for sides in zip(*pairs, strict=True))
    beside, with_beside = (sum(side.process for side in sides) for sides in zip(*pairs, strict=True))
    return Row(f"{what} ({without:.1f} s)", with_ / without, with_beside / beside, BOUND)


def rows(rounds: int) -> Iterator[Row]:
    """Both, under lineage_ext and under ipyflow."""
    from benchmarks.cost import ipyflow
    from tests.tpch import data

    with folder() as here:
        tables = data.generate(Path(here), SCALE)
        yield ratio(f"22 TPC-H queries at SF {SCALE}", queries(), rounds)
        yield ratio("the demo's pipeline", demo(), 2 * rounds)
        yield from ipyflow.rows(tables)
