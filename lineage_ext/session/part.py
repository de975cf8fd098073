"""Cells that are compiled where they stand in a file, as marimo does in scripts."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """Lines of a file that are a cell. ``name`` is what its source is known by, as if it were a file of its own;
    ``before`` the lines before it, ``indent`` its columns."""

    name: str
    before: int
    lines: int
    indent: int

    def holds(self, line: int) -> bool:
        """Whether a line of the file, from 1, is one of the cell's."""
        return self.before < line <= self.before + self.lines

    def span(self, span: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """A span (line, end line, column, end column) of the file as one of the cell."""
        line, end_line, column, end_column = span
        return (line - self.before, end_line - self.before, column - self.indent, end_column - self.indent)
