"""Graphviz: ``dot -Tsvg lineage.dot``. https://graphviz.org/doc/info/lang.html"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lineage_ext.export import writing
from lineage_ext.export.picture import Box, Picture, draw
from lineage_ext.graph import LineageGraph
from lineage_ext.store import plain


def write(graph: LineageGraph, path: Path) -> None:
    """Write it. Raises OSError."""
    writing.write(path, (plain.storable(f"{line}\n").encode() for line in lines(draw(graph))))


def lines(picture: Picture) -> Iterator[str]:
    """The graph, line by line."""
    yield f"digraph {quote(picture.title)} {{"
    yield '  graph [rankdir=LR, fontname="sans-serif"];'
    yield '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif", fontsize=11];'
    yield '  edge [fontname="sans-serif", fontsize=9];'
    for cell in picture.cells:
        yield f"  subgraph cluster_{cell.no} {{"
        yield f'    label={quote(cell.title)}; style="rounded,filled"; fillcolor="#f4f4f4"; labeljust=l;'
        yield from (f"    {_node(box)}" for box in picture.inside(cell.id))
        yield "  }"
    yield from (f"  {_node(box)}" for box in picture.inside(""))
    for arrow in picture.arrows:
        yield f"  d{arrow.source} -> d{arrow.target} [label={quote(arrow.label)}];"
    if picture.omitted:
        yield f"  omitted [shape=plaintext, label={quote(f'… {picture.omitted} more datasets are not drawn')}];"
    yield "}"


def _node(box: Box) -> str:
    shape = ", shape=cylinder" if box.external else ""
    return f"d{box.no} [label={quote(*box.lines)}{shape}];"


def quote(*lines: str) -> str:
    """Lines as one quoted string. Inside it only quotation marks and backslashes mean something."""
    shown = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    return '"' + "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in shown) + '"'
