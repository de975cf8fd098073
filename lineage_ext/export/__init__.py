"""Files made of a session's lineage: ``export(session, "mermaid")``.

To add a format: a file with ``write(graph, path)`` that holds for any label (``tests/export/test_hostile.py`` runs over
all formats), and an entry in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lineage_ext.config import LineageConfig
from lineage_ext.errors import ExportError, UsageError, suggest
from lineage_ext.export import document, dot, html, logs, mermaid, openlineage, perfetto
from lineage_ext.graph import LineageGraph
from lineage_ext.model import Run
from lineage_ext.session import Session
from lineage_ext.session.gate import Gate

Outward = Callable[[Run], Run]


@dataclass(frozen=True, slots=True)
class Format:
    """How to write a format: ``file`` is the usual name, ``summary`` what is in it.

    ``emitted``: it is made for other systems; ``write`` takes the configuration and ``gate.outward``, too.
    """

    write: Callable[..., None]
    file: str
    summary: str
    emitted: bool = False


FORMATS = {
    "dot": Format(dot.write, "lineage.dot", "cells and named datasets for Graphviz"),
    "html": Format(html.write, "lineage.html", "the panel with this session in it: a page that needs no network"),
    "json": Format(document.write, "lineage.json", "all cells, operations, datasets and column edges"),
    "jsonl": Format(logs.write, "lineage.jsonl", "a line per operation with its column edges; runs in runtime.jsonl"),
    "mermaid": Format(mermaid.write, "lineage.mmd", "cells and named datasets for Markdown pages"),
    "openlineage": Format(openlineage.write, "openlineage.ndjson", "run events for a data catalog, one a line", True),
    "perfetto": Format(perfetto.write, "lineage.trace.json", "spans and memory for ui.perfetto.dev, chrome://tracing"),
}


def export(
    source: Session | LineageGraph, format: str, path: Path | str | None = None, config: LineageConfig | None = None
) -> Path:
    """Write the lineage of a session (what it has recorded so far) to a file and return its path.

    ``path`` None is the format's usual name in the working directory; a folder gets a file of that name. ``config``
    counts for a graph without its session. Raises UsageError for an unknown format, ExportError when the file can't be
    written.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no export format {format!r}{suggest(format, sorted(FORMATS))}")
    chosen = FORMATS[format]
    target = Path(chosen.file if path is None else path).expanduser()
    if target.is_dir():
        target /= chosen.file
    graph = _graph(source)
    more = _emitting(source, config) if chosen.emitted else ()
    try:
        with graph.lock:
            chosen.write(graph, target, *more)
    except OSError as error:
        raise ExportError(f"{target} can't be written: {error.strerror or error}") from error
    return target


def _emitting(source: Session | LineageGraph, config: LineageConfig | None) -> tuple[LineageConfig, Outward]:
    if isinstance(source, Session):
        return source.config, source.gate.outward
    config = config or LineageConfig()
    gate = Gate(config)
    for run in source.runs():  # labels and files that are met are no data, wherever they stand in the source
        gate.through(run)
    return config, gate.outward


def _graph(source: Session | LineageGraph) -> LineageGraph:
    if isinstance(source, LineageGraph):
        return source
    source.flush()
    if not isinstance(source.graph, LineageGraph):
        raise ExportError("this session was opened without a graph, there is nothing to export")
    return source.graph
