"""``make hosts``: every behaviour on every version of its hosts, with real kernels; a row each, a column a version.

Each column is a virtual environment of its own (``.venv-hosts-…``, made when it is missing) in which the behaviours'
tests run. ``python tests/hosts/matrix.py marimo-0.13`` runs one column. A cell: ``ok``, ``FAIL``, ``-`` (its tests say
why they don't apply there), ``?`` (no test ran). Exits with 1 if anything failed or has no test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.hosts.behaviours import BATCH, BEHAVIOURS, IPYTHON, MARIMO, ROOT, family, probes

TOOLS = "anywidget ipykernel ipywidgets jsonschema nbclient nbconvert papermill pyarrow pytest websockets".split()


class Column(NamedTuple):
    """Versions of a host. ``families`` are the behaviours that are looked at there."""

    name: str
    python: str
    packages: tuple[str, ...]
    families: tuple[str, ...]


COLUMNS = (
    Column("ipython-7.34", "3.11", ("ipython==7.34.0", "ipykernel==6.17.1"), (IPYTHON, BATCH)),  # what Colab has
    Column("ipython-8.18", "3.11", ("ipython==8.18.1", "ipykernel==6.31.0"), (IPYTHON, BATCH)),
    Column("ipython-8.39", "3.12", ("ipython==8.39.0", "ipykernel==6.31.0"), (IPYTHON, BATCH)),
    Column("ipython-9.18", "3.13", ("ipython==9.18.1", "ipykernel==7.4.0"), (IPYTHON, BATCH)),
    Column("marimo-0.13", "3.11", ("marimo==0.13.15",), (MARIMO,)),
    Column("marimo-0.17", "3.12", ("marimo==0.17.8",), (MARIMO,)),
    Column("marimo-0.20", "3.12", ("marimo==0.20.4",), (MARIMO,)),
    Column("marimo-0.25", "3.13", ("marimo==0.25.2",), (MARIMO,)),
)

Results = dict[int, str]


def python_of(column: Column) -> Path | None:
    """The interpreter of a column's environment; None on a machine without that Python."""
    folder = ROOT / f".venv-hosts-{column.name}"
    python, wanted = folder / "bin" / "python", folder / "wanted.txt"
    text = " ".join((*column.packages, *TOOLS))
    if not python.exists():
        base = subprocess.run([ROOT / ".ci/python", column.python], capture_output=True, text=True, check=False)
        if base.returncode:
            return None
        subprocess.run([ROOT / ".ci/uv", "venv", "--quiet", "--python", base.stdout.strip(), folder], check=True)
    if not wanted.exists() or wanted.read_text() != text:
        install = [ROOT / ".ci/uv", "pip", "install", "--quiet", "--python", python, "--editable", ROOT]
        subprocess.run([*install, *column.packages, *TOOLS], check=True)
        wanted.write_text(text)
    return python


def run(column: Column, python: Path) -> Results:
    """Run the column's tests; what became of each behaviour."""
    wanted = [p for p in probes() if p.file.startswith("tests/hosts/marimo/") == (MARIMO in column.families)]
    numbers = {n for n in BEHAVIOURS if family(n) in column.families} | {n for p in wanted for n in p.numbers}
    report = ROOT / f".venv-hosts-{column.name}" / "report.xml"
    report.unlink(missing_ok=True)
    tests = [f"{p.file}::{p.test}" for p in wanted]
    log = report.with_suffix(".log")
    with log.open("w") as output:
        subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=output, stderr=output, check=False,
        )  # fmt: skip
    outcomes = _outcomes(report) if report.exists() else {}
    return {n: _cell([o for p in wanted if n in p.numbers for o in outcomes.get((p.file, p.test), ())])
            for n in sorted(numbers)}  # fmt: skip


def _outcomes(report: Path) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in ET.parse(report).iter("testcase"):
        file = case.get("classname", "").replace(".", "/") + ".py"
        kinds = {child.tag for child in case}
        failed = kinds & {"failure", "error"}
        outcome = "FAIL" if failed else "-" if "skipped" in kinds else "ok"
        found[file, case.get("name", "").partition("[")[0]].append(outcome)
    return found


def _cell(outcomes: list[str]) -> str:
    return next((o for o in ("FAIL", "ok", "-") if o in outcomes), "?")


def table(results: dict[str, Results]) -> str:
    """The matrix as text."""
    width = max(map(len, BEHAVIOURS.values()))
    lines = [f"{'':{width + 4}}" + "".join(f"{name:>14}" for name in results)]
    for number, title in BEHAVIOURS.items():
        cells = [column.get(number, "") for column in results.values()]
        if any(cells):
            lines.append(f"{number:>2}  {title:{width}}" + "".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def main(names: list[str]) -> int:
    """Run the columns of that name (default: all) and print the matrix."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored behind a shell's `&`: no kernel would stop
    results: dict[str, Results] = {}
    for column in COLUMNS:
        if names and column.name not in names:
            continue
        python = python_of(column)
        if python is None:
            print(f"skipped: {column.name} (this machine has no Python {column.python})")
            continue
        results[column.name] = run(column, python)
        wrong = [n for n, cell in results[column.name].items() if cell in ("FAIL", "?")]
        print(f"{column.name}: {len(results[column.name]) - len(wrong)} of {len(results[column.name])} behaviours",
              f"wrong: {wrong}, see .venv-hosts-{column.name}/report.log" if wrong else "", flush=True)  # fmt: skip
    print(table(results))
    return int(any(cell in ("FAIL", "?") for column in results.values() for cell in column.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
