"""The named frames and files as a graph in the terminal: drawn by netext where it is installed, else a list."""

from __future__ import annotations

from typing import Any

from lineage_ext.graph.overview import Overview

MOST_NODES = 40  # beyond that a drawing of text can't be read


def draw(console: Any, overview: Overview) -> None:
    """Print the graph on a rich console."""
    nodes, edges = _graph(overview)
    try:
        import netext
    except ImportError:
        netext = None
    if netext is None or not edges or len(nodes) > MOST_NODES:
        console.print(str(overview), markup=False)
        return
    style = {
        "$end-arrow-tip": netext.ArrowTip.ARROW,
        "$edge-segment-drawing-mode": netext.EdgeSegmentDrawingMode.BOX,
    }
    drawing = netext.ConsoleGraph(
        nodes={name: {"$content-renderer": lambda name, *_: nodes[name]} for name in nodes},
        edges=[(source, target, style) for source, target in edges],
        console=console,
        max_width=console.width,
    )
    console.print(drawing)


def _graph(overview: Overview) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Node → its label, and the edges. A name that was bound again stands for its last value."""
    nodes: dict[str, str] = {}
    edges: dict[tuple[str, str], None] = {}
    for held in overview.held:
        nodes[held.name] = f"{held.name}\n{held.size}"
        for source in held.sources:
            nodes.setdefault(source, source)
            if source != held.name:
                edges[source, held.name] = None
    return nodes, list(edges)
