"""Trees that the worker makes don't spoil those that other threads make at the same time."""

from __future__ import annotations

import ast
import re
import threading
from pathlib import Path

import pytest

import lineage_ext
from lineage_ext import parsing

SMALL = "x = [a for a in range(3)]\n" * 20


class Slow:
    """The name of a file that is asked for in the midst of ``ast.parse``, and not told until the test says so."""

    def __init__(self) -> None:
        self.asked, self.told = threading.Event(), threading.Event()

    def __fspath__(self) -> str:
        self.asked.set()
        self.told.wait(60)
        return "name"


@pytest.mark.skipif(not parsing.AFFECTED, reason="this CPython counts the depth of each tree by itself")
def test_a_tree_is_made_after_that_of_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside it, it might spoil that one."""
    monkeypatch.setattr(parsing, "PATIENCE", 3_600.0)
    name, made = Slow(), threading.Event()
    other = threading.Thread(target=lambda: ast.parse(SMALL, filename=name))
    ours = threading.Thread(target=lambda: (parsing.parse(SMALL), made.set()))
    other.start()
    assert name.asked.wait(60)
    ours.start()
    assert not made.wait(0.1)
    name.told.set()
    assert made.wait(60)
    other.join()
    ours.join()


@pytest.mark.skipif(not parsing.AFFECTED, reason="this CPython counts the depth of each tree by itself")
def test_nobody_is_waited_for_without_end() -> None:
    """A thread that never comes back doesn't stop what is told of the others."""
    name = Slow()
    other = threading.Thread(target=lambda: ast.parse(SMALL, filename=name))
    other.start()
    assert name.asked.wait(60)
    assert ast.dump(parsing.parse("a")) == ast.dump(ast.parse("a"))
    name.told.set()
    other.join()


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
    by_itself = re.compile(r"\bast\.parse\(|\bliteral_eval\((?!parse|\w+\.slice)|PyCF_ONLY_AST")
    calls = {p.relative_to(root).as_posix() for p in root.rglob("*.py") if by_itself.search(p.read_text())}
    assert calls == {"parsing.py"}
