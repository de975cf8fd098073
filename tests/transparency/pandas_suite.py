"""Runs pandas' own tests, as installed, with and without tracking, and tells where anything differs: the outcome of a
test, the text of its failure, the warnings it gave (text, file, line; also those that come when what it left is freed:
``garbage``), what it printed.

python -m tests.transparency.pandas_suite                        all of ``PARTS``, one after another
python -m tests.transparency.pandas_suite frame groupby/methods  any folders or files under pandas/tests
python -m tests.transparency.pandas_suite --share 0.02           that share of each part's files, always the same ones
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pandas as pd

from lineage_ext.capture import compiled

TESTS = Path(pd.__file__).parent / "tests"
REPOSITORY = Path(__file__).parents[2]
PARTS = (
    "copy_view", "indexing", "reshape", "resample", "strings", "window", "groupby", "series", "frame", "arrays", "io",
)  # fmt: skip
HOOKS = "recorder" if compiled.HOOKS is None else "compiled"
ENDED = {0, 1, 5}  # pytest's exit codes; 1: some of pandas' tests fail, both ways; 5: there were none
STEADY = ("passed", "skipped", "xskipped", "xpassed")


@dataclass(frozen=True)
class Comparison:
    """What came of each test, on plain pandas and tracked."""

    plain: dict[str, str]
    tracked: dict[str, str]

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """Tests with which something isn't the same."""
        names = self.plain.keys() | self.tracked.keys()
        both = {name: (self.plain.get(name, "missing"), self.tracked.get(name, "missing")) for name in names}
        return {name: pair for name, pair in sorted(both.items()) if pair[0] != pair[1]}

    @property
    def failures(self) -> int:
        """How many fail on plain pandas."""
        return sum(not outcome.startswith(STEADY) for outcome in self.plain.values())


def compare(paths: Iterable[str], most: int = 0, hooks: str = HOOKS) -> Comparison:
    """Run the files, folders and tests of this pandas both ways, side by side; of each file at most so many tests."""
    with tempfile.TemporaryDirectory() as folder:
        there = [path for path in paths if (TESTS / path.partition("::")[0]).exists()]
        ways = [_start(way, there, most, Path(folder)) for way in ("plain", hooks)]
        plain, tracked = (_outcomes(process, out) for process, out in ways)
    return Comparison(plain, tracked)


def files(part: str, share: float = 1) -> list[str]:
    """A folder's test files under pandas/tests: that share of them, picked by their names' checksums."""
    if share >= 1 or (TESTS / part).is_file():
        return [part]
    found = [str(file.relative_to(TESTS)) for file in (TESTS / part).rglob("test_*.py")]
    found.sort(key=lambda name: crc32(Path(name).as_posix().encode()))
    return sorted(found[: math.ceil(len(found) * share)])


def _start(way: str, paths: Sequence[str], most: int, folder: Path) -> tuple[subprocess.Popen[str], Path]:
    place, out = folder / way, folder / f"{way}.json"
    place.mkdir()
    command = [
        sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider",
        "-p", "tests.transparency.suite_plugin", "-c", os.devnull, "--rootdir", str(TESTS.parent),
        "-m", "not network and not db", "--basetemp", str(place / "tmp"), *(str(TESTS / path) for path in paths),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONHASHSEED": "0",
        "PYTEST_ADDOPTS": "",
        "LINEAGE_CACHE_DIR": str(folder / "cache"),
        "LINEAGE_SUITE_WAY": way,
        "LINEAGE_SUITE_OUT": str(out),
        "LINEAGE_SUITE_MOST": str(most),
    }
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=place, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True), out


def _outcomes(process: subprocess.Popen[str], out: Path) -> dict[str, str]:
    text, _ = process.communicate()
    if process.returncode not in ENDED or not out.exists():
        raise RuntimeError(text[-3000:])
    found: dict[str, str] = json.loads(out.read_text())
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=PARTS)
    parser.add_argument("--share", type=float, default=1, help="of each part's files (default: all)")
    parser.add_argument("--most", type=int, default=0, help="tests of a file (default: all)")
    parser.add_argument("--hooks", choices=("recorder", "compiled"), default=HOOKS, help="in Python or in C")
    return parser.parse_args()


def main() -> int:
    """Exit code 1 if anything differs that differs once more."""
    wanted = _arguments()
    together = wanted.share < 1  # a few files: starting pytest for each part would take longer than they do
    batches = (
        [[f for part in wanted.parts for f in files(part, wanted.share)]] if together else [[p] for p in wanted.parts]
    )
    print(f"pandas {pd.__version__}, Python {sys.version.split()[0]}, hooks: {wanted.hooks}")
    differ = 0
    for batch in batches:
        began = time.monotonic()
        result = compare(batch, wanted.most, wanted.hooks)
        again = confirmed(result.differences, batch, wanted.most, wanted.hooks)
        for name, (plain, tracked) in again.items():
            print(f"{name}\n    plain    {plain}\n    tracked  {tracked}")
        name = f"{len(batch)} files" if together else batch[0]
        unsteady = len(result.differences) - len(again)
        print(
            f"{name:12} {len(result.plain):6} tests, {result.failures} fail on plain pandas, {unsteady} unsteady, "
            f"{len(again)} differ when tracked ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
        differ += len(again)
    return int(bool(differ))


def confirmed(
    differences: dict[str, tuple[str, str]], batch: Sequence[str], most: int, hooks: str
) -> dict[str, tuple[str, str]]:
    """Those that are found again: some of pandas' tests depend on the clock.

    Their files are run again, and, where one isn't found then, all that was run: it may need what came before it.
    Problems of our own are no test's (its name begins with ``tests/``) and stay.
    """
    paths = sorted({path_of(name) for name in differences if name.startswith("tests/")})
    found = compare(paths, hooks=hooks).differences if paths else {}
    missing = [name for name in differences if name.startswith("tests/") and name not in found]
    found |= compare(batch, most, hooks).differences if missing else {}
    return {name: pair for name, pair in differences.items() if name in found or not name.startswith("tests/")}


def path_of(name: str) -> str:
    """A test's file, under pandas/tests."""
    return name.partition("::")[0].removeprefix("tests/")


if __name__ == "__main__":
    raise SystemExit(main())
