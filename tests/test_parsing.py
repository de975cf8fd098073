"""Trees that the worker makes don't spoil those that other threads make at the same time."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import lineage_ext
from lineage_ext import parsing

TEXT = Path(inspect.__file__).read_text()
SMALL = "x = [a for a in range(3)]\n" * 20


class Collected:
    """Part of a cycle: the collection that takes it runs Python code, in which another thread may get its turn."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sum(range(50))


@contextmanager
def beside(parse: Callable[[str], object]) -> Iterator[None]:
    """Another thread parses, again and again."""
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            parse(SMALL)

    thread, interval = threading.Thread(target=work), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(interval)


def failures(times: int, depth: int = 30) -> int:
    """How many of so many trees of a long text, made so deep in calls, fail."""
    if depth:
        return failures(times, depth - 1)
    failed = 0
    for _ in range(times):
        for _ in range(300):
            Collected()
        try:
            ast.parse(TEXT)
        except SystemError:
            failed += 1
    return failed


def test_trees_of_others_are_whole_beside_ours() -> None:
    """As they are without us."""
    with beside(parsing.parse):
        assert failures(8) == 0


@pytest.mark.skipif(not parsing.AFFECTED, reason="this CPython counts the depth of each tree by itself")
def test_beside_any_other_thread_that_parses_they_are_not() -> None:
    """On the CPythons that ``parsing`` is for: else it weren't needed."""

    def parse(text: str) -> None:
        with suppress(SystemError):  # the same happens to this thread
            ast.parse(text)

    with beside(parse):
        assert failures(8) > 0


def test_it_gives_what_ast_parse_gives() -> None:
    """Trees, of whole texts and of expressions, and its errors."""
    assert ast.dump(parsing.parse(SMALL)) == ast.dump(ast.parse(SMALL))
    assert ast.dump(parsing.parse("a + 1", mode="eval")) == ast.dump(ast.parse("a + 1", mode="eval"))
    with pytest.raises(SyntaxError):
        parsing.parse("a b")
    with pytest.raises((SyntaxError, ValueError), match="null bytes"):
        parsing.parse("a\0b")


def test_no_other_module_parses_by_itself() -> None:
    """All go through here."""
    root = Path(lineage_ext.__file__).parent
    calls = {p.relative_to(root).as_posix() for p in root.rglob("*.py") if re.search(r"\bast\.parse\(", p.read_text())}
    assert calls == {"parsing.py"}
