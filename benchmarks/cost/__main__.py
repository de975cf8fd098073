"""Prints the table, each part measured in a process of its own."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.cost.table import HEAD, Row
from benchmarks.cost.turns import yardstick

PARTS = ("programs", "operations", "cells", "session")
PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
BEGIN, END = "<!-- begin: written by make bench WRITE=1 -->", "<!-- end -->"


def main() -> None:
    """The parts asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the table into docs/cost.md")
    parser.add_argument("--lines", action="store_true", help=argparse.SUPPRESS)  # for the process that asked for it
    given = parser.parse_args()
    if not set(given.parts) <= set(PARTS):
        parser.error(f"there are {', '.join(PARTS)}")
    if given.lines:
        for row in _rows(given.parts[0])(given.rounds):
            print(row.to_json(), flush=True)
        return
    print(f"Python {platform.python_version()}, pandas {_version('pandas')}, {os.cpu_count()} cores; CPU time")
    print(f"a round of a Python loop takes {yardstick():.0f} ns (30 to 50 where nothing else runs)")
    print(HEAD)
    found = []
    for part in given.parts or PARTS:
        for row in _of(part, given.rounds):
            print(row, flush=True)
            found.append(row)
    if given.write:
        _write(found)


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _rows(part: str) -> Callable[[int], Iterator[Row]]:
    rows: Callable[[int], Iterator[Row]] = import_module(f"benchmarks.cost.{part}").rows
    return rows


def _of(part: str, rounds: int) -> Iterator[Row]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.cost", part, "--lines", "--rounds", str(rounds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield from (Row.from_json(line) for line in process.stdout if line.startswith("{"))
    if process.returncode:
        sys.exit(f"{part} failed")


def _write(found: list[Row]) -> None:
    text = PAGE.read_text()
    head, _, rest = text.partition(BEGIN)
    table = ["| | cell thread | process | promised |", "|---|---|---|---|", *(row.markdown() for row in found)]
    PAGE.write_text("\n".join([head + BEGIN, "", *table, "", END]) + rest.partition(END)[2])


if __name__ == "__main__":
    main()
