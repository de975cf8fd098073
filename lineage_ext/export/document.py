"""The whole session as one JSON document: ``lineage_ext/schemas/graph.schema.json``. Written piece by piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lineage_ext.export import writing
from lineage_ext.graph import LineageGraph
from lineage_ext.model import Dataset, Run, RunKind
from lineage_ext.store import lines, plain


def write(graph: LineageGraph, path: Path) -> None:
    """Write it. Raises OSError."""
    writing.write(path, parts(graph))


def parts(graph: LineageGraph) -> Iterator[bytes]:
    """The document in pieces: members of the lists stand on lines of their own."""
    session = next((r for r in graph.runs() if r.kind is RunKind.SESSION), None)
    session_id = session.id if session else ""
    counts = operation_counts(graph)
    yield b'{"version":%d' % lines.VERSION
    if session is not None:
        yield b',\n"session":' + _encode(lines.runtime(session, session_id, counts[session_id]))
    cells = (r for r in graph.runs() if r.kind is RunKind.CELL)
    yield from _list("cells", (lines.runtime(c, session_id, counts[c.id]) for c in cells))
    operations = (r for r in graph.runs() if r.kind is RunKind.OPERATION)
    yield from _list("operations", (_operation(o, session_id) for o in operations))
    yield from _list("datasets", (_dataset(d, graph.names(d.no)) for d in graph.datasets()))
    yield b',\n"variables":' + _encode(graph.variables()) + b"}\n"


def operation_counts(graph: LineageGraph) -> Counter[str]:
    """Run id → operations in it, for cells and the session."""
    counts: Counter[str] = Counter()
    session = ""
    for run in graph.runs():
        if run.kind is RunKind.SESSION:
            session = run.id
        elif run.kind is RunKind.OPERATION:
            counts.update(dict.fromkeys({run.parent_id or "", session}, run.count))
    return counts


def _operation(run: Run, session_id: str) -> dict[str, Any]:
    return {
        **lines.runtime(run, session_id),
        "inputs": [d.no for d in run.inputs],
        "outputs": [d.no for d in run.outputs],
        "confidence": str(run.column_map.confidence),
        "edges": lines.edges(run),
    }


def _dataset(dataset: Dataset, variables: tuple[str, ...]) -> dict[str, Any]:
    found = lines.dataset(dataset)
    return {**found, "variables": list(variables)} if variables else found


def _list(name: str, members: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield b',\n"%s":[' % name.encode()
    before = b"\n"
    for member in members:
        yield before + _encode(member)
        before = b",\n"
    yield b"]"


def _encode(value: Any) -> bytes:
    return plain.storable(plain.dumps(value)).encode()
