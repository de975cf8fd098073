"""Generator functions behave to the letter as before, and their hooks see every suspension."""

from __future__ import annotations

import gc
import inspect
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from lineage_ext.capture import pandas_functions
from tests.capture import specimens
from tests.capture.journal import Journal, installed, target

s = specimens
GENERATORS = [target(f) for f in (s.count, s.guarded_generator, s.pairs, s.empty_generator)]


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def journal() -> Iterator[Journal]:
    """Everything is intercepted, by this journal."""
    kept = Journal()
    with installed([*GENERATORS, *pandas_functions.targets()], kept):
        yield kept


def drive(make: Callable[[], Any], steps: list[tuple[Any, ...]]) -> list[Any]:
    """What a generator answers to ``next``, ``send``, ``throw`` and ``close``, and its state after each."""
    generator, answers = make(), []
    for name, *args in steps:
        try:
            answers.append(getattr(generator, name)(*args))
        except BaseException as error:
            answers.append(f"{error!r} {getattr(error, 'value', None)!r}")
        answers.append(inspect.getgeneratorstate(generator))
    return answers


NEXT, END = ("__next__",), ("close",)
SCRIPTS = [
    (lambda: specimens.count(2), [NEXT, NEXT, NEXT, NEXT]),
    (lambda: specimens.count(3), [NEXT, ("send", 7), NEXT, ("send", 0), END, NEXT]),
    (lambda: specimens.count(3), [("send", 1), NEXT]),
    (lambda: specimens.count(3), [END, NEXT]),
    (lambda: specimens.count(3), [NEXT, ("throw", KeyError("k")), NEXT]),
    (lambda: specimens.guarded_generator([]), [NEXT, ("throw", ValueError()), NEXT, NEXT]),
    (lambda: specimens.guarded_generator([]), [NEXT, END]),
    (lambda: specimens.pairs("ab", "cd"), [NEXT, NEXT, NEXT]),
    (lambda: specimens.pairs("ab", "cd"), [NEXT, ("send", 1), NEXT]),
    (lambda: specimens.pairs("ab", "cd"), [NEXT, ("throw", ValueError("v")), NEXT]),
    (lambda: specimens.pairs("ab", "cd"), [NEXT, END, NEXT]),
    (lambda: specimens.pairs("ab", 5), [NEXT, NEXT]),
    (lambda: specimens.empty_generator(), [NEXT, NEXT]),
]


@pytest.mark.parametrize("up", [False, True], ids=["recorded", "nested"])
@pytest.mark.parametrize(("make", "steps"), SCRIPTS)
def test_generators_answer_as_before(make: Callable[[], Any], steps: list[tuple[Any, ...]], up: bool) -> None:
    """``next``, ``send``, ``throw``, ``close``, return values and errors are those of the plain function.

    But for one word: a value sent into ``yield from zip(…)`` fails with "'map' object has no attribute 'send'".
    """
    before = drive(make, steps)
    journal = Journal()
    with installed(GENERATORS, journal):
        journal.state.d = int(up)
        after = [str(answer).replace("'map' object", "'zip' object") for answer in drive(make, steps)]
    assert after == [str(answer) for answer in before]


def test_an_operation_begins_with_the_first_item(journal: Journal) -> None:
    """Calling a generator function does nothing yet."""
    items = specimens.count(2)
    assert journal.events == []
    next(items)
    assert [event[0] for event in journal.events] == ["enter", "yielded"]


@pytest.mark.parametrize("make", [lambda: specimens.count(2), lambda: specimens.pairs("ab", "cd")])
def test_every_suspension_is_bracketed(journal: Journal, make: Callable[[], Any]) -> None:
    """The guard is down while the user has an item, and up while the function makes the next."""
    for _ in make():
        assert journal.state.d == 0
        specimens.count(1)
    assert [event[0] for event in journal.events] == ["enter", "yielded", "resumed", "yielded", "resumed", "leave"]
    assert journal.state.d == 0


def test_what_happens_between_items_is_recorded(journal: Journal) -> None:
    """The body of ``for key, group in df.groupby(…)`` is the user's."""
    df = pd.DataFrame({"k": [1, 1, 2], "v": [1, 2, 3]})
    journal.events.clear()
    found = [(key, int(group["v"].sum())) for key, group in df.groupby("k")]
    assert found == [(1, 3), (2, 3)]
    each = ["DataFrame.__getitem__", "Series.sum"]
    assert journal.keys == ["DataFrame.groupby", *each, *each, "BaseGrouper.get_iterator"]


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda df: df.iterrows(), "DataFrame.iterrows"),
        (lambda df: df.items(), "DataFrame.items"),
        (lambda df: df.groupby("k"), "BaseGrouper.get_iterator"),
        (lambda df: df.resample("D", on="t"), "BinGrouper.get_iterator"),
        (lambda df: df["v"].rolling(2), "BaseWindow.__iter__"),
    ],
)
def test_iteration_is_seen(journal: Journal, make: Callable[[Any], Any], key: str) -> None:
    """Each row, column, group and window that pandas hands out goes through ``yielded``."""
    df = pd.DataFrame({"k": [1, 1, 2], "v": [1, 2, 3], "t": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"])})
    made = make(df)
    journal.events.clear()
    n = len(list(made))
    assert journal.events.count(("yielded", key)) == n > 0
    assert journal.events[-1][:2] == ("leave", key)


def test_a_loop_left_early_ends_its_operation(journal: Journal) -> None:
    """``break`` closes the generator: ``failed`` is told, and the guard is down."""
    for _ in specimens.count(5):
        break
    gc.collect()
    assert [event[0] for event in journal.events] == ["enter", "yielded", "failed"]
    assert journal.state.d == 0


def test_generators_can_be_interleaved(journal: Journal) -> None:
    """Two loops over two frames at once keep their items apart."""
    a, b = pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [3, 4]})
    found = [(int(p["x"]), int(q["x"])) for (_, p), (_, q) in zip(a.iterrows(), b.iterrows(), strict=True)]
    assert found == [(1, 3), (2, 4)]
    assert journal.state.d == 0


def test_items_are_not_held(journal: Journal) -> None:
    """When the loop is over nothing of ours keeps a group alive."""
    df = pd.DataFrame({"k": [1, 2], "v": [1, 2]})
    seen = []
    for _, group in df.groupby("k"):
        seen.append(weakref.ref(group))
    del group
    gc.collect()
    assert [ref() for ref in seen] == [None, None]
