"""A look at other threads' stacks changes nothing for them."""

from __future__ import annotations

import ast
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from lineage_ext import parsing, stacks

MAIN = threading.main_thread().ident or 0


class Left:
    """Tells which thread it dies on."""

    def __init__(self, died: set[int]) -> None:
        self.died = died

    def __del__(self) -> None:
        self.died.add(threading.get_ident())


def work(died: set[int], depth: int = 5) -> int:
    """Leaves an object in each of some frames."""
    left = Left(died)
    return work(died, depth - 1) if depth else id(left)


@pytest.fixture
def _hurried() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_hurried")
@pytest.mark.parametrize("look", [parsing._let_others_finish, lambda: stacks.places(MAIN)], ids=["any", "one"])
def test_objects_die_where_they_were_left(look: Callable[[], object]) -> None:
    """When their function returns, on its own thread, also in the midst of a look at it."""
    stop, looked, died = threading.Event(), [0], set[int]()

    def watch() -> None:
        while not stop.is_set():
            look()
            looked[0] += 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    until = time.monotonic() + 2
    while time.monotonic() < until or looked[0] < 100:
        work(died)
    stop.set()
    watcher.join()
    assert died == {MAIN}


def test_all_threads_are_seen() -> None:
    """Whatever runs, however deep; not what has ended."""
    begun, end = threading.Event(), threading.Event()

    def outer() -> None:
        inner()

    def inner() -> None:
        begun.set()
        end.wait(60)

    thread = threading.Thread(target=outer)
    thread.start()
    assert begun.wait(60)
    assert stacks.anywhere([outer.__code__, ast.parse.__code__])
    assert not stacks.anywhere([ast.parse.__code__])
    names = [code.co_name for code, _ in stacks.places(thread.ident or 0)]
    assert names[-5:] == ["inner", "outer", "run", "_bootstrap_inner", "_bootstrap"]
    end.set()
    thread.join()
    assert not stacks.anywhere([outer.__code__])
    assert stacks.places(thread.ident or 0) == []
