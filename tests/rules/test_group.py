"""Group-bys and what comes out of them, by calls made by hand."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest

from lineage_ext.model import Schema
from lineage_ext.rules.algebra import NoRule
from lineage_ext.rules.call import Call, Function, Grouper, Opaque
from lineage_ext.rules.op import Op
from lineage_ext.rules.pandas.grouping import TABLE
from tests.rules.grouping_calls import K, direct, edges, frame, grouped, made, of, run, state


def test_a_group_by_has_the_columns_levels_and_rows_of_its_frame_and_a_key() -> None:
    """Nothing is lost on the way into a group-by, and the key remembers its column."""
    df = frame("k x y", ("i",))
    call = run("frame.groupby", made(), self=df, by="k")
    assert call.out.kind is K.GROUPED
    assert call.out.labels == ("k", "x", "y")
    assert call.out.schema.index == ("i",)
    assert call.out.rowset == df.rowset
    assert edges(call, df) >= {
        ("x", "x", "IDENTITY"), ("<i>", "<i>", "IDENTITY"), ("<key k>", "k", "IDENTITY"),
        ("<rows>", "<rows>", "IDENTITY"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "keys", "made_of"),
    [
        ({"by": ["k", "x"]}, ("k", "x"), {("<key k>", "k"), ("<key x>", "x")}),
        ({"by": ("k", "x")}, ("k", "x"), {("<key k>", "k"), ("<key x>", "x")}),
        ({"by": "i"}, ("i",), {("<key i>", "<i>")}),
        ({"by": None, "level": "j"}, ("j",), {("<key j>", "<j>")}),
        ({"by": None, "level": -1}, ("j",), {("<key j>", "<j>")}),
        ({"by": Opaque("_NoDefault"), "level": [0, 1]}, ("i", "j"), {("<key i>", "<i>"), ("<key j>", "<j>")}),
        ({"by": Function("f")}, (None,), {("<key >", "<i>")}),
        ({"by": Grouper("x")}, ("x",), {("<key x>", "x")}),
        ({"by": ["k", Grouper(None, None)]}, ("k", "i"), {("<key k>", "k"), ("<key i>", "<i>")}),
        ({"by": [0, 1, 0, 1]}, (None,), set()),
    ],
)
def test_keys_in_every_spelling(
    args: dict[str, Any], keys: tuple[Hashable, ...], made_of: set[tuple[str, str]]
) -> None:
    """Labels, levels, functions and Groupers are found where they lie."""
    df = frame("k x y", ("i", "j"))
    call = run("frame.groupby", made(), self=df, **args)
    assert call.out.schema.keys == keys
    assert {e for e in direct(call, df) if e[0].startswith("<key")} >= made_of
    assert bool(made_of) == any(e[0].startswith("<key") for e in direct(call, df))


def test_a_series_as_key_brings_what_chose_its_rows_unless_they_are_the_frames() -> None:
    """A key from elsewhere depends on the rows it has and on how it was aligned."""
    df = frame("k x")
    own, foreign = state(K.SERIES, "a", rowset=df.rowset), state(K.SERIES, "b")
    call = run("frame.groupby", made(), self=df, by=[own, foreign])
    assert edges(call, own) == {("<key a>", "a", "IDENTITY")}
    assert edges(call, foreign) == {
        ("<key b>", "b", "IDENTITY"), ("<key b>", "<rows>", "FILTER"), ("<key b>", "<index>", "JOIN"),
    }  # fmt: skip


def test_what_an_array_was_derived_from_is_the_key() -> None:
    """``df.groupby(df.x.to_numpy() > 1)`` groups by x."""
    df, source = frame("k x"), state(K.ARRAY)
    op = Op(0, "pandas", "DataFrame", "groupby", ("self", "by"))
    call = Call(op, {"self": df, "by": Opaque("ndarray", 3)}, [made()])
    call.derived["by"] = source
    TABLE["frame.groupby"].explain(call)
    assert ("<key >", "", "IDENTITY") in edges(call, source)
    assert "by" in call.used


def test_groups_of_columns_have_no_rule() -> None:
    """Pandas 2's ``axis=1`` is opaque instead of wrong."""
    with pytest.raises(NoRule):
        run("frame.groupby", made(), self=frame("k"), by="k", axis=1)


