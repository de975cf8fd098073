"""Ctrl-C at any moment: the user gets KeyboardInterrupt, the guard is down, the log can be read, and recording goes on:
what was counted before is told, too.

CPython looks for signals when a Python function begins and after each call of a C function. A profile function is
called at exactly these moments and may raise. So each operation runs again and again, with the interrupt at one such
moment in our code: every fifth in this test, every one in ``make interrupts``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from inspect import CO_GENERATOR
from pathlib import Path
from types import FrameType
from typing import Any

import pandas as pd
import pytest

import lineage_ext
from lineage_ext.capture.compiled import HOOKS
from lineage_ext.capture.decode import Raw
from lineage_ext.capture.log import CALL, FIRST_ARGUMENT, LABELS, LEARNT, REPEATED, SEPARATED, UNSEEN, outputs, take
from lineage_ext.capture.points import WORLD
from lineage_ext.capture.states import States
from lineage_ext.capture.thread import STATE
from tests.transparency.conftest import WAYS

OURS = os.path.dirname(lineage_ext.__file__) + os.sep
IN_C = () if HOOKS is None else (HOOKS.State,)
TAGS = {CALL, UNSEEN, LABELS, LEARNT, REPEATED, SEPARATED}
STEP = int(os.environ.get("LINEAGE_INTERRUPT_STEP", "5"))
START = min(STEP - 1, 1)  # hooks in C have two such moments in most operations
FILE = Path(__file__).parent / "two_rows.csv"


def make() -> pd.DataFrame:
    """Nobody has seen it yet."""
    return pd.DataFrame({"k": [1, 1, 2], "v": [1.0, 2.0, 3.0]})


def missing(df: pd.DataFrame) -> None:
    """An exception that the user catches."""
    with pytest.raises(KeyError):
        df["nope"]


def loop(df: pd.DataFrame) -> None:
    """Calls that are learnt, then counted."""
    for _ in range(7):
        df["v"].max()


def nested(df: pd.DataFrame) -> None:
    """A callback in a callback."""
    df.groupby("k")[["v"]].apply(lambda part: part["v"].map(lambda v: v + 1).sum())


def halves(df: pd.DataFrame) -> None:
    """A generator that is left early."""
    groups = iter(df.groupby("k"))
    next(groups)[1].sum()
    groups.close()  # when a dying generator is closed, Python drops every exception


OPERATIONS: dict[str, Callable[[pd.DataFrame], object]] = {
    "constructor": lambda df: make(),
    "column": lambda df: df["v"],
    "expression": lambda df: df[df["v"] * 2 > 2],
    "assignment": lambda df: df.__setitem__("w", df["v"]),
    "indexer": lambda df: (df.loc[0, "v"], df.iloc[1:]),
    "cells": lambda df: df.at.__setitem__((0, "v"), 5.0),
    "in place": lambda df: df.pop("v"),
    "merge": lambda df: df.merge(df, on="k"),
    "concat": lambda df: pd.concat([df, df]),
    "grouped": lambda df: df.groupby("k").agg({"v": "sum"}),
    "groups": lambda df: [part.sum() for _, part in df.groupby("k")],
    "a group": halves,
    "items": lambda df: [column.sum() for _, column in df.items()],
    "apply": lambda df: df.apply(lambda row: row.sum(), axis=1),
    "callback in callback": nested,
    "error": missing,
    "loop": loop,
    "file": lambda df: pd.read_csv(FILE),
    "chunks": lambda df: [len(chunk) for chunk in pd.read_csv(FILE, chunksize=1)],
    "index": lambda df: df.index.union([7]),
    "strings": lambda df: df["k"].astype(str).str.upper(),
    "array": lambda df: df.to_numpy(),
}


class Timeout(Exception):
    """What programs make of SIGALRM."""


class Interrupt:
    """A profile function that raises at the ``at``-th moment at which our code could be interrupted."""

    def __init__(self, at: int, signalled: Callable[[], object]) -> None:
        self.left = at
        self.signalled = signalled

    def __call__(self, frame: FrameType, event: str, function: object) -> None:
        """Count the moment, or raise."""
        code = frame.f_code
        here = code.co_filename.startswith(OURS) and not code.co_flags & CO_GENERATOR  # "called" to be closed, too
        in_c = type(getattr(function, "__self__", None)) in IN_C
        if (event == "call" and here) or (event == "c_return" and (here or in_c)):
            self.left -= 1
            if self.left < 0:
                sys.setprofile(None)
                self.signalled()


def ctrl_c() -> None:
    """As Python's own handler does."""
    raise KeyboardInterrupt


