"""The same programs under ipyflow, which records data flow between cells, in an environment of its own.

It has its own IPython; pandas and all else are those of the environment that runs the benchmark.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cost.table import Row

ROOT = Path(__file__).parents[2]
REQUIREMENT = "ipyflow-core==0.0.231"
WHERE = ROOT / ".venv-ipyflow"


def rows(tables: Path) -> Iterator[Row]:
    """One round of each: it isn't a matter of percents. Nothing where it can't be installed."""
    try:
        python = _python()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no ipyflow: {error}", file=sys.stderr)
        return
    done = subprocess.run(
        [python, "-m", "benchmarks.cost.ipyflow"], cwd=tables, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if done.returncode:
        print(f"ipyflow failed: {done.stderr[-2_000:]}", file=sys.stderr)
    yield from (Row.from_json(line) for line in done.stdout.splitlines() if line.startswith("{"))


def _python() -> Path:
    python = WHERE / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", WHERE], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", REQUIREMENT], check=True)
        site = next(WHERE.glob("lib/python*/site-packages"))
        (site / "zz_beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def main() -> None:
    """In that environment: a line for each row."""
    from benchmarks.cost import programs

    for what, found in (("22 TPC-H queries", programs.queries()), ("the demo's pipeline", [programs.demo()])):
        print(programs.ratio(f"{what} under ipyflow", found, 1, "ipyflow").to_json(), flush=True)


if __name__ == "__main__":
    main()
