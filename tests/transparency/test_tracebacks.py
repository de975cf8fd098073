"""Tracebacks are those of plain pandas: the same frames, lines, columns and text."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from itertools import islice
from types import FrameType
from typing import Any

import pandas as pd
import pytest

from lineage_ext.capture.compiled import HOOKS
from tests.transparency.conftest import WAYS

DF = pd.DataFrame({"a": [1, 2]})
FAILURES: list[Callable[[], Any]] = [
    lambda: DF.merge(DF, on="zz"),
    lambda: DF.groupby("q"),
    lambda: DF["zz"],
    lambda: DF.loc[99],
    lambda: DF.iloc[99],
    lambda: DF.a.astype("foo"),
    lambda: DF.apply(lambda row: 1 / 0, axis=1),
    lambda: pd.read_csv("/nope"),
    lambda: DF.set_index("x"),
    lambda: DF.assign(b=lambda d: d.zz),
    lambda: DF.query("zz > 1"),
    lambda: DF + "x",
    lambda: DF.a.str.upper(),
    lambda: DF.groupby("a").agg({"zz": "sum"}),
    lambda: DF.groupby("a").apply(lambda g: g["zz"]),
    lambda: DF.rolling("x"),
    lambda: pd.concat([]),
    lambda: DF.pivot(index="a", columns="zz"),
    lambda: pd.to_datetime("not a date"),
    lambda: [DF.at[9, "a"] for _ in range(1)],
    lambda: list(DF.groupby(lambda i: 1 / 0)),
]


def trace(fail: Callable[[], Any]) -> tuple[Any, ...]:
    """Type, text, notes, context and every frame of the exception with its columns."""
    try:
        fail()
    except Exception as error:
        summary = traceback.TracebackException.from_exception(error)
        return tuple(summary.format()), frames(error), frames(error.__context__), repr(error.__cause__)
    raise AssertionError("it didn't fail")


def frames(error: BaseException | None) -> list[tuple[Any, ...]]:
    """File, function, line, columns and text of each frame; the line and the span where the frame itself stands."""
    if error is None:
        return []
    told = [
        (f.filename, f.name, f.lineno, f.end_lineno, f.colno, f.end_colno, f.line)
        for f in traceback.extract_tb(error.__traceback__)
    ]
    below = list(traceback.walk_tb(error.__traceback__))[1:]  # our own test's frame goes on
    return [*told, *((frame.f_lineno, line, span(frame)) for frame, line in below)]


def span(frame: FrameType) -> tuple[int | None, ...]:
    """Lines and columns of the instruction that a frame was at last: of its *lasti*."""
    return next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))


@pytest.mark.parametrize("name", [name for name in WAYS if name != "plain"])
@pytest.mark.parametrize("fail", FAILURES)
def test_tracebacks_are_the_same(fail: Callable[[], Any], name: str) -> None:
    """Type, message, context, frames, lines and columns."""
    before = trace(fail)
    with WAYS[name]():
        after = trace(fail)
    assert after == before


def test_formatted_text_is_the_same_in_a_chain() -> None:
    """``During handling of the above exception …`` is printed as often as before."""

    def text() -> str:
        try:
            DF.loc["x"]
        except KeyError:
            try:
                DF["y"]
            except KeyError:
                return traceback.format_exc()
        return ""

    before = text()
    with WAYS["recorder"]():
        assert text() == before


def missing() -> None:
    """An exception that the user catches. Not by ``pytest.raises``: after some hundred recursions that ended in it
    CPython has it need another number of frames, also without us."""
    try:
        DF["zz"]
    except KeyError:
        return
    raise AssertionError


RECURSIONS: list[Callable[[], Any]] = [
    lambda: pd.Series([1]),
    lambda: pd.DataFrame({"a": [1]}),
    lambda: DF.at[0, "a"],
    lambda: DF.head(1),
    lambda: DF.a.map(lambda v: v),
    lambda: DF.apply(lambda row: row.a, axis=1),
    lambda: list(DF.items()),
    missing,
]


@pytest.mark.parametrize("name", [name for name in WAYS if name != "plain"])
@pytest.mark.parametrize("step", RECURSIONS)
def test_a_recursion_ends_where_it_did(step: Callable[[], Any], name: str) -> None:
    """Nothing of ours needs more of the stack than pandas: what succeeds with few frames left does so still. Hooks in C
    leave no trace in a RecursionError, which hooks in Python may raise once more (docs/invisible.md)."""
    before = ends(step)
    with WAYS[name]():
        after = ends(step)
    if name == "compiled" and HOOKS is not None:
        assert after == before
    assert [end == [] for end in after] == [end == [] for end in before]


def ends(step: Callable[[], Any]) -> list[list[tuple[str, str, str]]]:
    """For each number of frames that may be left: type, file and function of the exception and those it came of."""
    for _ in range(100):
        step()  # CPython counts calls that it has specialised otherwise
    return [end(step, left) for left in range(4, 70)]


def end(step: Callable[[], Any], left: int) -> list[tuple[str, str, str]]:
    """The same for one number."""
    depth = sum(1 for _ in traceback.walk_stack(None))
    told: list[tuple[str, str, str]] = []
    try:
        down(sys.getrecursionlimit() - depth - left, step)
    except RecursionError as raised:
        error: BaseException | None = raised
        while error is not None:
            last = traceback.extract_tb(error.__traceback__)[-1]
            told.append((type(error).__name__, last.filename, last.name))
            error = error.__context__
    return told


def down(frames: int, step: Callable[[], Any]) -> Any:
    """Call ``step`` that many frames further down."""
    return step() if frames <= 0 else down(frames - 1, step)
