"""What spans say of their runs: OpenTelemetry's stable conventions where there are any, ours under ``lineage.``.

https://opentelemetry.io/docs/specs/semconv/general/attributes/. None and empty texts are left out. Names avoid the
words that logfire scrubs (session, auth), hence ``lineage.kernel.id``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lineage_ext.emit.sink_ids import sink_run_id
from lineage_ext.model import (
    CodeFacet,
    Confidence,
    Dataset,
    ErrorFacet,
    ExternalFacet,
    NotebookFacet,
    OpaqueFacet,
    ResourceFacet,
    Run,
    RunKind,
)
from lineage_ext.redaction import cut

MOST_SOURCE = 4_000
MOST_DATASETS = 20
Attributes = dict[str, Any]


def begun(run: Run, kernel: str) -> Attributes:
    """What is known when a run begins, without any text of the user's."""
    return {
        "lineage.run.id": run.id,
        "lineage.run.kind": str(run.kind),
        "lineage.kernel.id": kernel,
        "openlineage.run.id": run.id,
    }


def session(run: Run) -> Attributes:
    """Of a session."""
    place: NotebookFacet | None = run.facet(NotebookFacet)
    return told(
        {
            "lineage.run.state": str(run.state),
            "openlineage.job.namespace": run.job.namespace,
            "openlineage.job.name": run.job.name,
            "lineage.host": place and place.host,
            "code.file.path": place and place.path,
        }
    )


def cell(run: Run, operations: int) -> Attributes:
    """Of a cell."""
    code: CodeFacet = run.facet(CodeFacet) or CodeFacet("")
    cost: ResourceFacet | None = run.facet(ResourceFacet)
    return told(
        {
            "lineage.run.state": str(run.state),
            "openlineage.job.namespace": run.job.namespace,
            "openlineage.job.name": run.job.name,
            "lineage.cell.id": code.cell_id,
            "lineage.cell.kind": code.kind,
            "lineage.cell.execution_count": code.execution_count,
            "lineage.cell.operations": operations,
            "lineage.cell.source": cut(code.source, MOST_SOURCE),
            **(_cost(cost) if cost else {}),
            **_error(run),
        }
    )


def _cost(cost: ResourceFacet) -> Attributes:
    return {
        "lineage.cpu.seconds": cost.cpu_ns / 1e9,
        "lineage.overhead.seconds": cost.own_ns / 1e9,
        "lineage.memory.start": cost.rss_start,
        "lineage.memory.end": cost.rss_end,
        "lineage.memory.peak": cost.rss_peak,
        "lineage.memory.peak_exact": cost.peak_exact,
        "lineage.io.read": cost.read_bytes,
        "lineage.io.written": cost.write_bytes,
    }


def operation(run: Run) -> Attributes:
    """Of an operation. ``code.*`` is the function and the place in the user's code that called it.

    The OpenLineage run of a write is that of its (first) sink.
    """
    sink = next((d for d in run.outputs if d.external), None)
    place, opaque = run.position, run.facet(OpaqueFacet)
    query = next((f.sql for d in run.inputs for f in d.facets if isinstance(f, ExternalFacet) and f.sql), "")
    return told(
        {
            "lineage.run.state": str(run.state),
            "openlineage.run.id": sink_run_id(run, sink) if sink is not None else run.id,
            "code.function.name": run.job.name,
            "code.file.path": place and place.file,
            "code.line.number": place and place.line,
            "code.column.number": place and place.column,
            "lineage.operation.source": place and place.text,
            "lineage.operation.count": None if run.count == 1 else run.count,
            "lineage.confidence": str(Confidence.OPAQUE if opaque else run.column_map.confidence),
            "lineage.opaque.reason": opaque and opaque.reason,
            "lineage.rows.in": _rows(run.inputs),
            "lineage.rows.out": _rows(run.outputs),
            "lineage.columns.out": sum([len(d.schema.labels) for d in run.outputs]) or None,
            "lineage.inputs": _names(run.inputs),
            "lineage.outputs": _names(run.outputs),
            "db.query.text": query,
            **_error(run),
        }
    )


def _rows(datasets: Iterable[Dataset]) -> int | None:
    known = [d.rows for d in datasets if d.rows is not None]
    return sum(known) if known else None


def _names(datasets: Iterable[Dataset]) -> tuple[str, ...]:
    """External ones by their OpenLineage names, in the form of a URI."""
    names = (f"{d.namespace.rstrip('/')}/{d.name.lstrip('/')}" for d in datasets if d.external)
    return tuple(dict.fromkeys(names))[:MOST_DATASETS]


def _error(run: Run) -> Attributes:
    error: ErrorFacet | None = run.facet(ErrorFacet)
    return {"error.type": error.type} if error is not None else {}


def exception(run: Run) -> Attributes | None:
    """The attributes of an ``exception`` event, None if the run didn't fail."""
    error: ErrorFacet | None = run.facet(ErrorFacet)
    if error is None:
        return None
    found = {"exception.type": error.type, "exception.message": error.message, "exception.stacktrace": error.traceback}
    return told(found)


def told(found: Mapping[str, Any]) -> Attributes:
    """What is there."""
    return {name: value for name, value in found.items() if value is not None and value not in ("", ())}


def name(run: Run) -> str:
    """What a span is called: ``sales_report [3]``, ``pandas.DataFrame.merge``."""
    if run.kind is not RunKind.CELL:
        return run.job.name
    code: CodeFacet = run.facet(CodeFacet) or CodeFacet("")
    book = run.job.name.rpartition(".")[0]
    return f"{book} [{code.execution_count}]" if code.execution_count is not None else f"{book} {code.kind}"
