"""Facets: what describes a run or dataset further, each a frozen dataclass of JSON values.

To add one: a frozen subclass of ``Facet`` whose fields are JSON values or tuples of them; the store keeps it by its
class name, the emitters and exports that know it tell it on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facet:
    """Base of everything that describes a run or dataset further. Subclasses are frozen dataclasses of JSON values."""


@dataclass(frozen=True, slots=True)
class CodeFacet(Facet):
    """A cell's source and where the host says it stands.

    ``compiled`` is the text that positions in it refer to, where magics made it another than ``source``.
    """

    source: str
    cell_id: str = ""
    execution_count: int | None = None
    language: str = "python"
    kind: str = "cell"  # cell | nested | callback | script | task
    compiled: str = ""


@dataclass(frozen=True, slots=True)
class DataflowFacet(Facet):
    """What a reactive host (marimo) knows of a cell: names it defines, names it takes from other cells, their ids."""

    defs: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotebookFacet(Facet):
    """Where a session runs: the host's name and version, the document's path ("" if untold), the project's folder."""

    host: str
    version: str = ""
    path: str = ""
    project: str = ""


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
class ResourceFacet(Facet):
    """Cost of a run. Times in ns, sizes in bytes; ``rss_peak`` is exact only when ``peak_exact``."""

    wall_ns: int
    cpu_ns: int
    rss_start: int
    rss_end: int
    rss_peak: int
    peak_exact: bool
    read_bytes: int | None = None
    write_bytes: int | None = None
    own_ns: int = 0  # our own CPU on the cell's thread and the worker during the run


@dataclass(frozen=True, slots=True)
class ErrorFacet(Facet):
    """Why a run failed: exception type, text, traceback lines."""

    type: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class ResultFacet(Facet):
    """What a cell displayed: ``text`` for small values, a description for big ones, ``dataset`` if it is tracked."""

    type: str
    text: str
    dataset: int | None = None


@dataclass(frozen=True, slots=True)
class NamesFacet(Facet):
    """Variables that held tracked values when the cell ended: name → dataset ``no``."""

    names: tuple[tuple[str, int], ...] = ()


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
    """Recording a cell took more than its budget, a ``share`` of its time, so that less was recorded of it.

    ``steps`` are pairs of what was left out (positions, collapse, sampling, counting) and how often that began.
    """

    steps: tuple[tuple[str, int], ...]
    share: float


@dataclass(frozen=True, slots=True)
class OpaqueFacet(Facet):
    """Why an operation could not be explained."""

    reason: str
