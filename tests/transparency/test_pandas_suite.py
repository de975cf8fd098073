"""pandas' own tests can't tell whether they are tracked."""

from __future__ import annotations

import pytest

from tests.transparency.pandas_suite import compare

pytest.importorskip("hypothesis")


@pytest.mark.slow
def test_outcomes_of_pandas_own_tests_are_the_same() -> None:
    """Some thousands of them, of every part of pandas; ``pandas_suite`` runs all of them on demand."""
    result = compare()
    assert len(result.plain) > 3000
    assert result.differences == {}
