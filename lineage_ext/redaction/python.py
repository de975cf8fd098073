"""Python source read as such: its tree, the byte spans of its literals, and magics that are no Python.

Positions are UTF-8 byte offsets into the text, as CPython counts columns.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import accumulate

from lineage_ext import parsing

Piece = tuple[int, int]  # from, to

_MAGIC = re.compile(r"(?m)^([ \t]*)([%!?][^\n]*|[^\n]*[^\s?\n]\?{1,2}[ \t]*$)")
_PREFIX = re.compile(rb"[bBrRuUfF]*(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = "\n\r\\'\"abfnrtvxNuU01234567"
STRANGE = "\x1f"
_MOST = 500_000  # characters that are read as code; no cell or module of a person's is longer


class Python:
    """A text that parses as Python once its magic lines are blanked. ``parse`` makes one."""

    def __init__(self, text: str, code: str, tree: ast.Module) -> None:
        self.text = text
        self.tree = tree
        self._code = code
        self._bytes = text.encode(errors="replace")
        self._lines = [0, *accumulate(len(line) for line in self._bytes.splitlines(keepends=True))]

    def piece(self, node: ast.expr) -> Piece:
        """Where ``node`` stands."""
        start = self._lines[node.lineno - 1] + node.col_offset
        return start, self._lines[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def comments(self) -> Iterator[Piece]:
        """Where the comments stand."""
        if "#" not in self._code:
            return
        with suppress(tokenize.TokenError, SyntaxError):
            for token in tokenize.generate_tokens(io.StringIO(self._code).readline):
                if token.type == tokenize.COMMENT:
                    start = self._lines[token.start[0] - 1] + len(token.line[: token.start[1]].encode(errors="replace"))
                    yield start, start + len(token.string.encode(errors="replace"))

    def magics(self) -> Iterator[Piece]:
        """Where the lines stand that are no Python."""
        if self._code is not self.text:
            for magic in _MAGIC.finditer(self.text):
                start = len(self.text[: magic.start(2)].encode(errors="replace"))
                yield start, start + len(magic[2].encode(errors="replace"))

    def text_of(self, piece: Piece) -> str:
        """What stands there."""
        return self._bytes[slice(*piece)].decode(errors="replace")

    def replaced(self, covers: Mapping[Piece, bytes]) -> str:
        """The text with each piece covered; of pieces within each other the outer one counts."""
        parts: list[bytes] = []
        at = 0
        for (start, end), cover in sorted(covers.items(), key=lambda c: (c[0][0], -c[0][1])):
            if start >= at:
                parts += [self._bytes[at:start], cover]
                at = end
        return b"".join((*parts, self._bytes[at:])).decode(errors="replace")


def parse(text: str) -> Python | None:
    """``text`` as Python; None if it is none, or too long."""
    if len(text) > _MOST:
        return None
    blanked = _MAGIC.sub(lambda m: m[1] + "0" + " " * (len(m[2].encode(errors="replace")) - 1), text)
    for code in (text, blanked) if blanked != text else (text,):
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return Python(text, code, parsing.parse(_ESCAPE.sub(_accepted, code)))
    return None


def _accepted(escape: re.Match[str]) -> str:
    """The compiler warns of an unknown escape, and to silence it would touch the process's filters: another byte."""
    return escape[0] if escape[1] in _ESCAPES else STRANGE + escape[1]


def value_of(node: ast.Constant) -> str:
    """The text of a literal as the program has it."""
    value = node.value
    return (value.decode(errors="replace") if isinstance(value, bytes) else str(value)).replace(STRANGE, "\\")


def masked_literal(piece: bytes) -> bytes:
    """What stands for a string or number: ``"***"`` with its quotes, and as many line ends as it had."""
    found = _PREFIX.match(piece)
    quote = found[1] if found else b'"'
    ends = piece.count(b"\n")
    if len(quote) == 3:
        return quote + b"***" + b"\n" * ends + quote
    return quote + b"***" + quote + b" \\\n" * ends
