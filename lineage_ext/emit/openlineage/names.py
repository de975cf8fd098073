r"""What jobs and datasets are called, in characters that every consumer we know takes.

Marquez refuses namespaces beyond ``[a-zA-Z:;=/0-9_\-.@+]``; DataHub takes a job's name up to the first dot for its
flow, and ``( ) , %`` break its URNs. https://openlineage.io/docs/spec/naming
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lineage_ext.model import Dataset, NotebookFacet

Name = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A run and its job, by name: what a run names as its parent."""

    run_id: str
    namespace: str
    name: str

    def named(self) -> dict[str, Any]:
        """As the parent facet has it."""
        return {"run": {"runId": self.run_id}, "job": {"namespace": self.namespace, "name": self.name}}


_JOB = re.compile(r"[.(),%\s\x00-\x1f\x7f\ud800-\udfff]+")
_NAMESPACE = re.compile(r"[^a-zA-Z:;=/0-9_\-.@+]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MOST = 200  # characters of a job's part


def safe(text: str) -> str:
    """Text for one part of a job's name. A long one keeps its end, where files differ, and a hash of all of it."""
    plain = _JOB.sub("_", text).strip("/_") or "_"
    return plain if len(plain) <= MOST else f"{digest(plain)}_{plain[-MOST:]}"


def digest(text: str) -> str:
    """Eight characters that tell texts apart."""
    return hashlib.sha1(text.encode(errors="replace"), usedforsecurity=False).hexdigest()[:8]


def safe_namespace(text: str) -> str:
    """A namespace Marquez takes."""
    return _NAMESPACE.sub("_", text)[:1024] or "_"


def name_of(dataset: Dataset) -> Name:
    """The name of an external dataset."""
    return safe_namespace(dataset.namespace), _CONTROL.sub("_", dataset.name) or "_"


def notebook_name(place: NotebookFacet | None, otherwise: str) -> str:
    """A notebook's job: its path in the project, without the extension."""
    if place is None or not place.path:
        return safe(otherwise)
    path = place.path.replace("\\", "/")
    return safe(posixpath.splitext(_within(path, place.project))[0])


def sink_name(operation: str, dataset: Dataset, project: str) -> str:
    """``to_parquet.marts_revenue_parquet``: what writes, and what it writes."""
    verb = operation.rpartition(".")[2].strip("_")
    place = _within(dataset.name, project) if dataset.namespace == "file" else dataset.name
    return f"{safe(verb)}.{safe(place.replace('/', '_'))}"


def operation_name(operation: str) -> str:
    """``pandas_merge``, ``dataframe_drop``, ``series_str_upper``."""
    parts = [part.strip("_") for part in operation.split(".")]
    shown = parts if len(parts) < 3 else parts[1:]
    return safe("_".join(shown).lower())


def _within(path: str, folder: str) -> str:
    root = folder.replace("\\", "/").rstrip("/") + "/"
    return path.removeprefix(root) if folder else path


def uri(name: Name) -> str:
    """Where a dataset lies, as a URI of its own: two with the same one are taken for one."""
    namespace, path = name
    path = quote(path, safe="/:@+=,;~!*'$")
    if namespace == "file":
        return f"file://{path}"
    return f"{namespace}{'' if namespace.endswith('/') else '/'}{path.lstrip('/')}"
