"""Runs the examples in pandas' own docstrings as cells, with and without tracking, and tells where anything that is
printed or shown differs.

python -m tests.transparency.docstrings               all of them (some 800 docstrings, 5 000 cells, minutes)
python -m tests.transparency.docstrings --share 0.05  that share of the docstrings, always the same ones
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import inspect
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from pkgutil import resolve_name
from zlib import crc32

import pandas as pd

REPOSITORY = Path(__file__).parents[2]
KINDS = (
    "pandas", "pandas.DataFrame", "pandas.Series", "pandas.Index", "pandas.MultiIndex", "pandas.DatetimeIndex",
    "pandas.Categorical", "pandas.api.typing.DataFrameGroupBy", "pandas.api.typing.SeriesGroupBy",
    "pandas.api.typing.Rolling", "pandas.api.typing.Expanding", "pandas.api.typing.ExponentialMovingWindow",
    "pandas.api.typing.Resampler", "pandas.Series.str", "pandas.core.indexes.accessors.DatetimeProperties",
    "pandas.core.indexes.accessors.TimedeltaProperties", "pandas.Series.cat",
)  # fmt: skip
OUTSIDE = re.compile(r"https?://|s3://|clipboard|HDF|gbq|\.plot|matplotlib|\.style\b|sleep|memory_usage|now\(|today\(")
"""What needs a network, a screen, a package that isn't installed, or is never the same twice."""
ADDRESS = re.compile(r"0x[0-9a-f]+")
Shown = dict[str, list[tuple[str, str]]]  # by docstring: each example, and all that was printed


def docstrings(share: float = 1) -> dict[str, str]:
    """Those with examples, by name, each text once: that share of them, picked by their names' checksums."""
    found: dict[str, str] = {}
    texts = set()
    for name, text in _documented():
        if ">>>" in text and text not in texts and not OUTSIDE.search(text):
            texts.add(text)
            found[name] = text
    names = sorted(found, key=lambda name: crc32(name.encode()))[: round(len(found) * share)]
    return {name: found[name] for name in sorted(names)}


def _documented() -> Iterator[tuple[str, str]]:
    for home in KINDS:
        kind = resolve_name(home)
        for name in sorted(dir(kind)):
            if not name.startswith("_") and "plot" not in name and name != "style":
                yield f"{home}.{name}", inspect.getdoc(getattr(kind, name, None)) or ""


def show(share: float, tracked: bool) -> Shown:
    """What each example prints, in one shell."""
    import numpy as np
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=quiet, colors="NoColor")
    if tracked:
        shell.run_line_magic("load_ext", "lineage_ext")
    shown: Shown = {}
    for name, text in docstrings(share).items():
        shell.user_ns.clear()
        shell.user_ns.update(pd=pd, np=np, get_ipython=lambda: shell, _oh={}, _dh=[], __name__="__main__")
        np.random.seed(0)
        examples = [e.source for e in doctest.DocTestParser().get_examples(text) if "+SKIP" not in e.source]
        shown[name] = [(source, _run(shell, source)) for source in examples]
    return shown


def _run(shell: object, source: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        shell.run_cell(source)  # type: ignore[attr-defined]
    return ADDRESS.sub("0x", out.getvalue())


def differences(share: float = 1) -> tuple[int, list[str]]:
    """How many examples there were, and those of which something else was printed."""
    with tempfile.TemporaryDirectory() as folder:
        ways = [_start(way, share, Path(folder)) for way in ("plain", "tracked")]
        plain, tracked = (_shown(process) for process in ways)
    pairs = [(n, *pair) for n in plain for pair in zip_longest(plain[n], tracked.get(n, []), fillvalue=("", ""))]
    told = [f"{n}: {a[0].strip()}\n  plain   {a[1]}\n  tracked {b[1]}" for n, a, b in pairs if a != b]
    return len(pairs), told


def _start(way: str, share: float, folder: Path) -> subprocess.Popen[str]:
    (folder / way).mkdir()
    command = [sys.executable, "-m", "tests.transparency.docstrings", "--share", str(share)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "LINEAGE_CACHE_DIR": str(folder / "cache")}
    return subprocess.Popen(
        [*command, "--show", way], cwd=folder / way, env=environment, stdout=subprocess.PIPE, text=True
    )


def _shown(process: subprocess.Popen[str]) -> Shown:
    text, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(text[-3000:])
    found = json.loads(text.splitlines()[-1])
    return {name: [(source, printed) for source, printed in examples] for name, examples in found.items()}


def main() -> int:
    """Exit code 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1, help="of the docstrings (default: all)")
    parser.add_argument("--show", choices=("plain", "tracked"), help="run them one way, and print what they print")
    wanted = parser.parse_args()
    if wanted.show:
        print(json.dumps(show(wanted.share, wanted.show == "tracked")))
        return 0
    examples, told = differences(wanted.share)
    print("\n".join(told))
    print(f"pandas {pd.__version__}: {examples} examples, {len(told)} differ when tracked")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main())
