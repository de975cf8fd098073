"""The two logs of a session that didn't keep them: the same lines in the same order as ``lineage_ext/store/jsonl.py``.

``lineage.jsonl`` goes where it is asked to, ``runtime.jsonl`` beside it (``x.jsonl`` and ``x.runtime.jsonl``).
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from pathlib import Path

from lineage_ext.export import writing
from lineage_ext.export.document import operation_counts
from lineage_ext.graph import LineageGraph
from lineage_ext.model import Run, RunKind
from lineage_ext.store import lines

_ORDER = {RunKind.OPERATION: 0, RunKind.CELL: 1, RunKind.SESSION: 2}


def write(graph: LineageGraph, path: Path) -> None:
    """Write both. Raises OSError."""
    session_id = next((r.id for r in graph.runs() if r.kind is RunKind.SESSION), "")
    flowed = (r for r in graph.runs() if r.kind is RunKind.OPERATION and (r.inputs or r.outputs))
    writing.write(path, (lines.encode(lines.lineage(r, session_id)) for r in flowed))
    counts = operation_counts(graph)
    told = (lines.runtime(r, session_id, _count(r, counts)) for r in _by_end(graph))
    writing.write(beside(path), (lines.encode(line) for line in told))


def beside(path: Path) -> Path:
    """Where the runs go when the lineage goes to ``path``."""
    return path.with_name("runtime.jsonl" if path.stem == "lineage" else f"{path.stem}.runtime.jsonl")


def _count(run: Run, counts: dict[str, int]) -> int | None:
    return None if run.kind is RunKind.OPERATION else counts.get(run.id, 0)


def _by_end(graph: LineageGraph) -> Iterator[Run]:
    """Operations, each cell after its own, the session last."""
    others = sorted((r for r in graph.runs() if r.kind is not RunKind.OPERATION), key=_moment)
    return merge((r for r in graph.runs() if r.kind is RunKind.OPERATION), others, key=_moment)


def _moment(run: Run) -> tuple[float, int]:
    return (float("inf") if run.ended is None else run.ended, _ORDER[run.kind])
