"""Facets that a session may never have: of files, streams, reactive hosts, orchestrators, displayed values, traces.

They are imported when one is asked for: fifteen frozen dataclasses took 20 ms of ``%load_ext`` (CPython 3.11).
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext.model.facets import Facet


@dataclass(frozen=True, slots=True)
class DataflowFacet(Facet):
    """What a reactive host (marimo) knows of a cell: names it defines, names it takes from other cells, their ids."""

    defs: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParentFacet(Facet):
    """The run outside that started this session, and the one that started everything: ids, namespaces, job names."""

    run_id: str
    namespace: str
    name: str
    root_run_id: str
    root_namespace: str
    root_name: str


@dataclass(frozen=True, slots=True)
class TraceFacet(Facet):
    """The OpenTelemetry span of a run, in hex digits (32 and 16).

    ``derived``: its operations have spans, too, in this trace, whose ids are the last 16 digits of their run ids.
    """

    trace_id: str
    span_id: str
    derived: bool = True


@dataclass(frozen=True, slots=True)
class ResultFacet(Facet):
    """What a cell displayed: ``text`` for small values, a description for big ones, ``dataset`` if it is tracked."""

    type: str
    text: str
    dataset: int | None = None


@dataclass(frozen=True, slots=True)
class ContentFacet(Facet):
    """Variables that a cell bound or changed: name → digest of the value, comparable within its session only."""

    digests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExternalFacet(Facet):
    """How an external dataset was reached: format (csv, parquet, sql …), access (read | write), version if known.

    ``change`` is what a write did: append, overwrite, create, or "" if that isn't known. ``size`` in bytes and the
    number of ``files`` are what the file system said right after; ``digest`` is of a small file's content.
    """

    format: str
    access: str
    version: str = ""
    sql: str = ""
    change: str = ""
    size: int | None = None
    files: int | None = None
    digest: str = ""

    @property
    def content(self) -> str:
        """What stands for the content: the digest, else the version."""
        return self.digest or self.version


@dataclass(frozen=True, slots=True)
class StreamFacet(Facet):
    """Which part of a stream: per partition (number, first offset, offset after the last), None if that isn't known.

    ``watermark`` is the time (ISO 8601) up to which the events are in, "" if untold.
    """

    partitions: tuple[tuple[int, int | None, int | None], ...] = ()
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class DegradedFacet(Facet):
    """Recording a cell took more than its budget, a ``share`` of its time, so that less was recorded of it; or what its
    values came from took too long to look up (``lookups``).

    ``steps`` are pairs of what was left out (positions, collapse, sampling, counting, lookups) and how often that
    began.
    """

    steps: tuple[tuple[str, int], ...]
    share: float
