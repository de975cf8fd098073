"""What is recorded of a pandas program: its cells run under tracking, the graph is asked about each result column."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage_ext.graph import LineageGraph
from lineage_ext.model import ColumnEdge, Confidence, is_level
from lineage_ext.testing import Notebook, notebook
from tests.tpch.reference import Lineage, Sources

CELL = "# %%\n"
RESULT = "result"


@dataclass(frozen=True)
class Recorded:
    """``lineage`` of the program's ``result`` (a frame), and how many of its operations nothing explained."""

    result: Any
    lineage: Lineage
    opaque: tuple[str, ...]


def run(source: str, folder: Path) -> Any:
    """What a program makes in a folder of files, without tracking."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.chdir(folder):
        exec(compile(source, "<program>", "exec"), names)
    return names[RESULT]


def record(source: str, folder: Path) -> Recorded:
    """The same with tracking, cell by cell."""
    with contextlib.chdir(folder), notebook() as book:
        for cell in source.split(CELL):
            book.cell(cell)
        return _asked(book)


def _asked(book: Notebook) -> Recorded:
    session, result = book.session, book.names[RESULT]
    session.flush()
    graph, no = session.graph, session.number(result)
    columns = [*(name for name in result.index.names if name is not None), *result.columns]
    edges = {str(column): graph.edges(no, column) for column in columns}
    rows = _sources(graph, graph.rows(no))
    direct = {c: _sources(graph, [e for e in found if e.transformation.direct]) for c, found in edges.items()}
    every = {c: _sources(graph, found) | rows for c, found in edges.items()}
    opaque = tuple(
        f"{run.job.name}: {run.position.text if run.position else ''}"
        for run in graph.runs()
        if run.column_map.confidence is Confidence.OPAQUE
    )
    return Recorded(result, Lineage(direct, dict.fromkeys(direct, frozenset()), every), opaque)


def _sources(graph: LineageGraph, edges: list[ColumnEdge]) -> Sources:
    """The columns of files among the sources, by the names of their tables."""
    return frozenset(_names(graph, edges))


def _names(graph: LineageGraph, edges: list[ColumnEdge]) -> Iterator[str]:
    for edge in edges:
        dataset = graph.dataset(edge.source.dataset)
        if dataset.external and (edge.source.slot >= 0 or is_level(edge.source.slot)):
            yield f"{Path(dataset.name).stem}.{dataset.schema.slot_name(edge.source.slot)}"
