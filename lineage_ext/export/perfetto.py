"""Spans for https://ui.perfetto.dev and ``chrome://tracing``: cells and operations one below the other, memory above.

The Trace Event Format, JSON object form: "X" events have ``ts`` and ``dur`` in µs, "C" events are counters, "M" events
name processes and threads. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lineage_ext.export import writing
from lineage_ext.graph import LineageGraph
from lineage_ext.model import CodeFacet, ErrorFacet, ResourceFacet, Run, RunKind, RunState
from lineage_ext.store import plain

PROCESS = 1
CELLS, OPERATIONS = 1, 2  # threads: a row each; what overlaps on a row is nested by the viewer
MOST_TEXT = 1_000


def write(graph: LineageGraph, path: Path) -> None:
    """Write it. Raises OSError."""
    writing.write(path, parts(graph))


def parts(graph: LineageGraph) -> Iterator[bytes]:
    """The document in pieces, an event a line."""
    yield b'{"displayTimeUnit":"ms","traceEvents":['
    before = b"\n"
    for event in events(graph):
        yield before + plain.storable(plain.dumps(event)).encode()
        before = b",\n"
    yield b"\n]}\n"


def events(graph: LineageGraph) -> Iterator[dict[str, Any]]:
    """Names of the rows, a span for each finished run, the memory curve."""
    session = next((run for run in graph.runs(0) if run.kind is RunKind.SESSION), None)
    yield _name("process_name", 0, session.job.name if session is not None else "session")
    yield _name("thread_name", CELLS, "cells")
    yield _name("thread_name", OPERATIONS, "operations")
    for run in graph.runs():
        if run.ended is not None and run.kind is not RunKind.SESSION:
            yield _cell(run) if run.kind is RunKind.CELL else _operation(run)
    times, sizes = graph.samples.columns()
    for time, size in zip(times, sizes, strict=True):
        yield {"ph": "C", "name": "memory", "pid": PROCESS, "tid": 0, "ts": time * 1000, "args": {"rss": size}}


def _name(what: str, thread: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": PROCESS, "tid": thread, "ts": 0, "args": {"name": name}}


def _cell(run: Run) -> dict[str, Any]:
    code: CodeFacet = run.facet(CodeFacet) or CodeFacet("")
    cost: ResourceFacet | None = run.facet(ResourceFacet)
    count = "" if code.execution_count is None else f"[{code.execution_count}] "
    source = code.source
    first = next((line for line in source.splitlines() if line.strip()), run.job.name)
    args: dict[str, Any] = {"source": source[:MOST_TEXT], "cell_id": code.cell_id}
    if cost is not None:
        args |= {"cpu_ms": cost.cpu_ns / 1e6, "rss_start": cost.rss_start, "rss_end": cost.rss_end}
    return _span(run, CELLS, count + first, args)


def _operation(run: Run) -> dict[str, Any]:
    place = run.position
    args = {
        "source": place.text[:MOST_TEXT] if place else "",
        "rows_in": run.inputs[0].rows if run.inputs else None,
        "rows_out": run.outputs[0].rows if run.outputs else None,
        "confidence": str(run.column_map.confidence),
    }
    return _span(run, OPERATIONS, run.job.name, args)


def _span(run: Run, thread: int, name: str, args: dict[str, Any]) -> dict[str, Any]:
    error: ErrorFacet | None = run.facet(ErrorFacet)
    known = {"run": run.no, "state": str(run.state), "error": error and f"{error.type}: {error.message}"}
    span = {
        "ph": "X",
        "name": name,
        "cat": str(run.kind),
        "pid": PROCESS,
        "tid": thread,
        "ts": run.started / 1000,
        "dur": max((run.ended or run.started) - run.started, 0) / 1000,
        "args": {k: v for k, v in {**known, **args}.items() if v is not None},
    }
    return span if run.state is not RunState.FAIL else {**span, "cname": "terrible"}
