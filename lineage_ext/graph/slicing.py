"""The part of the notebook that made a dataset: the statements its operations stand in, and what those need.

Statements are those at the top of a cell. Backwards from the operations' places, a statement is taken when it binds a
name that a later taken one uses; a name that is bound anew by a plain assignment is needed no further back. A cell
that doesn't parse is taken whole or not at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from lineage_ext.graph.tables import Memory
from lineage_ext.model import CodeFacet, Position, Run
from lineage_ext.parsing import parse

MOST_CELLS = 2_000
_MAGIC = ("%", "!", "?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a cell, as (first, last) from 1."""

    cell: Run
    lines: tuple[tuple[int, int], ...]

    def text(self, source: str) -> str:
        """Those lines of ``source``, which is the cell's or a masked copy of it."""
        every = source.split("\n")
        return "\n".join("\n".join(every[first - 1 : last]) for first, last in self.lines)


@dataclass(slots=True)
class Statement:
    """Lines of one statement, the names it binds and uses; ``fresh`` are those it binds whatever they were before."""

    first: int
    last: int
    binds: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)


class Slicer:
    """Slices of one session. What was parsed is kept."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._parsed: dict[str, list[Statement]] = {}

    def slice(self, places: Iterable[tuple[str, Position | None]]) -> tuple[Piece, ...]:
        """The pieces around operations at those places (cell run id, position), in order of execution."""
        cells = list(self._memory.cells.values())[-MOST_CELLS:]
        wanted = self._wanted(places)
        needed: set[str] = set()
        pieces: list[Piece] = []
        for cell in sorted(cells, key=lambda c: c.started, reverse=True):
            lines = []
            for statement in reversed(self._statements(cell)):
                here = any(statement.first <= line <= statement.last for line in wanted.get(cell.id, ()))
                if here or statement.binds & needed:
                    needed = (needed - statement.fresh) | statement.uses
                    lines.append((statement.first, statement.last))
            if lines:
                pieces.append(Piece(cell, tuple(reversed(lines))))
        return tuple(reversed(pieces))

    def _wanted(self, places: Iterable[tuple[str, Position | None]]) -> dict[str, set[int]]:
        """Lines by cell run. A function's operations count where its source stands; its call by the name it uses."""
        wanted: dict[str, set[int]] = {}
        for cell_id, position in places:
            cell = self._memory.cells.get(cell_id)
            if cell is not None and position is not None and _stands_in(position, cell):
                wanted.setdefault(cell_id, set()).add(position.line + _above(cell))
        return wanted

    def _statements(self, cell: Run) -> list[Statement]:
        known = self._parsed.get(cell.id)
        if known is None:
            code: CodeFacet | None = cell.facet(CodeFacet)
            known = self._parsed[cell.id] = statements(code.source) if code is not None else []
        return known


def _above(cell: Run) -> int:
    code: CodeFacet | None = cell.facet(CodeFacet)
    return code.above if code is not None else 0


def _stands_in(position: Position, cell: Run) -> bool:
    code: CodeFacet | None = cell.facet(CodeFacet)
    lines = code.source.split("\n")[code.above :] if code is not None else []
    first = position.text.split("\n", 1)[0]
    return position.line <= len(lines) and (not first or first in lines[position.line - 1])


def statements(source: str) -> list[Statement]:
    """The top-level statements of a cell."""
    lines = source.split("\n")
    plain = "\n".join("" if line.lstrip().startswith(_MAGIC) else line for line in lines)
    try:
        tree = parse(plain)
    except (SyntaxError, ValueError, RecursionError):
        return [Statement(1, len(lines), uses=set())]
    return [_statement(node) for node in tree.body]


def _statement(node: ast.stmt) -> Statement:
    decorators = [d.lineno for d in getattr(node, "decorator_list", ())]
    found = Statement(min([node.lineno, *decorators]), node.end_lineno or node.lineno)
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            (found.uses if isinstance(part.ctx, ast.Load) else found.binds).add(part.id)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.binds.add(part.name)
        elif isinstance(part, ast.alias):
            found.binds.add((part.asname or part.name).partition(".")[0])
        elif isinstance(part, ast.Subscript | ast.Attribute) and not isinstance(part.ctx, ast.Load):
            found.binds |= {n.id for n in ast.walk(part.value) if isinstance(n, ast.Name)}
    if isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
        found.fresh = {t.id for t in node.targets if isinstance(t, ast.Name)}
    return found
