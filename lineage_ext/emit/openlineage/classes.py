"""Our facets as classes of ``openlineage-python``, for programs that read or make events with it.

What we emit are plain dicts of the same shape (``facet.py``); the JSON Schemas in ``lineage_ext/schemas/openlineage``
say what the fields mean. Importing this imports the client: up to a second.
"""

from __future__ import annotations

import attr
from openlineage.client.generated.base import DatasetFacet, JobFacet, RunFacet

from lineage_ext.emit.openlineage.facet import schema_url


@attr.define
class NotebookJobFacet(JobFacet):
    """The document whose cells ran."""

    host: str
    hostVersion: str | None = None
    path: str | None = None

    @staticmethod
    def _get_schema() -> str:
        return schema_url("NotebookJobFacet")


@attr.define
class CellRunFacet(RunFacet):
    """The cell that ran, or in which something ran."""

    runId: str
    kind: str
    cellId: str | None = None
    executionCount: int | None = None

    @staticmethod
    def _get_schema() -> str:
        return schema_url("CellRunFacet")


@attr.define
class ResourcesRunFacet(RunFacet):
    """What a run cost: times in ns, sizes in bytes."""

    wallNs: int
    cpuNs: int | None = None
    memoryStart: int | None = None
    memoryEnd: int | None = None
    memoryPeak: int | None = None
    memoryPeakExact: bool | None = None
    bytesRead: int | None = None
    bytesWritten: int | None = None
    ownNs: int | None = None

    @staticmethod
    def _get_schema() -> str:
        return schema_url("ResourcesRunFacet")


@attr.define
class Offsets:
    """A part of a partition; ``end`` is the offset after the last."""

    partition: int
    start: int | None = None
    end: int | None = None


@attr.define
class StreamDatasetFacet(DatasetFacet):
    """Which part of a stream was read or written."""

    offsets: list[Offsets]
    watermark: str | None = None

    @staticmethod
    def _get_schema() -> str:
        return schema_url("StreamDatasetFacet")


@attr.define
class TraceRunFacet(RunFacet):
    """OpenTelemetry's ids of the run's span, else of its cell's, in hexadecimal digits."""

    traceId: str
    spanId: str

    @staticmethod
    def _get_schema() -> str:
        return schema_url("TraceRunFacet")


@attr.define
class Operation:
    """One of the operations that made what was written; ``inputs`` and ``outputs`` are numbers of datasets."""

    runId: str
    name: str
    inputs: list[int]
    outputs: list[int]
    confidence: str
    line: int | None = None


@attr.define
class OperationsRunFacet(RunFacet):
    """The operations that made what was written."""

    operations: list[Operation]
    total: int
    truncated: bool

    @staticmethod
    def _get_schema() -> str:
        return schema_url("OperationsRunFacet")


@attr.define
class FrameDatasetFacet(DatasetFacet):
    """A value in memory between two operations."""

    kind: str
    rows: int | None = None
    versionOf: int | None = None
    variables: list[str] | None = None

    @staticmethod
    def _get_schema() -> str:
        return schema_url("FrameDatasetFacet")
