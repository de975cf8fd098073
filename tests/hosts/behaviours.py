"""What every host has to do, and which tests probe it: those whose docstring begins with a behaviour's number.

``"37, 50-52: …"`` probes four. To add a behaviour: a row here, and its number in the docstring of a test.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/hosts", "tests/cli")
IPYTHON, MARIMO, BATCH = "IPython", "marimo", "batch"

BEHAVIOURS = {
    1: "the cell that loads us is a run, no orphan",
    2: "a cell has its host's id",
    3: "a cell without id is known by its text",
    4: "a blank cell is no run",
    5: "a comment is a run",
    6: "a syntax error fails its cell",
    7: "an error fails its cell, with a clean traceback",
    8: "silent code is no run",
    9: "a front end's hidden code is no run",
    10: "a cell out of history with an id is a run",
    11: "%%capture is a cell within its cell",
    12: "an error in a nested cell stays there",
    13: "%%time is tracked",
    14: "%%bash is a run",
    15: "an unknown magic fails its cell",
    16: "top-level await",
    17: "nothing is current after an async cell",
    18: "a sync cell is interrupted",
    19: "an async cell is interrupted",
    20: "SystemExit ends its cell only",
    21: "a thread's work is its cell's",
    22: "a background task's work is its cell's",
    23: "silent code has no current cell",
    24: "a widget's callback is a run",
    25: "a subshell's cell is paired by itself",
    26: "%run of an .ipy file is its cell's",
    27: "what is displayed is as without",
    28: "a raising repr is shown once",
    29: "a failing sink is invisible",
    30: "a failing transformer keeps the user's tree",
    31: "a reload leaves one pair of hooks",
    32: "%autoreload 2 leaves the session alone",
    33: "an unload removes everything",
    34: "showing a value is no operation",
    35: "SIGKILL leaves a readable START",
    36: "%%timeit measures without us",
    37: "forked and spawned children are clean",
    38: "zero configuration: first and setup cell",
    39: "mo.stop is no failure",
    40: "cancelled descendants are told",
    41: "cached cells are told",
    42: "interrupts, sync and async",
    43: "async cells",
    44: "a script's cell ids are the export's",
    45: "two readers have a session each",
    46: "on_change belongs to its element's cell",
    47: "a broken entry point is harmless",
    48: "cells have their names, and what they depend on",
    49: "papermill, nbconvert, nbclient: the notebook's path",
    50: "exit codes are as without",
    51: "multiprocessing works as without",
    52: "tracebacks are as without",
}


class Probe(NamedTuple):
    """A test: its file, its name, and the behaviours it probes."""

    file: str
    test: str
    numbers: tuple[int, ...]


def family(number: int) -> str:
    """The hosts a behaviour is of."""
    return IPYTHON if number < 38 else MARIMO if number < 49 else BATCH


@cache
def probes() -> tuple[Probe, ...]:
    """Every test that names a behaviour."""
    files = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("test_*.py")))
    return tuple(probe for file in files for probe in _of(file))


def _of(file: Path) -> Iterator[Probe]:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            numbers = _numbers(ast.get_docstring(node) or "")
            if numbers:
                yield Probe(file.relative_to(ROOT).as_posix(), node.name, numbers)


def _numbers(docstring: str) -> tuple[int, ...]:
    named = re.match(r"([\d, -]+):", docstring)
    spans = [part.split("-") for part in named[1].split(",")] if named is not None else []
    return tuple(n for span in spans for n in range(int(span[0]), int(span[-1]) + 1))