def test_selecting_keeps_the_other_columns_out() -> None:
    """``gb["x"].sum()`` says nothing about y."""
    chosen = run("group.__getitem__", made(), self=grouped(), key="x").out
    assert (chosen.labels, chosen.schema.keys) == (("x",), ("k",))
    call = run("group.sum", state(K.SERIES, "x", ("k",)), self=chosen)
    assert edges(call, chosen) == {
        ("x", "x", "AGGREGATION"), ("<k>", "<key k>", "IDENTITY"), ("<rows>", "<rows>", "IDENTITY"),
        ("<rows>", "<key k>", "GROUP_BY"), ("<order>", "<key k>", "GROUP_BY"),
    }  # fmt: skip


def test_as_index_false_puts_the_keys_into_columns() -> None:
    """A key column is the key as it was, not an aggregate."""
    gb = grouped(as_index=False)
    call = run("group.sum", frame("k x y"), self=gb)
    assert {e for e in edges(call, gb) if e[0] == "k"} == {("k", "<key k>", "IDENTITY")}
    assert not any(e[0] == "<index>" for e in edges(call, gb))


def test_unsorted_groups_come_in_the_order_of_rows() -> None:
    """``sort=False`` makes what sorted the frame matter."""
    kept = ("<order>", "<order>", "IDENTITY")
    assert kept in of(run("group.sum", frame("x y", ("k",)), self=grouped(sort=False)))
    assert kept not in of(run("group.sum", frame("x y", ("k",)), self=grouped()))


@pytest.mark.parametrize(
    ("func", "kwargs", "labels", "values"),
    [
        ("sum", {}, "x y", {("x", "x"), ("y", "y")}),
        ({"x": "sum"}, {}, "x", {("x", "x")}),
        (None, {"total": ("x", "sum"), "n": ("y", "size")}, "total n", {("total", "x"), ("n", "<rows>")}),
        (None, {"x": ("y", Function("<lambda>"))}, "x", {("x", "y")}),
    ],
)
def test_agg_spellings(func: Any, kwargs: dict[str, Any], labels: str, values: set[tuple[str, str]]) -> None:
    """Each column of ``agg`` is traced to the column its spelling names."""
    gb = grouped()
    call = run("group.aggregate", frame(labels, ("k",)), self=gb, func=func, **{"**kwargs": kwargs})
    assert {e for e in direct(call, gb) if not e[0].startswith("<")} == values


def test_agg_with_lists_makes_columns_of_two_levels() -> None:
    """``("x", "first")`` comes from x, and from the order of rows; ``("x", "size")`` from which rows there are."""
    gb = grouped()
    out = frame("", ("k",))
    out.schema = Schema(K.FRAME, (("x", "first"), ("x", "size"), ("y", "sum")), ("k",))
    call = run("group.aggregate", out, self=gb, func={"x": ["first", "size"], "y": ["sum"]})
    values = {e for e in edges(call, gb) if not e[0].startswith("<")}
    assert values == {
        ("x.first", "x", "AGGREGATION"), ("x.first", "<order>", "SORT"), ("x.size", "<rows>", "AGGREGATION"),
        ("y.sum", "y", "AGGREGATION"),
    }  # fmt: skip


def test_transform_keeps_rows_and_depends_on_the_group() -> None:
    """A mean by group written to every row is a value of its group: the key decides which."""
    gb = grouped()
    call = run("group.transform", frame("x y"), self=gb, func="mean")
    assert call.out.rowset == gb.rowset
    assert {e for e in edges(call, gb) if e[0] == "x"} == {("x", "x", "AGGREGATION"), ("x", "<key k>", "GROUP_BY")}


def test_cumulative_values_depend_on_order() -> None:
    """cumsum, shift and transform("cumsum") change when the rows are sorted otherwise."""
    gb = grouped()
    for key, args in (("group.cumsum", {}), ("group.shift", {}), ("group.transform", {"func": "cumsum"})):
        call = run(key, frame("x y"), self=gb, **args)
        assert ("x", "<order>", "WINDOW") in edges(call, gb), key
    assert ("x", "<order>", "WINDOW") not in of(run("group.rank", frame("x y"), self=gb, method="average"))


