"""Threads of ours are none of the program's."""

from __future__ import annotations

import _thread
import sys
import threading
from types import FrameType
from typing import Any

import pytest

from lineage_ext import guard, threads
from lineage_ext.threads import Thread
from tests import own_threads


@pytest.fixture
def others() -> list[threading.Thread]:
    """The threads there are: other tests' libraries leave some."""
    return threading.enumerate()


@pytest.fixture
def held(others: list[threading.Thread]) -> Any:
    """A thread that runs until it is told to end."""
    begun, end = threading.Event(), threading.Event()
    thread = Thread(lambda: (begun.set(), end.wait(60)))
    thread.start()
    assert begun.wait(60)
    yield thread
    end.set()
    thread.join()


def test_a_program_does_not_meet_them(others: list[threading.Thread], held: Thread) -> None:
    """Who waits for all threads that there are doesn't wait for ours."""
    assert held.is_alive()
    assert threading.current_thread() in others
    assert threading.enumerate() == others
    assert threading.active_count() == len(others)
    assert own_threads.count() >= 1


def test_they_end() -> None:
    """Who joins one waits for it, as long as he says."""
    end = threading.Event()
    thread = Thread(end.wait, 60)
    assert not thread.is_alive()
    thread.start()
    thread.join(0.01)
    assert thread.is_alive()
    assert not thread.is_current()
    end.set()
    thread.join()
    assert not thread.is_alive()


def test_what_asks_for_the_current_thread_leaves_nothing_behind(others: list[threading.Thread]) -> None:
    """A line of a log has the name of its thread."""
    asked, go_on = threading.Event(), threading.Event()

    def work() -> None:
        threading.current_thread()
        threads.forget()
        assert thread.is_current()
        asked.set()
        go_on.wait(60)
        threading.current_thread()

    thread = Thread(work)
    thread.start()
    assert asked.wait(60)
    assert threading.active_count() == len(others)
    go_on.set()
    thread.join()
    assert threading.active_count() == len(others)


def test_tracers_of_the_programs_threads_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """``threading.settrace`` and ``setprofile`` are for those it starts."""
    seen: list[str] = []

    def tracer(frame: FrameType, event: str, arg: Any) -> None:
        seen.append(frame.f_code.co_name)

    before = threading.gettrace(), threading.getprofile()
    threading.settrace(tracer)
    threading.setprofile(tracer)
    try:
        thread = Thread(sys.getrecursionlimit)
        thread.start()
        thread.join()
    finally:
        threading.settrace(before[0])  # type: ignore[arg-type]
        threading.setprofile(before[1])
    assert seen == []


def test_a_failure_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is printed; who joins it comes back."""
    monkeypatch.delenv("LINEAGE_STRICT", raising=False)
    guard.forget()
    thread = Thread(lambda: 1 / 0)
    thread.start()
    thread.join()
    assert [problem.part for problem in guard.problems()] == ["thread"]
    guard.forget()


def test_where_there_can_be_none_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``threading`` does; it isn't waited for."""

    def start_new_thread(*_: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", start_new_thread)
    thread = Thread(len, "")
    with pytest.raises(RuntimeError, match="can't start"):
        thread.start()
    thread.join()
    assert not thread.is_alive()
