"""The programs: pandas and the SQL that computes the same.

``queries/qNN.sql`` are the 22 queries of the TPC-H specification (version 3.0.1, section 2.4) with its validation
parameters. ``merges`` and ``chains`` are two pandas programs for each of them, in different styles. ``adhoc`` are
further pairs. To add one: a ``.py`` with ``# %%`` between its cells that leaves a frame named ``result``, and a
``.sql`` beside it unless it is one of the 22. A ``.sql`` in ``chains`` says what that program does where it takes
another way than the official text to the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
STYLES = {
    "merges": "merge after merge, boolean masks, isin for EXISTS, groupby with agg, scalars kept in variables; CSV",
    "chains": "query, assign, pipe, eval, transform, apply, map, pivot_table, joins on the index, indicators; Parquet",
    "adhoc": "windows, set operations, outer and anti joins, CASE, top rows of groups, self joins; own SQL",
}


@dataclass(frozen=True)
class Program:
    """``sql`` is what it is held against; ``official`` the text whose result it must have."""

    style: str
    name: str
    source: str
    sql: str
    official: str

    @property
    def id(self) -> str:
        """``chains/q07``."""
        return f"{self.style}/{self.name}"

    @property
    def format(self) -> str:
        """Which files it reads."""
        return "parquet" if ".parquet" in self.source else "csv"


def programs(*styles: str) -> list[Program]:
    """All programs of those styles (default: all)."""
    files = (file for style in styles or STYLES for file in sorted((HERE / style).glob("*.py")))
    return [_program(file) for file in files]


def _program(file: Path) -> Program:
    beside, official = file.with_suffix(".sql"), HERE / "queries" / f"{file.stem}.sql"
    texts = [path.read_text() for path in (beside, official) if path.exists()]
    return Program(file.parent.name, file.stem, file.read_text(), texts[0], texts[-1])
