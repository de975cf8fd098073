"""pandas' own tests can't tell whether they are tracked."""

from __future__ import annotations

import pytest

from tests.transparency.pandas_suite import PARTS, compare

pytest.importorskip("hypothesis")
TRAPS = (
    "arrays/categorical/test_indexing.py",
    "copy_view/test_chained_assignment_deprecation.py", "copy_view/test_methods.py",
    "frame/indexing/test_setitem.py", "frame/test_iteration.py", "frame/test_query_eval.py", "frame/test_subclass.py",
    "groupby/test_apply.py", "groupby/test_grouping.py", "indexing/test_chaining_and_caching.py",
    "indexing/test_iloc.py", "io/parser/common/test_chunksize.py", "resample/test_time_grouper.py",
    "reshape/merge/test_merge.py", "series/accessors/test_cat_accessor.py", "strings/test_extract.py",
    "window/test_rolling.py",
)  # fmt: skip
"""Files of every part that look at callers, reference counts, callbacks, generators, subclasses, warnings."""


@pytest.mark.slow
def test_outcomes_of_pandas_own_tests_are_the_same() -> None:
    """Outcome, text of the failure, warnings with file and line, prints; ``make pandas-suite`` compares them all."""
    assert {path.partition("/")[0] for path in TRAPS} == set(PARTS)
    result = compare(TRAPS, most=25)
    assert len(result.plain) > 300
    assert result.differences == {}
