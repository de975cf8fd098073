"""The functions of pandas that are intercepted, with their parameters, as each supported version has them.

``signatures/pandas-*.txt`` hold one function a line: ``DataFrame.sort_values: self by axis …``. The tables of rules are
checked against all of them, whichever pandas is installed. To write the file of the installed one:

    python -m tests.rules.signatures
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from lineage_ext.capture.filling import parameters
from lineage_ext.capture.pandas_functions import targets
from lineage_ext.rules.op import Op

FOLDER = Path(__file__).parent / "signatures"
FILES = sorted(FOLDER.glob("pandas-*.txt"))


def installed() -> list[Op]:
    """Every function that is intercepted in the installed pandas."""
    return [Op(i, "pandas", t.owner, t.name, parameters(t.function.__code__)) for i, t in enumerate(targets())]


def recorded(file: Path) -> list[Op]:
    """Those of the version that a file is about."""
    found = []
    for i, line in enumerate(file.read_text().splitlines()):
        key, _, params = line.partition(": ")
        owner, _, name = key.rpartition(".")
        found.append(Op(i, "pandas", owner, name, tuple(params.split())))
    return found


def lines(operations: Iterable[Op]) -> list[str]:
    """One for each function, in order."""
    return sorted({f"{op.owner}.{op.name}: {' '.join(op.params)}" for op in operations})


def file_of(version: str) -> Path:
    """The file of a version of pandas."""
    return FOLDER / f"pandas-{version}.txt"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    file_of(pd.__version__).write_text("".join(f"{line}\n" for line in lines(installed())))
