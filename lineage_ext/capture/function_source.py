"""The source of a running function: parsed where it stands, and compiled again to the very code that is running.

``read`` cuts a function out of its file and proves that the cut is right: compiled untouched, it must give the code
object the function runs, down to line and column tables. Whatever else it may be (edited on disk, made by ``exec``,
replaced by another tool) fails that test and is left alone. 3.1.1: all 700 functions pass.

What the compiler must know besides the text: the file's future imports, the classes and functions around it (names
like ``__x`` are mangled, free variables resolved, ``<locals>`` named) and the names its module imports (calls on those
compile to other instructions).
"""

from __future__ import annotations
import __future__

import ast
import functools
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from inspect import getblock
from itertools import groupby
from operator import attrgetter, itemgetter
from types import CodeType
from typing import Any

from lineage_ext.errors import CaptureError
from lineage_ext.parsing import parse
from lineage_ext.unwarned import unwarned

FUTURES = functools.reduce(lambda a, n: a | getattr(__future__, n).compiler_flag, __future__.all_feature_names, 0)
FACTS = (
    "co_name", "co_qualname", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount",
    "co_code", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_linetable", "co_exceptiontable",
)  # fmt: skip
GUESSES = 4
TOP: Any = {"lineno": 1, "end_lineno": 1, "col_offset": 0, "end_col_offset": 0}  # a place for what we put around


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """A function definition without its decorators, defaults and annotations (they aren't part of its code)."""

    code: CodeType
    node: ast.FunctionDef  # as it is compiled
    around: ast.Module

    @classmethod
    def of(cls, code: CodeType, node: ast.FunctionDef) -> FunctionSource:
        """The definition ``node``, set into what is around ``code``."""
        definition = _definition(node, code)
        return cls(code, definition, _surround(definition, code))

    def compile(self, body: list[ast.stmt]) -> CodeType:
        """The code of this function with another body: same name, place, parameters and surroundings."""
        code = self.code
        self.node.body = body
        flags = code.co_flags & FUTURES
        again = functools.partial(compile, self.around, code.co_filename, "exec", flags, dont_inherit=True)
        found: CodeType = unwarned(again, code.co_filename)
        for name in code.co_qualname.split("."):
            if name != "<locals>":
                found = next(c for c in found.co_consts if isinstance(c, CodeType) and c.co_name == name)
        return found


def read(code: CodeType) -> FunctionSource:
    """The source of ``code``. Raises CaptureError with the reason unless it compiles to the same code again."""
    different = "function"
    for node in _candidates(code):
        source = FunctionSource.of(code, node)
        different = difference(code, source.compile(node.body)) or ""
        if not different:
            return source
    raise CaptureError(f"its source gives another {different}")


def difference(a: CodeType, b: CodeType) -> str | None:
    """The first fact in which two code objects differ, constants compared by type and value; None if the same."""
    for fact in FACTS:
        if getattr(a, fact) != getattr(b, fact):
            return fact
    return None if _same(a.co_consts, b.co_consts) else "co_consts"


def _same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, CodeType):
        return difference(a, b) is None
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b) or repr(a) == repr(b)  # repr: nan, and -0.0 inside frozensets


def by_file(codes: Iterable[CodeType]) -> Iterator[CodeType]:
    """The codes file after file, those of each parsed at once as they are reached.

    Parsed one by one, as much time would go into the lines before a function, thousands of them, as into the function.
    """
    for filename, found in groupby(sorted(codes, key=attrgetter("co_filename", "co_firstlineno")), _FILE):
        there = list(found)
        with suppress(CaptureError, SyntaxError, ValueError, MemoryError):  # one by one, then
            _parsed_at_once.update(_parsed_together(_lines(filename), there))
        try:
            yield from there
        finally:
            _parsed_at_once.clear()


_FILE = attrgetter("co_filename")
_parsed_at_once: dict[int, ast.stmt] = {}  # the statements of the file that ``by_file`` has reached, by their lines


def _parsed_together(lines: list[str], codes: list[CodeType]) -> Iterator[tuple[int, ast.stmt]]:
    """The definitions of codes that don't overlap, by their first lines; all other lines are left empty."""
    text, free = ["\n"] * len(lines), 0
    for code in codes:
        first, last = code.co_firstlineno - 1, _last_line(code)
        indented = lines[first][:1] in " \t"
        if first - indented < free or last > len(lines):
            continue
        if indented:
            text[first - 1] = "if 1:\n"
        text[first:last] = lines[first:last]
        free = last
    for statement in parse("".join(text)).body:
        inner = statement.body[0] if isinstance(statement, ast.If) else statement
        yield min([inner.lineno, *(d.lineno for d in getattr(inner, "decorator_list", ()))]), inner


def forget() -> None:
    """Drop the source lines kept between calls (about 10 MB for all of pandas)."""
    _lines.cache_clear()
    _imports.cache_clear()


@functools.cache
def _lines(filename: str) -> list[str]:
    try:
        with tokenize.open(filename) as file:
            return file.readlines()
    except (OSError, SyntaxError, UnicodeError) as error:
        raise CaptureError(f"no source: {type(error).__name__}") from error


