"""A pytest fixture: ``from lineage_ext.testing.plugin import oracle`` in a test module or conftest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage_ext.testing.notebook import notebook
from lineage_ext.testing.oracle import Oracle


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    """Checks programs against interventions, in one session per test module."""
    with notebook("oracle") as book:
        yield Oracle(book)
