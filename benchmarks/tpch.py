"""Is column lineage right? TPC-H in pandas against the lineage of the official SQL.

Prints, for each style of program, how many edges the recorded lineage shares with the reference (sqlglot and a pass
over the predicates, see tests/tpch/reference.py) and the differences, which are argued.

    python benchmarks/tpch.py [--scale 0.01] [--programs] [--write]

``--write`` puts the table into docs/tpch.md, where the tests check it. Fails if anything differs without a reason.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.tpch import table
from tests.tpch.comparison import Score
from tests.tpch.measure import Tables
from tests.tpch.programs import STYLES, Program, programs

DOCS = Path(__file__).parents[1] / "docs" / "tpch.md"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01, help="TPC-H's scale factor (default 0.01: 14 MB)")
    parser.add_argument("--programs", action="store_true", help="a line for each program as well")
    parser.add_argument("--write", action="store_true", help="put the table into docs/tpch.md")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    scores, problems = measured(options.scale)
    for style, what in STYLES.items():
        print(f"{style}: {what}")
    shown = [table.summary(scores), table.differences(scores)]
    if options.programs:
        shown.append([table.HEAD, *(table.line(p, s) for p, s in scores.items())])
    print(*("\n".join(part) for part in shown), sep="\n\n")
    print(*problems, sep="\n")
    if options.write:
        write(table.document(scores))
    return 1 if problems else 0


def measured(scale: float) -> tuple[dict[Program, Score], list[str]]:
    """Each program's score, and what must not be."""
    scores: dict[Program, Score] = {}
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        tables = Tables(Path(folder), scale)
        for program in programs():
            found = tables.measure(program)
            scores[program] = found.score
            wrong = ["the result isn't the query's"] if found.wrong else []
            problems += [f"{program.id}: {p}" for p in (*wrong, *found.unargued, *found.opaque)]
    return scores, problems


def write(text: str) -> None:
    """Replace what stands between the marks in the docs."""
    before, _, rest = DOCS.read_text().partition(table.BEGIN)
    DOCS.write_text(f"{before}{table.BEGIN}\n\n{text}\n\n{table.END}{rest.partition(table.END)[2]}")


if __name__ == "__main__":
    sys.exit(main())
