"""Windows and resamplers, by calls made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from lineage_ext.rules.call import Opaque, State
from tests.rules.grouping_calls import K, direct, edges, frame, grouped, made, run, state


def windows(word: str = "frame.rolling", source: State | None = None, /, **args: Any) -> State:
    """Windows over a frame with index t."""
    return run(word, made(), self=source or frame("t x y", ("i",)), **args).out


def test_a_window_of_so_many_rows_depends_on_their_order_only() -> None:
    """``rolling(2)`` looks at neighbours, whatever the index says."""
    w = windows(window=2)
    call = run("window.mean", frame("t x y", ("i",)), self=w)
    assert call.out.rowset == w.rowset
    assert {e for e in edges(call, w) if e[0] == "x"} == {("x", "x", "AGGREGATION"), ("x", "<order>", "WINDOW")}


@pytest.mark.parametrize("width", ["7D", Opaque("Day"), Opaque("VariableOffsetWindowIndexer")])
def test_a_window_of_time_depends_on_the_times(width: Any) -> None:
    """``rolling("7D")`` is cut by the index."""
    w = windows(window=width)
    call = run("window.sum", frame("t x y", ("i",)), self=w)
    assert ("x", "<key i>", "WINDOW") in edges(call, w)


def test_an_axis_column_comes_out_as_it_was() -> None:
    """``rolling("7D", on="t")``: t isn't summed, it cuts."""
    w = windows(window="7D", on="t")
    call = run("window.sum", frame("t x y", ("i",)), self=w)
    assert {e for e in edges(call, w) if e[0] == "t"} == {("t", "<key t>", "IDENTITY")}
    assert ("x", "<key t>", "WINDOW") in edges(call, w)


def test_an_indexer_of_positions_doesnt_measure_time() -> None:
    """A FixedForwardWindowIndexer counts rows."""
    w = windows(window=Opaque("FixedForwardWindowIndexer"))
    assert w.schema.keys == ()


def test_windows_of_groups_keep_key_and_level() -> None:
    """``gb.rolling(2)``: each group by itself, the key in front of the frame's own index."""
    w = windows("group.rolling", grouped("k x", ("i",)), **{"*args": (2,), "**kwargs": {}})
    call = run("window.sum", frame("x", ("k", "i")), self=w)
    assert {e for e in edges(call, w) if e[0] in ("<k>", "<i>")} == {
        ("<k>", "<key k>", "IDENTITY"), ("<i>", "<i>", "IDENTITY"),
    }  # fmt: skip
    assert {e for e in edges(call, w) if e[0] == "x"} == {
        ("x", "x", "AGGREGATION"), ("x", "<order>", "WINDOW"), ("x", "<key k>", "GROUP_BY"),
    }  # fmt: skip


def test_times_given_beside_the_frame_are_the_axis() -> None:
    """``ewm(times=series)`` weighs by that series."""
    times = state(K.SERIES, "when")
    w = windows("frame.ewm", times=times)
    call = run("window.mean", frame("t x y", ("i",)), self=w)
    assert ("x", "<key when>", "WINDOW") in edges(call, w)


def test_rolling_corr_relates_all_columns_or_the_other_operand() -> None:
    """Pairwise correlations mix columns; with another series each column meets that one."""
    w = windows("SelectionMixin.__getitem__", windows(window=3), key=["x", "y"])
    call = run("window.corr", frame("x y", ("i", None)), self=w)
    assert {e for e in direct(call, w) if e[0] == "x"} == {("x", "x"), ("x", "y")}
    other = state(K.SERIES, "z")
    call = run("window.corr", frame("x y", ("i",)), self=w, other=other)
    assert {e for e in direct(call, w) if e[0] == "x"} == {("x", "x")}
    assert ("x", "z", "AGGREGATION") in edges(call, other)


def test_resampling_groups_by_bins_of_the_index() -> None:
    """The time in the index of what comes out is the frame's, binned."""
    df = frame("x", ("i",))
    binned = run("frame.resample", made(), self=df, rule="D")
    assert ("<key i>", "<i>", "TRANSFORMATION") in edges(binned, df)
    call = run("resample.aggregate", frame("x", ("i",)), self=binned.out, func="sum")
    assert edges(call, binned.out) == {
        ("x", "x", "AGGREGATION"), ("<i>", "<key i>", "IDENTITY"), ("<rows>", "<rows>", "IDENTITY"),
        ("<rows>", "<key i>", "GROUP_BY"), ("<order>", "<key i>", "GROUP_BY"),
    }  # fmt: skip


def test_resampling_groups_adds_a_key() -> None:
    """``gb.resample("D", on="t")`` groups by key and by bins of t."""
    rest = {"*args": (), "**kwargs": {"on": "t"}}
    binned = run("group.resample", made(), self=grouped("k t x"), rule="D", **rest).out
    assert binned.schema.keys == ("k", "t")
    call = run("resample.sum", frame("x", ("k", "t")), self=binned)
    assert {("<k>", "<key k>", "IDENTITY"), ("<t>", "<key t>", "IDENTITY")} <= edges(call, binned)
