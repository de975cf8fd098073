"""No cell can tell whether it is tracked: what it prints is the same, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transparency.probes import CELLS

REPOSITORY = Path(__file__).parents[2]
HOOKS = {"in C": "1", "in Python": "0"}  # LINEAGE_COMPILED


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, list[str]]]:
    """Stdout and stderr of all cells by their names: plain, and with either kind of hooks. Three shells at once."""
    ways = {"plain": ("plain", "1"), **{name: ("tracked", setting) for name, setting in HOOKS.items()}}
    started = {name: _start(*way) for name, way in ways.items()}
    return {name: json.loads(process.communicate(timeout=300)[0]) for name, process in started.items()}


def _start(way: str, compiled: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "0", "LINEAGE_COMPILED": compiled}
    command = [sys.executable, "-m", "tests.transparency.probes", way]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("hooks", HOOKS)
@pytest.mark.parametrize("cell", CELLS)
def test_cells_print_the_same(cell: str, hooks: str, found: dict[str, dict[str, list[str]]]) -> None:
    """Results, tracebacks, warnings, what debuggers, tracers, coverage, pickles, frames and processes show."""
    assert found[hooks][cell] == found["plain"][cell]
