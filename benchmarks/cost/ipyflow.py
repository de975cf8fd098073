"""The same programs under ipyflow, which records data flow between cells, in an environment of its own.

It has its own IPython; pandas and all else are those of the environment that runs the benchmark.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cost.table import Row

ROOT = Path(__file__).parents[2]
REQUIREMENT = "ipyflow-core==0.0.231"
PROGRAMS = {"queries": "22 TPC-H queries", "demo": "the demo's pipeline"}
SIDES = ("without", "with")
WHERE = ROOT / ".venv-ipyflow"


def rows(tables: Path) -> Iterator[Row]:
    """One round of each: it isn't a matter of percents. Nothing where it can't be installed."""
    try:
        python = _python()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no ipyflow: {error}", file=sys.stderr)
        return
    for which, what in PROGRAMS.items():
        without, with_ = (_measured(python, tables, which, side) for side in SIDES)
        if without and with_:
            found = (b / a for a, b in zip(without, with_, strict=True))
            yield Row(f"{what} under ipyflow ({without[0]:.1f} s)", *found)


def _measured(python: Path, tables: Path, which: str, side: str) -> tuple[float, float] | None:
    """CPU seconds of the cell thread and of the process; each side in a process of its own: it can't be unloaded."""
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "benchmarks.cost.ipyflow", which, side],
        cwd=tables, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if done.returncode:
        print(f"ipyflow failed: {done.stderr[-2_000:]}", file=sys.stderr)
        return None
    thread, process = json.loads(done.stdout.splitlines()[-1])
    return thread, process


def _python() -> Path:
    python = WHERE / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", WHERE], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", REQUIREMENT], check=True)
        site = next(WHERE.glob("lib/python*/site-packages"))
        (site / "zz_beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def main() -> None:
    """In that environment: one side's seconds."""
    from benchmarks.cost import programs
    from benchmarks.cost.shell import Shell

    which, side = sys.argv[1:]
    cells = [cell for program in getattr(programs, which)() for cell in program]
    shell = Shell("ipyflow")
    shell.plain(cells)  # files are read, libraries imported
    found = shell.kept(cells, load=side == "with")
    print(json.dumps([found.thread, found.process]))


if __name__ == "__main__":
    main()
