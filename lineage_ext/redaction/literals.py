"""Literals: the numbers and strings of code, SQL and error texts, which may be data.

What only names something stays: column labels and files (``keep`` tells), parameters whose words are pandas' own
(``how="left"``), True, False, None, 0 and 1.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from lineage_ext.redaction.pattern import pattern
from lineage_ext.redaction.python import Piece, Python, masked_literal
from lineage_ext.redaction.text import MASK

Keep = Callable[[str], bool]

WORDS = frozenset(
    "axis closed compression direction dtype engine errors format freq func aggfunc how inclusive interpolation join "
    "keep kind label method mode origin orient side validate".split()
)
"""Parameters whose strings are words of pandas', not data."""
AGGREGATES = frozenset("agg aggregate transform apply astype rolling resample".split())
"""Methods whose arguments are such words."""

_QUOTED = pattern(r"""(\"{3}|'{3}|"|')((?:\\.|(?!\1).)*?)\1""", re.DOTALL)
_NUMBER = pattern(r"(?<![\w.])\d(?:[\w.,:/+-]*\w)?")
_SQL = pattern(
    r"""(\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|(?![eEnNbBxX]')[A-Za-z_][\w$]*|\$\d+)"""  # identifiers, parameters
    r"""|([eEnNbBxX]?'(?:[^']|'')*(?:'|$)|\$(\w*)\$.*?(?:\$\3\$|$)|\d[\w.]*)"""  # strings, numbers
    r"""|--[^\n]*|/\*.*?(?:\*/|$)""",
    re.DOTALL,
)
_FRAME_LINE = pattern(r"\s*(?:File \".*|Traceback \(most recent.*|During handling of.*|The above exception.*)$")


def without_literals(source: Python, keep: Keep) -> str:
    """Python source without its data and comments."""
    pieces = (*_literals(source, keep), *source.comments(), *source.magics())
    return source.replaced({piece: _cover(source.text_of(piece).encode(errors="replace")) for piece in pieces})


def _cover(piece: bytes) -> bytes:
    if piece[:1] == b"#":
        return b"#"
    return piece.split(None, 1)[0] if piece[:1] in b"%!?" else masked_literal(piece)


def without_values(text: str, keep: Keep) -> str:
    """Any other text without what is quoted in it and without numbers; of a traceback the frames' lines stay."""
    lines = text.split("\n")
    if any(_FRAME_LINE.match(line) for line in lines):
        return "\n".join(line if _FRAME_LINE.match(line) else _shorn(line, keep) for line in lines)
    return _shorn(text, keep)


def places(trace: str) -> str:
    """The lines of a traceback that tell where it passed."""
    return "\n".join(line for line in trace.split("\n") if _FRAME_LINE.match(line))


def without_sql_literals(query: str) -> str:
    """``?`` for strings and numbers; comments cut. What stands in double quotes is an identifier."""
    return _SQL.sub(lambda m: m[0] if m[1] else "?" if m[2] else "", query)


def _shorn(text: str, keep: Keep) -> str:
    parts, at = [], 0
    for quoted in _QUOTED.finditer(text):
        inner = quoted[2]
        shown = quoted[0] if keep(inner) else f"{quoted[1]}{MASK}{quoted[1]}{chr(10) * inner.count(chr(10))}"
        parts += [_NUMBER.sub(_number, text[at : quoted.start()]), shown]
        at = quoted.end()
    return "".join((*parts, _NUMBER.sub(_number, text[at:])))


def _number(found: re.Match[str]) -> str:
    return found[0] if found[0] in {"0", "1"} else MASK


def _literals(source: Python, keep: Keep) -> Iterator[Piece]:
    words = set(_words(source.tree))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and id(node) not in words and _is_data(node.value, keep)
        ):
            yield source.piece(node)


def _words(tree: ast.AST) -> Iterator[int]:
    """Constants that are words of pandas'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in WORDS:
            yield from _strings(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in AGGREGATES:
            for part in (*node.args, *(k.value for k in node.keywords)):
                yield from _strings(part)


def _strings(node: ast.expr) -> Iterator[int]:
    """A string, or those that end a tuple or stand in a list: ``("delay", "mean")``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield id(node)
    elif isinstance(node, ast.Tuple) and node.elts:
        yield from _strings(node.elts[-1])
    elif isinstance(node, ast.List):
        for part in node.elts:
            yield from _strings(part)


def _is_data(value: object, keep: Keep) -> bool:
    if isinstance(value, str):
        return value != "" and not keep(value)
    return isinstance(value, bytes | int | float | complex) and not isinstance(value, bool) and value not in (0, 1)
