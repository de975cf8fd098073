"""What a notebook or script calls itself: its first heading, or its docstring's first line."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lineage_ext.parsing import parse

MOST_BYTES = 20_000_000  # outputs may make a notebook big; then its title isn't worth it
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)


def title(path: str) -> str:
    """The title, "" if there is none or the file can't be read."""
    if not path:
        return ""
    try:
        file = Path(path)
        if file.stat().st_size > MOST_BYTES:
            return ""
        text = file.read_text(encoding="utf-8")
        return _of_notebook(json.loads(text)) if file.suffix == ".ipynb" else _of_script(text)
    except (OSError, ValueError, SyntaxError, RecursionError):
        return ""


def _of_notebook(document: Any) -> str:
    for text in _markdown(document):
        found = _HEADING.search(text)
        if found is not None:
            return found[1]
    return ""


def _markdown(document: Any) -> Iterator[str]:
    cells = document.get("cells") if isinstance(document, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            source = cell.get("source", "")
            yield "".join(source) if isinstance(source, list) else str(source)


def _of_script(text: str) -> str:
    first = (ast.get_docstring(parse(text)) or "").strip().split("\n", 1)[0]
    return first.strip()
