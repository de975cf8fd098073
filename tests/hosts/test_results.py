"""What is kept of a displayed value: small ones as text, others described, none disturbed."""

from __future__ import annotations

import datetime
import decimal
import sys
import time
import types
from collections import OrderedDict
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lineage_ext.hosts.results import describe
from lineage_ext.model import ResultFacet
from tests.hosts.conftest import Shell


def text(value: object) -> str:
    """The text kept of a value nobody tracks."""
    facet = describe(value, lambda _: None)
    assert facet is not None
    return facet.text


@pytest.mark.parametrize(
    "value",
    [
        0, -3, 2.5, 1j, True, "text", b"bytes", ..., range(3), [1, "a", None], (1,), {1}, frozenset(), {"a": [{2: 3}]},
        np.float64(1.5), np.int8(3), np.str_("x"), np.datetime64("2020-01-01"), pd.Timestamp("2020-01-01", tz="UTC"),
        pd.Timedelta(1), pd.NaT, pd.NA, datetime.date(2020, 1, 1), decimal.Decimal("1.5"), PurePosixPath("/a"),
        datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), [np.int64(1)] * 100,
    ],
    ids=lambda v: str(v)[:20],
)  # fmt: skip
def test_small_values_are_kept(value: object) -> None:
    """As their repr."""
    assert text(value) == repr(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (list(range(101)), "101 items"),
        ([[0] * 60, [0] * 60], "2 items"),
        (dict.fromkeys(range(1000)), "1,000 items"),
        ("x" * 10_001, "10,001 characters"),
        (["x" * 6_000] * 2, "2 items"),
        (b"x" * 20_000, "20,000 bytes"),
        pytest.param(10**5000, "16,610 bits", id="long"),
        (np.zeros((3, 1000)), "3 × 1,000, float64"),
        (np.array(5), "no dimension, int64"),
        (np.zeros(3, dtype=[("a", int)]), "3, [('a', '<i8')]"),
        (pd.DataFrame({"a": [1, 2]}), "2 rows × 1 columns"),
        (pd.Series([1.5]), "1 values, float64"),
        (pd.Index([1, 2, 3]), "3 labels"),
        (np.float64, ""),
        (len, ""),
        ([object()], "1 items"),
        ([[[[1]], pd.DataFrame()]], "1 items"),
    ],
)
def test_other_values_are_described(value: object, expected: str) -> None:
    """By size, shape and dtype."""
    assert text(value) == expected


def test_nothing_is_kept_of_none() -> None:
    """A cell without a result has no facet."""
    assert describe(None, lambda _: None) is None


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1, "int"),
        (pd.DataFrame(), "pandas.DataFrame"),
        (np.int8(1), "numpy.int8"),
        (OrderedDict(), "collections.OrderedDict"),
    ],
)
def test_types_have_short_names(value: object, name: str) -> None:
    """Package and class."""
    facet = describe(value, lambda _: None)
    assert facet is not None
    assert facet.type == name


class Meta(type):
    """A metaclass that can't be asked anything."""

    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError("metaclass")


class Hostile(metaclass=Meta):
    """Raises whatever is done with it."""

    def _fail(self, *_: object) -> Any:
        raise RuntimeError("hostile")

    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __hash__ = __bool__ = __getattribute__ = _fail  # type: ignore[assignment]


class Text(str):  # noqa: SLOT000
    """A subclass of a built-in may do anything."""

    def __repr__(self) -> str:
        raise RuntimeError("text")

    __len__ = __repr__  # type: ignore[assignment]


class Zone(datetime.tzinfo):
    """Part of a datetime's repr."""

    def __repr__(self) -> str:
        raise RuntimeError("zone")

    def utcoffset(self, _: object) -> datetime.timedelta:
        """Fail."""
        raise RuntimeError("zone")


class Frame(pd.DataFrame):
    """A subclass that overrides what we look at."""

    @property
    def shape(self) -> Any:
        """Fail."""
        raise RuntimeError("shape")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Hostile(),  # not the class itself: pytest would ask it
        lambda: Text("x"),
        lambda: datetime.datetime(2020, 1, 1, tzinfo=Zone()),
        lambda: Frame({"a": [1]}),
    ],
    ids=["object", "str", "datetime", "frame"],
)
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [v], lambda v: {"a": (v,)}], ids=["bare", "list", "dict"])
def test_code_of_users_is_never_called(make: Any, wrap: Any) -> None:
    """No repr, length, property or metaclass of a class we don't know."""
    assert describe(wrap(make()), lambda _: None) is not None


def test_a_list_that_holds_itself() -> None:
    """Ends."""
    loop: list[object] = []
    loop.append(loop)
    assert text(loop) == "1 items"


def test_describing_is_quick() -> None:
    """Below a millisecond, however big the value; the machine may do something else now and then."""
    values = [
        list(range(1_000_000)),
        pd.DataFrame(np.zeros((1000, 1000))),
        "x" * 10_000_000,
        {i: [i] * 50 for i in range(100)},
    ]
    times = []
    for _ in range(20):
        start = time.perf_counter()
        for value in values:
            text(value)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.004


def test_figures_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, title and what is in them; no plotting library is imported for it."""

    class Figure:
        number = 3
        axes = ("a", "b")

    class Plotly:
        data = (1,)

        def __init__(self) -> None:
            self._layout = {"title": {"text": "Sales"}}

    monkeypatch.setitem(sys.modules, "matplotlib.figure", types.SimpleNamespace(Figure=Figure))
    monkeypatch.setitem(sys.modules, "plotly.basedatatypes", types.SimpleNamespace(BaseFigure=Plotly))
    assert text(Figure()) == "figure 3 with 2 axes"
    assert text(Plotly()) == "figure with 1 traces 'Sales'"


def test_a_frame_is_linked_by_its_dataset(shell: Shell) -> None:
    """The result of a cell is the very version an operation made."""
    shell.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\ndf * 2")
    facet = shell.cells()[-1].facet(ResultFacet)
    assert facet == ResultFacet("pandas.DataFrame", "2 rows × 1 columns", shell.operations()[-1].outputs[0].no)
    shell.run("7")
    assert shell.cells()[-1].facet(ResultFacet).dataset is None
