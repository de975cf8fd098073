"""Tracebacks are those of plain pandas: the same frames, lines, columns and text."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from itertools import islice
from types import FrameType
from typing import Any

import pandas as pd
import pytest

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
