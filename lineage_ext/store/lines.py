"""One Run as the JSON object of a log line: ``runtime`` says what ran and what it cost, ``lineage`` what flowed.

The two are linked by ``run_id``, both ways. Slots are named: a column by its text, an index level ``<name>``, a
grouping key ``<key name>``, the rows, their order and which columns there are ``<rows>``, ``<order>``, ``<columns>``.
Edges come in groups: ``same`` (each column from the one of its name; ``"*"``: all columns of the output), ``pairs``
([source, target], …) or ``every`` (every source to every target); ``input`` and ``output`` are positions in the line's
``inputs`` and ``outputs``. What isn't there is left out. The JSON Schemas are ``lineage_ext/schemas/*.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from lineage_ext.model import (
    Block,
    CodeFacet,
    Dataset,
    ErrorFacet,
    ExternalFacet,
    NamesFacet,
    OpaqueFacet,
    Position,
    ResourceFacet,
    ResultFacet,
    Run,
    RunKind,
    Schema,
    StreamFacet,
    TraceFacet,
)
from lineage_ext.store import plain

VERSION = 1


def runtime(run: Run, session_id: str, operations: int | None = None) -> dict[str, Any]:
    """What ran: ids, kind, state, times, place, cost, failure. ``operations`` is the number a cell or session had."""
    error: ErrorFacet | None = run.facet(ErrorFacet)
    cost: ResourceFacet | None = run.facet(ResourceFacet)
    result: ResultFacet | None = run.facet(ResultFacet)
    names: NamesFacet | None = run.facet(NamesFacet)
    opaque: OpaqueFacet | None = run.facet(OpaqueFacet)
    trace: TraceFacet | None = run.facet(TraceFacet)
    found = {
        "version": VERSION,
        **_identity(run, session_id),
        "state": str(run.state),
        "started": moment(run.started),
        "ended": None if run.ended is None else moment(run.ended),
        "wall_ns": None if run.ended is None else max(run.ended - run.started, 0),
        **_code(run.facet(CodeFacet)),
        **_place(run.position),
        "within": run.within,
        "count": None if run.count == 1 else run.count,
        "inputs": len(run.inputs) if run.kind is RunKind.OPERATION else None,
        "outputs": len(run.outputs) if run.kind is RunKind.OPERATION else None,
        "operations": operations,
        "resources": cost and plain.facets([cost])["ResourceFacet"],
        "error": error and plain.facets([error])["ErrorFacet"],
        "result": result and plain.facets([result])["ResultFacet"],
        "variables": names and dict(names.names),
        "opaque": opaque and opaque.reason,
        "trace_id": trace and trace.trace_id,
        "span_id": trace and trace.span_id,
    }
    return without_none(found)


def lineage(run: Run, session_id: str) -> dict[str, Any]:
    """What flowed through an operation: inputs, outputs with their columns, column edges."""
    found = {
        "version": VERSION,
        **_identity(run, session_id),
        "ended": None if run.ended is None else moment(run.ended),
        "confidence": str(run.column_map.confidence),
        "inputs": [dataset(d, columns=d.external) for d in run.inputs],
        "outputs": [dataset(d) for d in run.outputs],
        "edges": edges(run),
    }
    return without_none(found)


def _identity(run: Run, session_id: str) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "session_id": session_id,
        "parent_id": run.parent_id,
        "no": run.no,
        "kind": str(run.kind),
        "name": run.job.name,
    }


def _code(code: CodeFacet | None) -> dict[str, Any]:
    if code is None:
        return {}
    return {
        "cell_id": code.cell_id,
        "execution_count": code.execution_count,
        "cell_kind": code.kind,
        "source": code.source,
    }


def _place(position: Position | None) -> dict[str, Any]:
    if position is None:
        return {}
    return {
        "source": position.text,
        "file": position.file,
        "line": position.line,
        "end_line": position.end_line,
    }


# -- datasets and edges ----------------------------------------------------------------------------------------------
def dataset(d: Dataset, *, columns: bool = True) -> dict[str, Any]:
    """A dataset version; with its columns as [name, type], index levels and grouping keys."""
    external = next((f for f in d.facets if isinstance(f, ExternalFacet)), None)
    stream = next((f for f in d.facets if isinstance(f, StreamFacet)), None)
    found: dict[str, Any] = {
        "dataset": d.no,
        "kind": str(d.kind),
        "namespace": d.namespace,
        "name": d.name,
        "rows": d.rows,
        "of": d.of,
        "format": external and external.format,
        "version": (external and external.version) or None,
        "sql": external.sql if external and external.sql else None,
        "stream": stream and without_none({"partitions": stream.partitions, "watermark": stream.watermark or None}),
    }
    if columns:
        found["columns"] = [[f.name, f.type] for f in d.fields]
        found["index"] = list(d.schema.index_names)
        found["keys"] = [d.schema.slot_name(-1001 - i)[5:-1] for i in range(len(d.schema.keys))]
    return without_none(found)


def edges(run: Run) -> list[dict[str, Any]]:
    """The column edges of an operation in groups."""
    return [
        _group(b, run.inputs[b.input].schema, run.outputs[b.output].schema)
        for b in run.column_map.blocks
        if len(b.targets) and len(b.sources)
    ]


def _group(block: Block, before: Schema, after: Schema) -> dict[str, Any]:
    group: dict[str, Any] = {
        "input": block.input,
        "output": block.output,
        "transformation": str(block.transformation),
        "type": block.transformation.type,
        "confidence": str(block.confidence),
    }
    if block.reason:
        group["reason"] = block.reason
    if block.masking:
        group["masking"] = True
    sources, targets = _names(before, block.sources), _names(after, block.targets)
    if block.cross and len(sources) * len(targets) > 1:
        group["every"] = {"sources": sources, "targets": targets}
    elif sources == targets:
        every = list(block.targets) == list(range(len(after.labels)))
        group["same"] = "*" if every else targets
    else:
        group["pairs"] = [list(pair) for pair in zip(sources, targets, strict=True)]
    return group


def _names(schema: Schema, slots: Sequence[int]) -> list[str]:
    return [schema.slot_name(s) for s in slots]


# -- values ----------------------------------------------------------------------------------------------------------
def moment(ns: int) -> str:
    """A time as ISO 8601, UTC, to the microsecond."""
    return (
        datetime.fromtimestamp(ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        + f".{ns // 1000 % 1_000_000:06}Z"
    )


def without_none(found: dict[str, Any]) -> dict[str, Any]:
    """What is there."""
    return {k: v for k, v in found.items() if v is not None}


def encode(found: dict[str, Any]) -> bytes:
    """A line, its end included."""
    return plain.storable(plain.dumps(found)).encode() + b"\n"


def encode_all(lines: Iterable[dict[str, Any]]) -> bytes:
    """Several lines."""
    return b"".join(map(encode, lines))
