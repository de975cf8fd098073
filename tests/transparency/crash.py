"""kill -9 in a running cell, several kernels writing one store: what was recorded half a second before is there, the
store opens clean, and what has no end reads as ABORT.

A cell that waits is explained as it runs; of one that computes the operations are there, but perhaps not explained.

python -m tests.transparency.crash 20     that many kernels, three at a time; exit code 1 if anything older was lost
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lineage_ext.errors import StoreError
from lineage_ext.model import Run, RunKind, RunState
from lineage_ext.store import reading

REPOSITORY = Path(__file__).parents[2]
AT_ONCE = 3
PATIENCE = 120  # s until the first operations are stored
KERNEL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "lineage_ext")
shell.run_cell("import pandas as pd, time", store_history=True)
shell.run_cell(sys.argv[1], store_history=True)
"""
CELLS = (  # one waits most of the time, one computes: its operations wait to be explained
    """
df = pd.DataFrame({{"k{seed}_0": [1, 2]}})
for n in range(1_000_000):
    df = df.rename(columns={{f"k{seed}_{{n}}": f"k{seed}_{{n + 1}}"}})
    print(n + 1, time.time(), flush=True)
    time.sleep(0.005)
""",
    """
first = pd.DataFrame({{"a": [1, 2]}})
for n in range(1_000_000):
    df = first.rename(columns={{"a": f"k{seed}_{{n + 1}}"}})
    print(n + 1, time.time(), flush=True)
    sum(range(200_000))
""",
)


@dataclass(frozen=True)
class Killed:
    """A kernel that was killed: the operations it told of (number, when) and what the store has of it."""

    told: list[tuple[int, float]]
    at: float
    stored: set[int]
    states: dict[RunKind, RunState]

    @property
    def lost(self) -> float:
        """Seconds before the kill of the oldest operation that isn't there; 0 if none is missing."""
        missing = [when for number, when in self.told if number not in self.stored]
        return self.at - min(missing) if missing else 0.0

    @property
    def whole(self) -> bool:
        """The store has the first operations, without a gap, and tells that there was no end."""
        last = self.states.get(RunKind.SESSION), self.states.get(RunKind.CELL)
        return self.stored == set(range(1, len(self.stored) + 1)) and last == (RunState.ABORT, RunState.ABORT)


def kill(folder: Path, seeds: range) -> list[Killed]:
    """Start the kernels in one folder, kill each some time after its first operation was stored, and read the store."""
    path = folder / ".lineage" / "lineage.sqlite"
    before = _begun(path)
    kernels = {seed: _start(folder, seed) for seed in seeds}
    until = time.monotonic() + PATIENCE
    while _begun(path) < before + len(seeds) and time.monotonic() < until:
        time.sleep(0.1)
    ends = {seed: _kill(kernel, _lives(seed)) for seed, kernel in kernels.items()}
    sound = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()
    assert sound == ("ok",), sound
    stored = dict(_stored(path))
    nothing: tuple[set[int], dict[RunKind, RunState]] = set(), {}
    return [Killed(told, at, *stored.get(seed, nothing)) for seed, (told, at) in ends.items()]


def _lives(seed: int) -> float:
    """Seconds; some for so long that what they computed at first is explained meanwhile."""
    return 1 + 0.17 * (seed % 8) + (2 if seed % 4 == 3 else 0)


def _begun(path: Path) -> int:
    """How many sessions have operations."""
    with suppress(StoreError):  # it isn't there yet
        return sum(session.operations > 0 for session in reading.sessions(path))
    return 0


def _start(folder: Path, seed: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "IPYTHONDIR": str(folder / "ipython")}
    command = [sys.executable, "-c", KERNEL, CELLS[seed % 2].format(seed=seed)]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def _kill(kernel: subprocess.Popen[str], after: float) -> tuple[list[tuple[int, float]], float]:
    assert kernel.stdout is not None
    told = [next(line for line in kernel.stdout if line[0].isdigit())]
    time.sleep(after)
    at = time.time()
    kernel.kill()
    told += kernel.stdout.read().splitlines()
    kernel.wait()
    kernel.stdout.close()
    pairs = [line.split() for line in told]
    return [(int(pair[0]), float(pair[1])) for pair in pairs if len(pair) == 2 and "." in pair[1]], at


def _stored(path: Path) -> Iterator[tuple[int, tuple[set[int], dict[RunKind, RunState]]]]:
    """Of each session whose operations are those of a kernel: its seed, the numbers, the last states."""
    for session in reading.sessions(path):
        runs = list(reading.runs(path, session.run.id))
        found = [match for run in runs if run.job.name.endswith("DataFrame.rename") for match in _made(run)]
        if found:
            states = {run.kind: run.state for run in runs}
            yield int(found[0][1]), ({int(match[2]) for match in found}, states)


def _made(run: Run) -> Iterator[re.Match[str]]:
    for output in run.outputs:
        for field in output.fields:
            match = re.fullmatch(r"k(\d+)_(\d+)", str(field.name))
            if match:
                yield match


def main() -> int:
    """A line for each kernel."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    worst, broken = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, wanted, AT_ONCE):
            for killed in kill(Path(folder), range(first, min(first + AT_ONCE, wanted))):
                print(f"{len(killed.told):5} told, {len(killed.stored):5} stored, oldest lost {killed.lost:.3f} s")
                worst = max(worst, killed.lost)
                broken += not killed.whole
    print(f"{wanted} kernels killed: oldest lost {worst:.3f} s before the kill, {broken} stores with a gap or an end")
    return int(worst > 0.5 or broken > 0)


if __name__ == "__main__":
    raise SystemExit(main())
