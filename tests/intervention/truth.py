"""How true the lineage is, in numbers: ``python -m tests.intervention.truth [chains]``, by ``make truth``.

Programs, random chains and whole notebooks are held against interventions. Ends with an error when a movement has no
edge, when more than 3 % of the programs' edges never move, when one of those isn't explained in ``programs_*.py``, or
when less than 99 % of a notebook's operations have a rule.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lineage_ext.testing import Oracle, Report, notebook
from lineage_ext.testing.oracle import edge_text
from tests.intervention.chains import STEPS, chain, inputs
from tests.intervention.programs import Program, programs
from tests.notebooks.book import Book, books, held_against

CHAINS, LENGTH, WORLDS = 150, 7, 100
MOST_UNOBSERVED, LEAST_COVERAGE = 0.03, 0.99


@dataclass
class Row:
    """A line of a table. ``wrong``: what must not be: movements without edge, edges neither moved nor explained."""

    name: str
    programs: int = 0
    confirmed: int = 0
    unobserved: int = 0
    missed: int = 0
    wrong: tuple[str, ...] = ()

    def add(self, name: str, report: Report, explained: Iterable[str] | None = None) -> None:
        """Count a report. ``explained`` are the unobserved edges that may be there; None: any may."""
        known = {edge_text(e) for e in report.unobserved} if explained is None else set(explained)
        self.programs += 1
        self.confirmed += len(report.confirmed)
        self.unobserved += len(report.unobserved)
        self.missed += len(report.missed)
        self.wrong += tuple(f"{name}: moved without an edge: {edge_text(e)}" for e in sorted(report.missed))
        surplus = sorted({edge_text(e) for e in report.unobserved} - known)
        self.wrong += tuple(f"{name}: never moved, not explained: {e}" for e in surplus)

    def __str__(self) -> str:
        edges = self.confirmed + self.unobserved
        share = self.unobserved / edges if edges else 0.0
        return f"{self.name:22}{self.programs:9}{edges:8}{self.missed:8}{self.unobserved:12}{share:9.1%}"


HEAD = f"{'':22}{'programs':>9}{'edges':>8}{'missed':>8}{'never moved':>12}"


def main(chains: int = CHAINS) -> int:
    """Print the tables; 1 if something is wrong."""
    warnings.simplefilter("ignore")
    print(HEAD)
    wrong = [*_programs(), *_chains(chains), *_notebooks()]
    print(*wrong, sep="\n")
    return bool(wrong)


def _programs() -> list[str]:
    total = Row("all programs")
    with notebook("programs") as book:
        for family, own in itertools.groupby(programs(), lambda p: p.family):
            row = Row(family)
            for program in own:
                _check(program, Oracle(book), row, total)
            print(row, flush=True)
    print(total)
    if total.unobserved > MOST_UNOBSERVED * (total.confirmed + total.unobserved):
        return [*total.wrong, f"more than {MOST_UNOBSERVED:.0%} of the programs' edges never moved"]
    return [*total.wrong]


def _check(program: Program, oracle: Oracle, *rows: Row) -> None:
    report = oracle.check(program.function, program.frames())
    for row in rows:
        row.add(program.id, report, program.unobserved)


def _chains(n: int) -> list[str]:
    row, random = Row("random chains"), np.random.default_rng(0)
    with notebook("chains") as book:
        for _ in range(n):
            world, seeds = int(random.integers(WORLDS)), random.integers(0, 1000, LENGTH)
            made = chain(world, zip(random.integers(0, len(STEPS), LENGTH), seeds.tolist(), strict=True))
            row.add(made.text, Oracle(book).check(made.program(), inputs(world), seeds=1))
    print(row, flush=True)
    return [*row.wrong]


def _notebooks() -> list[str]:
    print(f"\n{'':22}{'cells':>9}{'steps':>8}{'opaque':>8}{'outputs':>12}{'edges':>9}{'missed':>8}{'never moved':>12}")
    return [text for book in books() for text in _notebook(book)]


def _notebook(book: Book) -> list[str]:
    row = Row(book.name)
    with notebook(book.name) as recorded, tempfile.TemporaryDirectory() as folder:
        book.record(recorded, Path(folder))
        summary = recorded.session.summary()
        for name, report in held_against(book, recorded.session, recorded.names, Path(folder)).items():
            row.add(f"{book.name}.{name}", report)
    opaque = 1 - summary.coverage
    print(
        f"{book.name:22}{len(book.cells):9}{summary.operations:8}{opaque:8.1%}{row.programs:12}"
        f"{row.confirmed + row.unobserved:9}{row.missed:8}{row.unobserved:12}",
        flush=True,
    )
    short = [f"{book.name}: {opaque:.1%} opaque: {summary.opaque}"] if summary.coverage < LEAST_COVERAGE else []
    return [*row.wrong, *short]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
