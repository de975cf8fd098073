"""The oracle itself: it sees what moves, and it objects to lineage that says too little or too much."""

from __future__ import annotations

import pandas as pd
import pytest

from lineage_ext.testing import Observation, Prediction, Source, compare, interventions, observe
from lineage_ext.testing.intervention import ROWS

K, V = Source("a", "k"), Source("a", "v")


def frame() -> pd.DataFrame:
    """Two columns that have nothing to do with each other."""
    return pd.DataFrame({"k": [3, 1, 2, 5, 4, 0], "v": [1.5, 9.0, 4.0, 2.5, 7.0, 3.0]})


def moved(program: object, **options: bool) -> set[tuple[str, str]]:
    """What moves, as (part, input column)."""
    return {(part, source.column) for part, source in observe(program, {"a": frame()}, **options).moved}  # type: ignore[arg-type]


def test_a_column_moves_with_its_own_source_only() -> None:
    """Changing k moves what is made of k."""
    assert moved(lambda a: a.assign(k=a.k + 1)) == {("k", "k"), ("v", "v")}


def test_a_filter_moves_rows_and_every_column() -> None:
    """The condition's column moves all parts, its number of rows among them."""
    assert {(p, "k") for p in ("k", "v", "<index>", ROWS)} <= moved(lambda a: a[a.k > 2])


def test_a_program_that_only_ever_raises_when_disturbed_depends_on_the_column() -> None:
    """All interventions on k raise: then everything is taken to depend on it."""

    def strict(a: pd.DataFrame) -> pd.DataFrame:
        if a.k.tolist() != [3, 1, 2, 5, 4, 0]:
            raise RuntimeError
        return a[["v"]]

    assert ("v", "k") in moved(strict)


def test_interventions_that_raise_say_nothing_when_others_do_not() -> None:
    """Nulls can't become integers, permuted numbers can: v doesn't depend on k."""
    assert ("v", "k") not in moved(lambda a: a.astype({"k": int}))


def test_an_undisturbed_program_that_raises_raises() -> None:
    """A wrong program is no observation."""
    with pytest.raises(KeyError):
        moved(lambda a: a["missing"])


def test_random_programs_are_refused() -> None:
    """Two runs that differ would make everything move."""
    seen: list[int] = []

    def drifting(a: pd.DataFrame) -> pd.DataFrame:
        seen.append(0)
        return a + len(seen)

    with pytest.raises(ValueError, match="seed"):
        moved(drifting)


def test_the_last_digits_of_sums_are_no_movement() -> None:
    """A mean of permuted numbers differs in the last digit: only v's own changes count."""
    assert moved(lambda a: pd.DataFrame({"m": [a.v.sum()]})) == {("m", "v")}


def test_a_series_may_be_a_record() -> None:
    """The labels of ``a.mean()`` are parts of their own."""
    assert moved(lambda a: a.mean(), row=True) == {("k", "k"), ("v", "v")}


def test_inputs_are_left_alone() -> None:
    """Programs that change their input change a copy."""
    given = frame()
    observe(lambda a: a.insert(0, "x", 1) or a, {"a": given})
    assert given.equals(frame())


def test_every_type_has_interventions() -> None:
    """Text, dates, booleans, categories, lists and periods can be changed as numbers can."""
    days = pd.Series(pd.date_range("2024-01-01", periods=6))
    nullable = pd.Series([1, 2, 3, None, 5, 6], dtype="Int64")
    text = pd.Series(list("abcabc"))
    lists = pd.Series([[1], [2], [], [3], [4], [5]])
    truths = pd.Series([True, False] * 3)
    periods = days.dt.to_period("D")
    for column in (text, days, periods, days.diff(), truths, text.astype("category"), lists, nullable):
        frames = {"a": pd.DataFrame({"x": column})}
        changed = [made["a"]["x"] for made in interventions(frames, Source("a", "x"))]
        assert sum(not c.astype(str).equals(column.astype(str)) for c in changed) >= 4, column.dtype


def observed(*edges: tuple[str, Source]) -> Observation:
    """An observation of these movements."""
    return Observation(frozenset(edges), ("k", "v"), (K, V))


def test_a_movement_without_an_edge_is_missed() -> None:
    """The lineage says too little."""
    report = compare(observed(("v", V), ("v", K)), Prediction({"v": frozenset({V})}))
    assert report.missed == {("v", K)}
    assert report.recall == 0.5


def test_an_edge_without_a_movement_is_unobserved() -> None:
    """The lineage says too much."""
    report = compare(observed(("v", V)), Prediction({"v": frozenset({V, K})}))
    assert report.unobserved == {("v", K)}
    assert report.precision == 0.5


def test_edges_of_rows_explain_every_part() -> None:
    """What decides the rows needs no edge for each column."""
    report = compare(observed(("k", V), ("v", V), (ROWS, V)), Prediction({}, frozenset({V})))
    assert not report.missed
    assert report.confirmed == {(ROWS, V)}


def test_edges_of_rows_need_a_movement_that_no_other_edge_explains() -> None:
    """Were it otherwise, every column could be said to decide the rows."""
    report = compare(observed(("v", V)), Prediction({"v": frozenset({V})}, frozenset({V})))
    assert report.unobserved == {(ROWS, V)}
