"""How true is our lineage? Recall and precision against interventions, per family of programs.

Recall is the share of observed movements that had an edge, precision the share of edges that were observed to move. The
second is a lower bound: an edge may be true without any of the interventions showing it.

    python benchmarks/accuracy.py [--programs] [--edges] [--seeds N]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pandas as pd

from lineage_ext.testing import Oracle, Report, notebook
from lineage_ext.testing.oracle import edge_text
from tests.intervention.programs import Program, programs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", action="store_true", help="one line per program as well")
    parser.add_argument("--edges", action="store_true", help="name what was missed and what wasn't observed")
    parser.add_argument("--seeds", type=int, default=2, help="how often each intervention is drawn (default 2)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"pandas {pd.__version__}, {options.seeds} draws of each intervention")
    print(f"{'':32}{'programs':>9}{'moved':>8}{'missed':>8}{'edges':>8}{'recall':>9}{'precision':>11}")
    by_family: dict[str, list[Report]] = {}
    for program, report in reports(options.seeds):
        by_family.setdefault(program.family, []).append(report)
        if options.programs:
            line("  " + program.function.__name__, [report])
        if options.edges:
            details(program, report)
    for family, found in by_family.items():
        line(family, found)
    line("all", [r for found in by_family.values() for r in found])


def reports(seeds: int) -> Iterator[tuple[Program, Report]]:
    """Each program with its report."""
    with notebook("accuracy") as book:
        oracle = Oracle(book)
        for program in programs():
            yield program, oracle.check(program.function, program.frames(), seeds=seeds)


def line(name: str, found: list[Report]) -> None:
    """One line of the table."""
    moved, missed, confirmed, unobserved = (
        sum(len(getattr(r, what)) for r in found) for what in ("moved", "missed", "confirmed", "unobserved")
    )
    edges = confirmed + unobserved
    recall, precision = 1 - missed / (moved or 1), confirmed / edges if edges else 1.0
    print(f"{name:32}{len(found):>9}{moved:>8}{missed:>8}{edges:>8}{recall:>9.3f}{precision:>11.3f}")


def details(program: Program, report: Report) -> None:
    """The edges that disagree."""
    for what in ("missed", "unobserved"):
        for edge in sorted(getattr(report, what)):
            print(f"  {program.id}: {what} {edge_text(edge)}")


if __name__ == "__main__":
    main()
