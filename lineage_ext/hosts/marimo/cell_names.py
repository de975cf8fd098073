"""What cells are called: ``def load(pd):`` in the notebook's file. The kernel isn't told, so the file is read."""

from __future__ import annotations

import ast
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from lineage_ext.parsing import parse

MOST_BYTES = 2_000_000
CELLS = frozenset({"cell", "function", "class_definition"})  # ``@app.cell``


class CellNames:
    """The names of a notebook's cells by their code, read anew when the file was saved."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._read_at = (0, 0)
        self._names: dict[str, str] = {}
        self._codes: dict[str, str] = {}  # cell id → the code it was looked up by
        self._known: dict[str, str] = {}  # cell id → name; stays when the code is edited

    def of(self, cell: Any) -> str:
        """The cell's name, "" if it has none."""
        at = cell.cell_id
        if at == "setup":
            return "setup"
        if self._saved():
            self._codes.clear()
        if self._codes.get(at) is not cell.code:
            self._codes[at] = cell.code
            self._known[at] = self._names.get(_shape(cell.code), self._known.get(at, ""))
        return self._known[at]

    def _saved(self) -> bool:
        """Whether the file is another than when it was read; reads it then."""
        with suppress(OSError, SyntaxError, ValueError, RecursionError):
            found = os.stat(self._path) if self._path else None
            if found is None or found.st_size > MOST_BYTES or self._read_at == (found.st_mtime_ns, found.st_size):
                return False
            self._read_at = (found.st_mtime_ns, found.st_size)
            self._names = names_in(Path(self._path).read_text(encoding="utf-8"))
            return True
        return False


def names_in(text: str) -> dict[str, str]:
    """Names of the cells of a marimo file, by the shape of their code. Raises SyntaxError."""
    return {
        _shape(ast.Module(_without_return(node.body), [])): node.name if node.name != "_" else ""
        for node in parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_cell(node)
    }


def _is_cell(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(isinstance(d, ast.Attribute) and d.attr in CELLS for d in decorators)


def _without_return(body: list[ast.stmt]) -> list[ast.stmt]:
    return body[:-1] if isinstance(body[-1], ast.Return) else body


def _shape(code: str | ast.Module) -> str:
    """What stays when a cell is indented into a function: its tree without places."""
    try:
        return ast.dump(parse(code) if isinstance(code, str) else code)
    except (SyntaxError, ValueError, RecursionError):
        return ""
