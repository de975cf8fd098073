"""What is told of a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from lineage_ext.emit.openlineage.facet import Facet, facet
from lineage_ext.emit.openlineage.names import Ancestor
from lineage_ext.graph import Making
from lineage_ext.model import CodeFacet, ErrorFacet, OpaqueFacet, ResourceFacet, Run, RunState, TraceFacet
from lineage_ext.redaction import cut, redact
from lineage_ext.version import VERSION

MOST_TEXT = 1_000


def parent(of: Ancestor, root: Ancestor) -> Facet:
    """Who started this run, and who started everything."""
    return facet("ParentRunFacet", **of.named(), root=root.named())


def processing_engine() -> Facet:
    """pandas, by its version; Python's, while nothing has imported pandas."""
    pandas = getattr(sys.modules.get("pandas"), "__version__", None)  # it may be half imported, on another thread
    name, version = ("pandas", pandas) if pandas else ("python", sys.version.split()[0])
    return facet("ProcessingEngineRunFacet", name=name, version=version, openlineageAdapterVersion=VERSION)


def error_message(run: Run) -> Facet | None:
    """Why a run failed."""
    error: ErrorFacet | None = run.facet(ErrorFacet)
    if error is None and run.state is not RunState.FAIL:
        return None
    error = error or ErrorFacet("it failed", "the reason wasn't recorded")
    message = f"{error.type}: {error.message}" if error.message else error.type
    return facet(
        "ErrorMessageRunFacet",
        message=redact(message),
        programmingLanguage="Python",
        stackTrace=redact(error.traceback) or None,
    )


def extraction_error(total: int, opaque: int, unexplained: Iterable[Run], omitted: int = 0) -> Facet | None:
    """How much of a run's operations isn't explained, and the first of those; columns left out for size."""
    errors = [_unexplained(run) for run in unexplained]
    if omitted:
        errors.append({"errorMessage": f"the lineage of {omitted} more columns is too large to be told"})
    if not errors:
        return None
    return facet("ExtractionErrorRunFacet", totalTasks=max(total, opaque), failedTasks=opaque, errors=errors)


def _unexplained(run: Run) -> dict[str, Any]:
    reason: OpaqueFacet | None = run.facet(OpaqueFacet)
    return {"errorMessage": reason.reason if reason else "no rule explains it", "task": run.job.name}


def execution_parameters(values: Mapping[str, str]) -> Facet | None:
    """Parameters of the notebook."""
    told = [
        {"key": name, "name": name, **({"value": redact(cut(value, MOST_TEXT))} if value else {})}
        for name, value in values.items()
    ]
    return facet("ExecutionParametersRunFacet", parameters=told) if told else None


def environment(names: Iterable[str]) -> Facet | None:
    """The variables that were asked for."""
    told = [{"name": name, "value": redact(cut(os.environ[name], MOST_TEXT))} for name in names if name in os.environ]
    return facet("EnvironmentVariablesRunFacet", environmentVariables=told) if told else None


# -- ours --------------------------------------------------------------------------------------------------------------
def cell(run: Run | None) -> Facet | None:
    """The cell that ran, or that something ran in."""
    code: CodeFacet | None = run.facet(CodeFacet) if run is not None else None
    if run is None or code is None:
        return None
    return facet(
        "CellRunFacet", runId=run.id, kind=code.kind, cellId=code.cell_id or None, executionCount=code.execution_count
    )


def trace(cell: Run | None, operation: Run | None = None) -> Facet | None:
    """OpenTelemetry's ids of a cell's span, or of the operation's in it where operations have spans.

    A cell's run id is its trace id, the end of it the span's, unless a trace that was there before goes on.
    """
    if cell is None:
        return None
    known: TraceFacet = cell.facet(TraceFacet) or TraceFacet(_digits(cell), _digits(cell)[16:], derived=False)
    span = _digits(operation)[16:] if operation is not None and known.derived else known.span_id
    return facet("TraceRunFacet", traceId=known.trace_id, spanId=span)


def _digits(run: Run) -> str:
    return run.id.replace("-", "")


def resources(run: Run) -> Facet | None:
    """What a run cost: of a cell all of it, of an operation the time."""
    cost: ResourceFacet | None = run.facet(ResourceFacet)
    if cost is None:
        return None if run.ended is None else facet("ResourcesRunFacet", wallNs=max(run.ended - run.started, 0))
    return facet(
        "ResourcesRunFacet",
        wallNs=cost.wall_ns,
        cpuNs=cost.cpu_ns,
        memoryStart=cost.rss_start,
        memoryEnd=cost.rss_end,
        memoryPeak=cost.rss_peak,
        memoryPeakExact=cost.peak_exact,
        bytesRead=cost.read_bytes,
        bytesWritten=cost.write_bytes,
        ownNs=cost.own_ns,
    )


def operations(made: Making) -> Facet:
    """The operations that made a dataset: a graph, whose edges are the numbers of the datasets between them."""
    return facet(
        "OperationsRunFacet",
        operations=[_operation(run) for run in made.operations],
        total=made.total,
        truncated=made.total > sum(run.count for run in made.operations),
    )


def _operation(run: Run) -> dict[str, Any]:
    told = {
        "runId": run.id,
        "name": run.job.name,
        "inputs": [d.no for d in run.inputs],
        "outputs": [d.no for d in run.outputs],
        "confidence": str(run.column_map.confidence),
    }
    return told if run.position is None else {**told, "line": run.position.line}
