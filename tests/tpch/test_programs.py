"""Recorded column lineage of TPC-H in pandas is that of the SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tpch import table
from tests.tpch.comparison import Tally
from tests.tpch.measure import Tables
from tests.tpch.programs import STYLES, Program, programs
from tests.tpch.results import unlike

DOCS = (Path(__file__).parents[2] / "docs" / "tpch.md").read_text()


@pytest.mark.parametrize("program", programs(), ids=lambda p: p.id)
def test_a_program_has_the_result_and_the_lineage_of_its_query(program: Program, tables: Tables) -> None:
    """The result equals DuckDB's; each edge equals the reference's, or its difference is argued; nothing is opaque."""
    found = tables.measure(program)
    assert not found.wrong, found.wrong
    assert not found.unargued, "\n".join(found.unargued)
    assert not found.opaque, "\n".join(found.opaque)
    assert table.line(program, found.score) in DOCS, "python benchmarks/tpch.py --write"


@pytest.mark.parametrize("program", [p for p in programs() if p.sql != p.official], ids=lambda p: p.id)
def test_a_text_of_its_own_has_the_official_result(program: Program, tables: Tables) -> None:
    """Where a program is held against another SQL than the official one, both have the same result."""
    database = tables.database(program)
    assert not unlike(database.sql(program.sql).df(), program.official, database)


def test_both_styles_have_all_22_queries() -> None:
    """Every query of the specification is there, twice."""
    for style in ("merges", "chains"):
        assert [p.name for p in programs(style)] == [f"q{n:02}" for n in range(1, 23)]


def test_the_documented_differences_are_the_argued_ones() -> None:
    """The docs list each argued difference and no others."""
    listed = DOCS.partition("Differences that remain:")[2].partition("Held against")[0].strip()
    assert listed == "\n".join(table.differences(programs()))


@pytest.mark.parametrize("style", STYLES)
def test_the_documented_shares_follow_from_the_lines(style: str) -> None:
    """The summary adds up the programs' lines; the 22 queries are at 0.99 or above."""
    direct, influence = Tally(), Tally()
    for text in DOCS.splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if cells[0].startswith(f"{style}/") and len(cells) == 4:
            direct, influence = direct + _tally(cells[2]), influence + _tally(cells[3])
    shown = next(text for text in DOCS.splitlines() if text.startswith(f"| {style} |"))
    numbers = [f"{t.agreed + t.missing} | {t.precision:.3f} | {t.recall:.3f}" for t in (direct, influence)]
    assert shown.endswith(" | ".join(numbers) + " |")
    if style != "adhoc":
        assert min(direct.precision, direct.recall) >= 0.99
        assert (influence.precision, influence.recall) == (1, 1)


def _tally(text: str) -> Tally:
    agreed, _, rest = text.partition(" of ")
    every, _, more = rest.partition(", ")
    return Tally(int(agreed), int(more.split()[0]) if more else 0, int(every) - int(agreed))
