"""``ast.parse`` beside user code that parses as well.

CPython before 3.11.8 counts the depth of the trees it makes in one place for all threads. Where a garbage collection
lets another thread in, and that one makes a tree, too, the first fails: "SystemError: AST constructor recursion depth
mismatch" (https://github.com/python/cpython/issues/106905). IPython makes such trees for its tracebacks, of files of
pandas' of ten thousand lines: with the worker beside it three tests of some hundred showed the error instead, on a busy
machine. So ours are made while no other thread makes one.
"""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType
from typing import Any, Literal, overload

from lineage_ext import stacks
from lineage_ext.unwarned import unwarned

AFFECTED = sys.version_info < (3, 11, 8)  # since 3.12 nothing is collected while a tree is made
OURS = "<lineage_ext>"  # the file that the texts are said to be of
PAUSE, PATIENCE = 0.001, 0.5  # s; a tree of pandas' longest file takes 0.3
ATTEMPTS = 5


@overload
def parse(text: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse(text: str, mode: Literal["eval"]) -> ast.Expression: ...
def parse(text: str, mode: str = "exec") -> ast.AST:
    """The same as ``ast.parse``, without its warnings. Raises SyntaxError, ValueError, RecursionError, MemoryError."""
    if not AFFECTED:
        return _tree(text, mode)
    for _ in range(ATTEMPTS):
        _let_others_finish()
        try:
            return _tree(text, mode)
        except SystemError:  # somebody made one meanwhile
            time.sleep(PAUSE)
    raise MemoryError("the text can't be parsed while others are")


def _tree(text: str, mode: str) -> ast.AST:
    make: Callable[[], Any] = partial(compile, text, OURS, mode, ast.PyCF_ONLY_AST, dont_inherit=True)
    tree: ast.AST = unwarned(make, OURS)
    return tree


def _let_others_finish() -> None:
    """Returns when no other thread is within ``ast.parse``, or IPython's like it; or when patience ends.

    One may begin in the microseconds until ours begins. It would have to lose its turn again before that, too.
    """
    makers, until = frozenset(_makers()), time.monotonic() + PATIENCE
    while stacks.anywhere(makers) and time.monotonic() < until:  # this thread isn't
        time.sleep(PAUSE)


def _makers() -> Iterator[CodeType]:
    """Functions whose frame stands around the making of a tree."""
    yield ast.parse.__code__
    yield _tree.__code__
    compiling = getattr(sys.modules.get("IPython.core.compilerop"), "CachingCompiler", None)
    if compiling is not None:
        yield compiling.ast_parse.__code__
