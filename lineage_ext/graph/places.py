"""Where the operations of a Trace stand: cell, line and the source a reader recognizes.

A position's text is the exact span of the operation. Of an assignment that is only the left side, so the line is
read on in the cell's source; and a function may be defined in another cell than the one that called it.
"""

from __future__ import annotations

import os
import re

from lineage_ext.graph.steps import Place
from lineage_ext.graph.tables import Memory
from lineage_ext.model import CodeFacet, Position, Run

_ASSIGNS = re.compile(rb"\s*(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)")
MOST_CELLS = 2_000


class Places:
    """Finds the Place of each operation, each cell's source being split once."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lines: dict[str, list[bytes]] = {}
        self._homes: dict[str, str] = {}  # file → id of the cell run that holds its source, "" if none does

    def of(self, at: int) -> Place:
        """The Place of an operation's row."""
        operations = self._memory.operations
        position = operations.positions[operations.position[at]]
        run = self._memory.cells.get(operations.parents[operations.parent[at]] or "")
        code = run.facet(CodeFacet) if run else None
        count, cell_id = (code.execution_count, code.cell_id) if code else (None, "")
        if position is None:
            return Place(count, cell_id)
        home = self._home(position, run)
        text, end_column = self._read_on(position, home)
        return Place(
            count,
            cell_id,
            "" if run is not None and home == run.id else self._called(position, home),
            position.file,
            position.line,
            position.end_line,
            position.column,
            end_column,
            text,
        )

    def _home(self, position: Position, run: Run | None) -> str:
        """Id of the cell run whose source this is."""
        if run is not None and self._stands_in(position, run, exactly=False):
            return run.id
        if position.file not in self._homes:
            recent = [] if os.path.exists(position.file) else list(self._memory.cells.values())[-MOST_CELLS:]
            found = next((c.id for c in reversed(recent) if self._stands_in(position, c)), "")
            self._homes[position.file] = found
        return self._homes[position.file]

    def _stands_in(self, position: Position, run: Run, *, exactly: bool = True) -> bool:
        lines = self._source(run)
        if not position.text or not 1 <= position.line <= len(lines):
            return False
        line, first = lines[position.line - 1], position.text.encode(errors="replace").split(b"\n", 1)[0]
        # A credential that was masked in a stored source moves what follows it.
        return line[position.column :].startswith(first) or (not exactly and first in line)

    def _source(self, run: Run) -> list[bytes]:
        if run.id not in self._lines:
            code = run.facet(CodeFacet)
            self._lines[run.id] = code.source.encode(errors="replace").split(b"\n")[code.above :] if code else []
        return self._lines[run.id]

    def _read_on(self, position: Position, home: str) -> tuple[str, int]:
        """(text, end column): with the rest of the line when the span is the left side of an assignment."""
        run = self._memory.cells.get(home)
        lines = self._source(run) if run else []
        if position.line != position.end_line or not 1 <= position.line <= len(lines):
            return position.text, position.end_column
        line = lines[position.line - 1]
        if not _ASSIGNS.match(line, position.end_column):
            return position.text, position.end_column
        return line[position.column :].decode(errors="replace"), len(line)

    def _called(self, position: Position, home: str) -> str:
        run = self._memory.cells.get(home)
        code = run.facet(CodeFacet) if run else None
        if code is None:
            return os.path.basename(position.file)
        return f"[{code.execution_count}]" if code.execution_count is not None else f"cell {code.cell_id}"