def _candidates(code: CodeType) -> Iterator[ast.FunctionDef]:
    """The definition in place, cut off where its code ends, and where the tokenizer says (it may end in dead code)."""
    lines = _lines(code.co_filename)
    first = code.co_firstlineno
    known = _parsed_at_once.pop(first, None)
    if isinstance(known, ast.FunctionDef) and known.name == code.co_name:
        yield known
    if not 0 < first <= len(lines):
        return
    for ends in (_ends(code), _end_of_block(lines, first)):
        node = next(filter(None, (_parsed(lines, first, end) for end in ends)), None)
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            yield node


def _parsed(lines: list[str], first: int, end: int) -> ast.stmt | None:
    """The statement in these lines. Earlier lines are left empty, an ``if 1:`` takes up the indentation."""
    indented = lines[first - 1][:1] in " \t"
    before = "\n" * (first - 2) + "if 1:\n" if indented else "\n" * (first - 1)
    try:
        statement = parse(before + "".join(lines[first - 1 : end])).body[0]
    except (SyntaxError, ValueError):
        return None
    return statement.body[0] if isinstance(statement, ast.If) else statement


def _ends(code: CodeType) -> Iterator[int]:
    last = _last_line(code)
    yield from range(last, last + GUESSES)


def _end_of_block(lines: list[str], first: int) -> Iterator[int]:
    """Asked only if the guess was wrong: the tokenizer takes a second for all of pandas."""
    try:
        yield first - 1 + len(getblock(lines[first - 1 :]))
    except (SyntaxError, tokenize.TokenError):
        yield first


def _last_line(code: CodeType) -> int:
    last = max(filter(None, map(itemgetter(1), code.co_positions())), default=0)
    nested = (_last_line(c) for c in code.co_consts if isinstance(c, CodeType))
    return max(last, code.co_firstlineno, *nested)


def _definition(node: ast.FunctionDef, code: CodeType) -> ast.FunctionDef:
    """The bare def, starting where the code does (at its first decorator)."""
    given = node.args
    arguments = ast.arguments(
        posonlyargs=[_bare(a) for a in given.posonlyargs],
        args=[_bare(a) for a in given.args],
        vararg=given.vararg and _bare(given.vararg),
        kwonlyargs=[_bare(a) for a in given.kwonlyargs],
        kw_defaults=[None for _ in given.kwonlyargs],
        kwarg=given.kwarg and _bare(given.kwarg),
        defaults=[],
    )
    made = ast.copy_location(ast.FunctionDef(node.name, arguments, node.body, []), node)
    _plain(made)
    made.lineno = code.co_firstlineno
    return made


def _bare(argument: ast.arg) -> ast.arg:
    return ast.copy_location(ast.arg(argument.arg), argument)


def _plain(node: Any) -> Any:
    if sys.version_info >= (3, 12):
        node.type_params = []
    return node


def _surround(definition: ast.FunctionDef, code: CodeType) -> ast.Module:
    """The module that holds the definition in classes and functions named as in ``co_qualname``."""
    *around, _ = code.co_qualname.split(".")
    free: tuple[str, ...] = code.co_freevars
    inner: ast.stmt = definition
    while around:
        name = around.pop()
        if name == "<locals>":
            name = around.pop()
            inner, free = _plain(ast.FunctionDef(name, _parameters(free), [inner], [], **TOP)), ()
        else:
            inner, free = _plain(ast.ClassDef(name, [], [], [inner], [], **TOP)), _but_class(free)
        if not name.isidentifier():
            raise CaptureError(f"it stands inside {name}")
    if free:
        raise CaptureError(f"free variables {', '.join(free)} without a function around")
    return ast.Module([*_import(code), inner], [])


def _but_class(free: tuple[str, ...]) -> tuple[str, ...]:
    """The class itself provides ``__class__``, which ``super()`` uses."""
    return tuple(name for name in free if name != "__class__")


def _parameters(names: tuple[str, ...]) -> ast.arguments:
    return ast.arguments(
        posonlyargs=[], args=[ast.arg(n, **TOP) for n in names], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None,
        defaults=[],
    )  # fmt: skip


def _import(code: CodeType) -> list[ast.stmt]:
    names = _imports(code.co_filename) & set(_names(code))
    return [ast.ImportFrom("m", [ast.alias(name, **TOP) for name in sorted(names)], 0, **TOP)] if names else []


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


@functools.cache
def _imports(filename: str) -> frozenset[str]:
    """Names bound by import statements anywhere at module level: in ``if TYPE_CHECKING``, ``try`` and ``with`` too."""
    blocks = [block for block in _import_blocks(_lines(filename)) if "import" in block]
    try:
        trees = [parse("".join(blocks))]
    except SyntaxError:
        trees = [tree for tree in map(_parsed_block, blocks) if tree is not None]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return frozenset((alias.asname or alias.name).split(".")[0] for node in nodes for alias in node.names)


def _parsed_block(block: str) -> ast.Module | None:
    try:
        return parse(block)
    except SyntaxError:
        return None


_OPENS = re.compile(r"(import|from|if|try|with)\b")
_GOES_ON = re.compile(r"[\s#)\]}]|(elif|else|except|finally)\b|$")


def _import_blocks(lines: list[str]) -> Iterator[str]:
    """Top-level statements that can hold an import, as text. Parsing whole files would take 1 s for pandas."""
    block: list[str] = []
    for line in lines:
        if block and _GOES_ON.match(line):
            block.append(line)
            continue
        if block:
            yield "".join(block)
        block = [line] if _OPENS.match(line) else []
    if block:
        yield "".join(block)
