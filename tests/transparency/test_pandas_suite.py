"""pandas' own tests can't tell whether they are tracked."""

from __future__ import annotations

from pathlib import Path

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

GARBAGE = """
import gc, os
import pandas as pd

class Loud:
    def __del__(self):
        raise ValueError(self.text)

def leave(text, cycle):
    left = Loud()
    left.text, left.me = text, left if cycle else None
    pd.Series([1]).sum()

def test_leaves_a_cycle():
    leave("both ways", True)

def test_makes_objects():
    made = [[] for _ in range(0 if os.environ["LINEAGE_SUITE_WAY"] == "plain" else 100_000)]

def test_needs_a_collection():
    leave("late", os.environ["LINEAGE_SUITE_WAY"] != "plain")

def test_after():
    pass
"""
"""Tests of which the third leaves a cycle only when tracked, as if the recorder had made it, and the second makes more
objects then, after a test that leaves a cycle both ways."""


@pytest.mark.slow
def test_garbage_is_told_of_the_test_that_left_it(tmp_path: Path) -> None:
    """An object that needs a collection only when tracked is a difference; the moment of a collection is none."""
    file = tmp_path / "test_garbage.py"
    file.write_text(GARBAGE)
    result = compare([str(file)])
    names = {name.rpartition("::")[2]: name for name in result.plain}
    assert "afterwards" in result.plain[names["test_leaves_a_cycle"]]
    assert set(result.differences) == {names["test_needs_a_collection"]}
    plain, tracked = result.differences[names["test_needs_a_collection"]]
    assert "ValueError" in plain
    assert "afterwards" in tracked
    assert "afterwards" not in plain


@pytest.mark.slow
def test_outcomes_of_pandas_own_tests_are_the_same() -> None:
    """Outcome, text of the failure, warnings with file and line, prints; ``make pandas-suite`` compares them all."""
    assert {path.partition("/")[0] for path in TRAPS} == set(PARTS)
    result = compare(TRAPS, most=120)
    assert len(result.plain) > 2_000
    assert result.differences == {}
