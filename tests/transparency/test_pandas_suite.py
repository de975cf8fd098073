"""pandas' own tests can't tell whether they are tracked."""

from __future__ import annotations

import pytest

from tests.transparency.pandas_suite import PARTS, compare

pytest.importorskip("hypothesis")
TRAPS = (
    "arrays/categorical/test_indexing.py", "arrays/string_/test_string.py",
    "copy_view/test_chained_assignment_deprecation.py", "copy_view/test_methods.py", "copy_view/test_indexing.py",
    "frame/indexing/test_setitem.py", "frame/test_iteration.py", "frame/test_query_eval.py", "frame/test_subclass.py",
    "frame/test_arithmetic.py", "frame/test_constructors.py", "frame/test_reductions.py",
    "frame/methods/test_replace.py",
    "groupby/test_apply.py", "groupby/test_grouping.py", "groupby/aggregate/test_aggregate.py",
    "groupby/transform/test_transform.py", "groupby/test_groupby.py",
    "indexing/test_chaining_and_caching.py", "indexing/test_iloc.py", "indexing/test_loc.py",
    "io/parser/common/test_chunksize.py", "io/json/test_pandas.py",
    "resample/test_time_grouper.py", "resample/test_resampler_grouper.py",
    "reshape/merge/test_merge.py", "reshape/test_pivot.py", "reshape/concat/test_concat.py",
    "series/accessors/test_cat_accessor.py", "series/test_ufunc.py", "series/methods/test_map.py",
    "strings/test_extract.py", "strings/test_find_replace.py", "window/test_rolling.py", "window/test_groupby.py",
)  # fmt: skip
"""Files of every part that look at callers, reference counts, callbacks, generators, subclasses, warnings."""


@pytest.mark.slow
def test_outcomes_of_pandas_own_tests_are_the_same() -> None:
    """Outcome, text of the failure, warnings with file and line, prints; ``make pandas-suite`` compares them all."""
    assert {path.partition("/")[0] for path in TRAPS} == set(PARTS)
    result = compare(TRAPS, most=120)
    assert len(result.plain) > 2_000
    assert result.differences == {}