def too_late(*_: object) -> None:
    """A handler of the user's."""
    raise Timeout


def interrupted(
    operation: Callable[[pd.DataFrame], object], df: pd.DataFrame, at: int, signalled: Callable[[], object] = ctrl_c
) -> bool:
    """Whether there was such a moment."""
    interrupt = Interrupt(at, signalled)
    sys.setprofile(interrupt)
    try:
        operation(df)
    except (KeyboardInterrupt, Timeout):
        return True
    finally:
        sys.setprofile(None)
    assert interrupt.left >= 0, "the interrupt was swallowed"
    return False


def records(log: list[Any]) -> Iterator[list[Any]]:
    """The log taken apart; it must end where its last record does."""
    at = 0
    while at < len(log):
        assert 2 <= log[at] <= len(log) - at
        assert log[at + 1] in TAGS
        yield log[at : at + log[at]]
        at += log[at]


class Reader:
    """Reads the log as the worker does."""

    def __init__(self) -> None:
        self.states = States()

    def read(self) -> list[str]:
        """Take and read every record; the operations' names."""
        seen = []
        for record in records(take()):
            if record[1] == LABELS:
                self.states.labels.name(*record[2:])
            elif record[1] == UNSEEN:
                self._outputs(Raw.unseen(record).outs)
            elif record[1] == CALL:
                n = FIRST_ARGUMENT + len(record[3].params)
                _, ended, error = record[n : n + 3]
                assert isinstance(ended, int)
                assert error is None or isinstance(error, str)
                self._outputs(outputs(record, n + 3))
                seen.append(record[3].key)
        return seen

    def _outputs(self, outs: list[list[Any]]) -> None:
        for out in outs:
            self.states.settle(self.states.output(out))


@pytest.fixture(params=["recorder", "compiled"])
def hooks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In Python and in C; hot loops are learnt at once."""
    if request.param == "compiled" and HOOKS is None:
        pytest.skip("they weren't built")
    with WAYS[request.param]():
        monkeypatch.setattr(WORLD, "cold", 2)
        monkeypatch.setattr(WORLD, "enough", 3)
        yield


@pytest.mark.usefixtures("hooks")
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_interrupt_at_any_moment_leaves_nothing_behind(name: str) -> None:
    """At each moment of the operation; then the next operation is recorded as ever."""
    at, reader = START, Reader()
    while interrupted(OPERATIONS[name], df := make(), at):
        assert (at, STATE.d, STATE.callback) == (at, False, None)
        reader.read()
        df.sum()
        assert (at, reader.read()) == (at, ["DataFrame.sum"])
        assert (at, WORLD.pending) == (at, False), "what was counted is told"
        at += STEP
    assert at > START
    assert reader.read()


@pytest.mark.parametrize("way", ["recorder", "compiled"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_a_signal_handler_raises_reaches_the_user(name: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any exception, at each moment of the operation; then the next operation is recorded as ever."""
    monkeypatch.delenv("LINEAGE_STRICT", raising=False)
    before = signal.signal(signal.SIGALRM, too_late)
    try:
        with WAYS[way]():
            at, reader = START, Reader()
            while interrupted(OPERATIONS[name], df := make(), at, too_late):
                assert (at, STATE.d, STATE.callback) == (at, False, None)
                reader.read()
                df.sum()
                assert (at, reader.read()) == (at, ["DataFrame.sum"])
                at += STEP
            assert at > START
    finally:
        signal.signal(signal.SIGALRM, before)
