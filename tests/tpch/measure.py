"""One program measured: run, recorded, compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.tpch import data
from tests.tpch.argued import ARGUED
from tests.tpch.comparison import Score, compare
from tests.tpch.programs import Program
from tests.tpch.recorded import record
from tests.tpch.reference import reference
from tests.tpch.results import unlike


@dataclass(frozen=True)
class Measured:
    """``wrong`` is how the result differs from the SQL's, ``unargued`` what nobody gave a reason for (in either
    direction), ``opaque`` the operations that no rule explained."""

    score: Score
    wrong: str
    unargued: tuple[str, ...]
    opaque: tuple[str, ...]


class Tables:
    """The generated files, and a database over those of each format."""

    def __init__(self, folder: Path, scale: float = 0.01) -> None:
        self.folder = data.generate(folder, scale)
        self._databases = {kind: data.connect(folder, kind) for kind in data.FORMATS}
        self._schemas = {kind: data.schema(database) for kind, database in self._databases.items()}

    def database(self, program: Program) -> duckdb.DuckDBPyConnection:
        """SQL over the files that the program reads."""
        return self._databases[program.format]

    def measure(self, program: Program) -> Measured:
        """Run the program under tracking and hold its result and its lineage against those of the SQL."""
        recorded = record(program.source, self.folder)
        score = compare(reference(program.sql, self._schemas[program.format]), recorded.lineage)
        argued = ARGUED.get(program.id, {})
        unargued = [str(d) for d in score.differences if d not in argued]
        stale = [f"argued, but gone: {d}" for d in argued if d not in score.differences]
        wrong = unlike(recorded.result, program.official, self.database(program))
        return Measured(score, wrong, (*unargued, *stale), recorded.opaque)
