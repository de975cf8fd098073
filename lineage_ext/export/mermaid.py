"""Mermaid flowchart, for GitHub, GitLab, notebooks and mermaid.live. https://mermaid.js.org/syntax/flowchart.html"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lineage_ext.export import writing
from lineage_ext.export.picture import Box, Picture, draw
from lineage_ext.graph import LineageGraph
from lineage_ext.store import plain

# Quoted labels end at a quotation mark, take entities and HTML, and newer versions read Markdown in them.
_SPECIAL = re.compile(r"""["#&<>`\\{}|*~$]|(?<![^\W_])_|_(?![^\W_])|^[-+=]|(?<=\d)[.)](?=\s|$)""")


def write(graph: LineageGraph, path: Path) -> None:
    """Write it. Raises OSError."""
    writing.write(path, (plain.storable(f"{line}\n").encode() for line in lines(draw(graph))))


def lines(picture: Picture) -> Iterator[str]:
    """The chart, line by line."""
    yield f"%% {_comment(picture.title)}"
    yield "flowchart LR"
    for cell in picture.cells:
        yield f'  subgraph c{cell.no}["{escape(cell.title)}"]'
        yield from (f"    {_node(box)}" for box in picture.inside(cell.id))
        yield "  end"
    yield from (f"  {_node(box)}" for box in picture.inside(""))
    for arrow in picture.arrows:
        label = f'|"{escape(arrow.label)}"|' if arrow.label else ""
        yield f"  d{arrow.source} -->{label} d{arrow.target}"
    if picture.omitted:
        yield f'  omitted["… {picture.omitted} more datasets are not drawn"]'


def _node(box: Box) -> str:
    text = "<br/>".join(escape(line) for line in box.lines)
    return f'd{box.no}[("{text}")]' if box.external else f'd{box.no}["{text}"]'


def escape(text: str) -> str:
    """Text for a quoted label: every sign that means something to Mermaid, HTML or Markdown by its number."""
    shown = "".join(c if c.isprintable() else " " for c in text).strip()
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", shown)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() and c not in "{}%" else " " for c in text)
