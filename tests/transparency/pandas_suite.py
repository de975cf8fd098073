"""Runs pandas' own tests, as installed, with and without tracking, and tells where the outcomes differ.

python -m tests.transparency.pandas_suite                    a minute's worth
python -m tests.transparency.pandas_suite frame groupby      any folders or files under pandas/tests
python -m tests.transparency.pandas_suite .                  all of it (most of an hour)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

TESTS = Path(pd.__file__).parent / "tests"
REPOSITORY = Path(__file__).parents[2]
SHORT = (
    "copy_view", "test_multilevel.py", "frame/indexing/test_setitem.py", "frame/methods/test_sort_values.py",
    "frame/methods/test_drop.py", "frame/methods/test_to_csv.py", "frame/test_query_eval.py", "frame/test_iteration.py",
    "frame/test_subclass.py", "groupby/test_apply.py", "groupby/test_grouping.py", "groupby/methods/test_nth.py",
    "reshape/merge/test_merge.py", "indexing/test_iloc.py", "indexing/test_chaining_and_caching.py",
    "series/accessors", "window/test_rolling.py", "resample/test_time_grouper.py", "strings/test_extract.py",
    "io/parser/common/test_chunksize.py",
)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Outcomes by test, on plain pandas and tracked."""

    plain: dict[str, str]
    tracked: dict[str, str]

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """Tests whose outcome isn't the same."""
        names = self.plain.keys() | self.tracked.keys()
        both = {name: (self.plain.get(name, "missing"), self.tracked.get(name, "missing")) for name in names}
        return {name: pair for name, pair in sorted(both.items()) if pair[0] != pair[1]}


def compare(parts: Sequence[str] = SHORT) -> Comparison:
    """Run the parts that this pandas has, both ways side by side."""
    with tempfile.TemporaryDirectory() as folder:
        ways = [_start(way, parts, Path(folder)) for way in ("plain", "recorder")]
        plain, tracked = (_outcomes(process, out) for process, out in ways)
    return Comparison(plain, tracked)


def _start(way: str, parts: Sequence[str], folder: Path) -> tuple[subprocess.Popen[str], Path]:
    out = folder / f"{way}.json"
    command = [
        sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider",
        "-p", "tests.transparency.suite_plugin", "-c", os.devnull, "--rootdir", str(TESTS.parent),
        "--basetemp", str(folder / way), *(str(TESTS / part) for part in parts if (TESTS / part).exists()),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONHASHSEED": "0",
        "PYTEST_ADDOPTS": "",
        "LINEAGE_SUITE_WAY": way,
        "LINEAGE_SUITE_OUT": str(out),
    }
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True), out


def _outcomes(process: subprocess.Popen[str], out: Path) -> dict[str, str]:
    text, _ = process.communicate()
    if process.returncode not in {0, 1} or not out.exists():  # 1: some of pandas' tests fail, both ways
        raise RuntimeError(text[-3000:])
    found: dict[str, str] = json.loads(out.read_text())
    return found


def main() -> int:
    """Exit code 1 if an outcome differs."""
    result = compare(sys.argv[1:] or SHORT)
    for name, (plain, tracked) in result.differences.items():
        print(f"{name}\n    plain    {plain}\n    tracked  {tracked}")
    failed = sum(not outcome.startswith(("passed", "skipped", "xskipped")) for outcome in result.plain.values())
    print(f"{len(result.plain)} tests, {failed} fail on plain pandas, {len(result.differences)} differ when tracked")
    return int(bool(result.differences))


if __name__ == "__main__":
    raise SystemExit(main())
