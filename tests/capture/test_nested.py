"""Lists, tuples and dicts as arguments: however they are nested, recording them is soon done, and says that it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from lineage_ext.capture import compiled
from lineage_ext.capture.identity import number_of
from lineage_ext.capture.log import CALL, DICT, FIRST_ARGUMENT, LIST, LOG, TUPLE
from lineage_ext.capture.nested import MOST_DEEP, MOST_NESTED
from lineage_ext.model import Confidence, Run
from lineage_ext.testing import notebook
from tests.capture.hooked import recording

DF = pd.DataFrame({"a": [1, 2], "b": [3, 4]})


class Rows(list[Any]):
    """A list of the user's."""


def itself() -> Any:
    """A list that holds itself."""
    items: list[Any] = ["a"]
    items.append(items)
    return items


def key_of_itself() -> Any:
    """A dict that does."""
    items: dict[str, Any] = {}
    items["items"] = items
    return items


def twice(kind: Callable[..., Any], times: int) -> Any:
    """A list of two that are the same list, of two that are the same, …"""
    items = kind(["a"])
    for _ in range(times):
        items = kind([items, items])
    return items


def within(depth: int) -> Any:
    """A list in a list in a list …"""
    items: Any = "a"
    for _ in range(depth):
        items = [items]
    return items


NESTED: dict[str, Callable[[], Any]] = {
    "itself": itself,
    "a dict that holds itself": key_of_itself,
    "a tuple that holds itself": lambda: (itself(),),
    "one list many times": lambda: twice(list, 40),
    "one tuple many times": lambda: [twice(tuple, 40)],
    "one list of the user's many times": lambda: twice(Rows, 40),
    "one in a dict many times": lambda: {i: twice(list, 40) for i in range(50)},
    "a slice": lambda: slice(twice(list, 40), itself(), None),
    "deep": lambda: within(5000),
    "many": lambda: [list(range(256)) for _ in range(256)],
}
WAYS = [pytest.param(True, marks=pytest.mark.skipif(compiled.HOOKS is None, reason="no hooks in C")), False]


def argument(value: Any, compiled_ones: bool) -> Any:
    """What is logged of an argument."""
    with recording(compiled_ones):
        pd.Series([1]).set_axis(["a"], axis=0)
        LOG.clear()
        with pytest.raises(Exception):  # noqa: B017, PT011  # pandas wants none of these
            DF.xs(0, axis=value)
        records = [at for at in range(len(LOG)) if LOG[at] is CALL]
        return LOG[records[0] - 1 + FIRST_ARGUMENT + 2] if records else None


def parts(atom: Any) -> int:
    """How many parts an atom has, with those of its parts."""
    return len(atom) + sum(map(parts, atom)) if isinstance(atom, tuple) else 0


def depth(atom: Any) -> int:
    """How deep an atom is nested."""
    return 1 + max(map(depth, atom), default=0) if isinstance(atom, tuple) else 0


@pytest.mark.parametrize("compiled_ones", WAYS)
@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED)
def test_nesting_is_recorded_up_to_a_bound(make: Callable[[], Any], compiled_ones: bool) -> None:
    """The call is recorded, its argument told with a few thousand parts at most, in no time to speak of."""
    value = make()
    began = time.thread_time()  # its own time: the machine may have none for us
    found = argument(value, compiled_ones)
    assert time.thread_time() - began < 2
    assert 1 < depth(found) <= 2 * MOST_DEEP + 2
    assert parts(found) <= 4 * MOST_NESTED


@pytest.mark.skipif(compiled.HOOKS is None, reason="no hooks in C")
@pytest.mark.parametrize("name", [name for name in NESTED if "user" not in name])
def test_both_languages_tell_the_same_of_nested_arguments(name: str) -> None:
    """Item by item."""
    value = NESTED[name]()
    assert argument(value, True) == argument(value, False)


@pytest.mark.parametrize("compiled_ones", WAYS)
def test_usual_nesting_is_told_in_full(compiled_ones: bool) -> None:
    """Five functions for each of 250 columns."""
    value = {f"c{i}": ["sum", "mean", "min", "max", "std"] for i in range(250)}
    assert parts(argument(value, compiled_ones)) == 1 + 2 * 250 + 250 * 6