def test_size_is_made_of_rows() -> None:
    """A count of rows comes from no column."""
    gb = grouped()
    call = run("group.size", state(K.SERIES, "", ("k",)), self=gb)
    assert {e for e in edges(call, gb) if e[0] == ""} == {("", "<rows>", "AGGREGATION")}


def test_head_picks_rows_by_group_and_order() -> None:
    """Values stay as they are; which rows they stand in is decided by key and order."""
    gb = grouped()
    call = run("group.head", frame("k x y"), self=gb, n=1)
    assert ("x", "x", "IDENTITY") in edges(call, gb)
    assert {e for e in edges(call, gb) if e[0] == "<rows>"} == {
        ("<rows>", "<rows>", "IDENTITY"), ("<rows>", "<key k>", "GROUP_BY"), ("<rows>", "<order>", "FILTER"),
    }  # fmt: skip


def test_filter_reads_what_its_function_reads() -> None:
    """``filter(lambda g: g.x.mean() > 1)`` lets x decide on rows, not y."""
    gb = grouped()
    function = Function("<lambda>", (lambda g: g.x.mean() > 1).__code__)
    call = run("group.filter", frame("k x y"), self=gb, func=function)
    assert ("<rows>", "x", "FILTER") in edges(call, gb)
    assert ("<rows>", "y", "FILTER") not in edges(call, gb)


def test_apply_that_reduces_comes_from_what_its_function_reads() -> None:
    """A weighted mean of two columns isn't made of a third."""
    gb = grouped("k x y z")
    function = Function("<lambda>", (lambda g: (g.x * g["y"]).sum() / g.y.sum()).__code__)
    call = run("group.apply", state(K.SERIES, "", ("k",)), self=gb, func=function)
    assert {e for e in direct(call, gb) if not e[0].startswith("<")} == {("", "x"), ("", "y")}
    assert ("<k>", "<key k>", "IDENTITY") in edges(call, gb)


def test_apply_that_gives_rows_back_hands_columns_through() -> None:
    """``apply(lambda g: g.nlargest(1, "x"))``: columns by label, rows by x, levels after the key."""
    gb = grouped("k x y", ("i",))
    function = Function("<lambda>", (lambda g: g.nlargest(1, "x")).__code__)
    call = run("group.apply", frame("x y", ("k", "i")), self=gb, func=function)
    assert {e for e in direct(call, gb) if e[0] in ("x", "y")} == {("x", "x"), ("y", "y")}
    assert {e for e in edges(call, gb) if e[0] in ("<k>", "<i>")} == {
        ("<k>", "<key k>", "IDENTITY"), ("<i>", "<i>", "IDENTITY"),
    }  # fmt: skip
    assert {s for t, s, how in edges(call, gb) if t == "<rows>" and how == "FILTER"} == {"x"}


def test_value_counts_puts_keys_then_values_into_the_index() -> None:
    """The values counted are still themselves; the count is of rows."""
    gb = run("group.__getitem__", made(), self=grouped(), key="x").out
    call = run("group.value_counts", state(K.SERIES, "count", ("k", "x")), self=gb)
    assert {e for e in direct(call, gb) if e[0] != "<rows>"} == {
        ("<k>", "<key k>"), ("<x>", "x"), ("count", "<rows>"),
    }  # fmt: skip


def test_a_loop_over_groups_gives_keys_and_parts_of_the_frame() -> None:
    """The first of the pair is the key, the second a frame whose rows the key chose."""
    gb = grouped()
    call = run("group.get_iterator", [state(K.SCALAR), frame("k x y")], self=gb, data=Opaque("DataFrame"))
    assert ("", "<key k>", "IDENTITY") in edges(call, gb, 0)
    assert {("x", "x", "IDENTITY"), ("<rows>", "<key k>", "GROUP_BY")} <= edges(call, gb, 1)


def test_a_group_by_nobody_saw_has_no_rule() -> None:
    """What can't be known isn't guessed."""
    with pytest.raises(NoRule):
        run("group.sum", frame("x"), self=Opaque("DataFrameGroupBy"))
