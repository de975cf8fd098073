"""Every case of every spec file, twice: is it true, and do we find it?"""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.plugin import oracle
from tests.rules.check import unlike, untrue
from tests.rules.spec import Case, read

SPECS = Path(__file__).parent / "specs"
CASES = [case for file in sorted(SPECS.rglob("*.lineage")) for case in read(file) if case.runs]
by_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)

__all__ = ["oracle"]


@by_case
def test_what_a_spec_states_is_what_interventions_show(case: Case) -> None:
    """Changing an input column moves exactly the parts of the output that a case gives an edge from it."""
    problems = untrue(case)
    assert not problems, "\n".join(problems)


@by_case
def test_tracking_finds_exactly_the_stated_edges(case: Case, oracle: Oracle) -> None:
    """Run as a cell, a case's code yields the edges it states, of the stated kinds, and no others."""
    problems = unlike(case, oracle.book)
    assert not problems, "\n".join(problems)
