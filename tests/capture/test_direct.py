"""Ordinary calls are recorded by a shorter way in the hooks in Python: nobody can tell it from the longer one."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from types import FrameType

import pandas as pd
import pytest

from lineage_ext.capture import recorder
from lineage_ext.capture.log import CALL, LOG
from lineage_ext.capture.meter import METER
from lineage_ext.capture.thread import CALLBACKS, Callback
from lineage_ext.rules.op import Op
from tests.capture.hooked import recording
from tests.capture.test_compiled import CELL, log_of


def test_both_ways_write_the_same_log() -> None:
    """Atom by atom, over operations of every kind; while a callback is under way somewhere, no call is ordinary."""
    shorter = log_of(CELL, False)
    callback = Callback(1, None, 0)
    assert log_of(CELL, False) == shorter
    del callback
    assert not CALLBACKS


@pytest.mark.parametrize(
    ("operation", "ordinary"),
    [
        ("df['a']", True),
        ("s + s", True),
        ("df.head(2)", True),
        ("s.sum()", True),
        ("df.drop(columns='b')", True),  # called through a decorator of pandas'
        ("df.apply(len)", True),
        ("df.apply(lambda column: 1)", False),
        ("df.insert(0, 'c', 1)", False),
        ("df.to_csv()", False),
    ],
)
def test_the_shorter_way_is_taken(operation: str, ordinary: bool) -> None:
    """From the second operation of a cell on; not by what calls functions of the user's, changes objects, or writes."""
    df = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, 2.5, 3.5]})
    names, code = {"df": df, "s": df["a"]}, compile(operation, "cell.py", "eval")
    called = set()

    def profile(frame: FrameType, event: str, what: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    with recording(False):
        df.size  # noqa: B018
        df.min()
        sys.setprofile(profile)
        try:
            eval(code, names)
        finally:
            sys.setprofile(None)
    assert (recorder.record.__code__ not in called) is ordinary


def test_callbacks_of_other_threads_are_theirs() -> None:
    """An operation beside a callback of another thread isn't taken for a part of it."""
    df, inside, done = pd.DataFrame({"a": [1, 2, 3]}), threading.Event(), threading.Event()

    def wait(value: int) -> int:
        inside.set()
        done.wait(10)
        return value

    with recording(False):
        thread = threading.Thread(target=lambda: df["a"].map(wait))
        thread.start()
        assert inside.wait(10)
        LOG.clear()
        df["a"]
        within = [LOG[at + 6] for at, atom in enumerate(LOG) if atom == CALL and LOG[at + 2].name == "__getitem__"]
        done.set()
        thread.join()
    assert within == [0]
    assert not CALLBACKS


def test_records_are_measured_and_the_budget_is_looked_at_even_if_the_count_missed_its_end() -> None:
    """Two threads may count the same record down: the next one sets it right."""
    df, code = pd.DataFrame({"a": [1, 2, 3]}), compile("df['a']", "cell.py", "eval")
    with recording(False):
        eval(code, {"df": df})
        METER.left = -1
        eval(code, {"df": df})
        assert METER.left >= 0


def test_no_code_is_held_when_recording_ends() -> None:
    """That which called last is known only while recording goes on."""
    code = compile("df['a']", "cell.py", "eval")
    held = weakref.ref(code)
    with recording(False):
        for _ in range(3):
            eval(code, {"df": pd.DataFrame({"a": [1]})})
    del code
    assert held() is None


@pytest.mark.parametrize("compiled_ones", [True, False])
def test_code_of_pandas_own_tests_is_a_users(compiled_ones: bool) -> None:
    """Wherever a user's file lies, its calls are found in a bounded number of steps, and recorded."""
    place = os.path.join(os.path.dirname(pd.__file__), "tests", "test_mine.py")
    names = {"df": pd.DataFrame({"a": [1, 2]})}
    source = "def mine():\n    return df['a'] + 1\nmine(); mine()"
    with recording(compiled_ones):
        exec(compile(source, place, "exec"), names)
        ops = [atom.key for atom in LOG if isinstance(atom, Op)]
    assert ops == ["DataFrame.__getitem__", "OpsMixin.__add__"] * 2