WIDE = pd.DataFrame({f"c{i}": [i, i + 1] for i in range(400)})
LONG = {  # what a frame is asked with → whether its labels are kept
    "as many as it has columns": (lambda df: df.dropna(subset=[f"c{i}" for i in range(400)]), True),
    "more, which are put there": (lambda df: df.__setitem__([f"n{i}" for i in range(500)], 0), True),
    "put by loc": (lambda df: df.loc.__setitem__((slice(None), [f"c{i}" for i in range(300)]), 0), True),
    "put by loc under a mask": (lambda df: df.loc.__setitem__((df.c1 > 1, [f"c{i}" for i in range(300)]), 0), True),
    "rows put by loc": (lambda df: df.loc.__setitem__(([0, 1] * 200, ["c1", "c2"]), 0), False),
    "numbers": (lambda df: df.reindex(columns=list(range(400))), False),
    "of rows": (lambda df: df.T.reindex([f"c{i}" for i in range(400)] * 3), False),
    "of a series": (lambda df: df["c0"].isin([f"c{i}" for i in range(300)]), False),
}


@pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")
@pytest.mark.parametrize("compiled_ones", WAYS)
@pytest.mark.parametrize("how", list(LONG))
def test_of_long_lists_the_labels_of_columns_are_kept(how: str, compiled_ones: bool) -> None:
    """Else ``dropna(subset=…)`` of a wide frame has no columns. Other lists may be as long as there are rows."""
    ask, kept = LONG[how]
    with recording(compiled_ones):
        LOG.clear()
        ask(WIDE.copy())
        told = [part for part in LOG if type(part) is tuple]
        told += [part[2] for part in told if part[:1] == (TUPLE,) and len(part) == 3 and type(part[2]) is tuple]
        assert any(part[:1] == (LIST,) and len(part) > 256 for part in told) is kept


@pytest.mark.parametrize("compiled_ones", WAYS)
@pytest.mark.parametrize("make", [dict, lambda pairs: [series for _, series in pairs]], ids=["dict", "list"])
def test_long_containers_of_frames_and_series_are_kept(make: Callable[..., Any], compiled_ones: bool) -> None:
    """A frame made of three hundred columns comes from all of them: from none, as long as only 256 were kept."""
    columns = [pd.Series([i], name=f"c{i}") for i in range(300)]
    with recording(compiled_ones):
        LOG.clear()
        pd.DataFrame(make((f"x{i}", column) for i, column in enumerate(columns)))
        (part,) = [part for part in LOG if type(part) is tuple and part[:1] in {(LIST,), (DICT,)} and len(part) > 256]
        numbers = [number_of(column) for column in columns]
        assert None not in numbers
        assert [p for p in part[1:] if type(p) is int] == numbers


def test_columns_put_under_new_names_come_from_those_that_are_put() -> None:
    """Whatever they are called: as many are new as there are values, in that order. Of old names it is inferred."""
    with notebook() as book:
        book.cell(
            "import numpy as np, pandas as pd\n"
            "df = pd.DataFrame({'a': [1], 'b': [2], 'c': [3]})\n"
            "df[np.array(['x', 'y'])] = df[['b', 'a']]\n"
            "made = df.copy()\n"
            "made[made.columns[:2]] = made[['a', 'b']] * 2"
        )
        book.session.flush()
        new, old = [r for r in book.session.graph.runs() if r.job.name == "pandas.DataFrame.__setitem__"]
        assert put(new) == {(3, 0): Confidence.EXACT, (4, 1): Confidence.EXACT}
        assert put(old) == {(0, 0): Confidence.INFERRED, (1, 1): Confidence.INFERRED}


def put(run: Run) -> dict[tuple[int, int], Confidence]:
    """Which column came from which one of the frame that was put there, and how sure that is."""
    blocks = [block for block in run.column_map.blocks if block.input == 1]
    return {(t, s): b.confidence for b in blocks for t, s in zip(b.targets, b.sources, strict=True)}
