"""Whole notebooks, as people write them, are explained: no step is opaque, and what moves has an edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage_ext import guard
from lineage_ext.testing import notebook
from lineage_ext.testing.oracle import edge_text
from tests.notebooks.book import Book, books, held_against

LEAST = 0.99
IN_SHORT = ("finance", "hr_pipeline")  # ``make truth`` holds all of them against interventions


def test_there_are_at_least_fifteen_notebooks() -> None:
    """And each has cells of its own."""
    assert len({book.cells for book in books()}) >= 15


@pytest.mark.parametrize("book", books(), ids=lambda b: b.name)
def test_a_notebook_is_explained(book: Book, tmp_path: Path) -> None:
    """At least 99 % of its operations have a rule, and every frame it leaves is known."""
    guard.forget()  # what other tests in this process had on purpose
    with notebook(book.name) as recorded:
        book.record(recorded, tmp_path)
        summary = recorded.session.summary()
    assert summary.operations > 40
    assert summary.coverage >= LEAST, summary.opaque
    assert summary.problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("book", [b for b in books() if b.name in IN_SHORT], ids=lambda b: b.name)
def test_whatever_a_column_of_a_file_moves_has_an_edge(book: Book, tmp_path: Path) -> None:
    """From the files to each frame and series that the notebook leaves."""
    with notebook(book.name) as recorded:
        book.record(recorded, tmp_path)
        reports = held_against(book, recorded.session, recorded.names, tmp_path)
    missed = [f"{name}: {edge_text(e)}" for name, report in reports.items() for e in sorted(report.missed)]
    assert missed == []
    assert sum(len(report.confirmed) for report in reports.values()) > 20
