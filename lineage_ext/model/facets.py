"""Facets: what describes a run or dataset further, each a frozen dataclass of JSON values.

Those that few sessions have are in ``further_facets``.

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

    @property
    def above(self) -> int:
        """Blank lines at the top of ``source``, which IPython takes away before it counts lines."""
        return _blank(self.source) - _blank(self.compiled) if self.compiled else 0


def _blank(text: str) -> int:
    lines = text.split("\n")
    return next((i for i, line in enumerate(lines) if line.strip()), len(lines))


@dataclass(frozen=True, slots=True)
class NotebookFacet(Facet):
    """Where a session runs: the host's name and version, the document's path ("" if untold), the project's folder."""

    host: str
    version: str = ""
    path: str = ""
    project: str = ""


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
    own_ns: int = 0  # our own CPU on the user's threads during the run
    beside_ns: int = 0  # that of our worker in that time


@dataclass(frozen=True, slots=True)
class ErrorFacet(Facet):
    """Why a run failed: exception type, text, traceback lines."""

    type: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class NamesFacet(Facet):
    """Variables that held tracked values when the cell ended: name → dataset ``no``."""

    names: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OpaqueFacet(Facet):
    """Why an operation could not be explained."""

    reason: str
