"""What is told of a job: the notebook, a write in it, a cell, an operation.

Runs had their credentials taken out when they were recorded. Free text passes once more: a secret may have become known
since; and what didn't come with a run passes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage_ext.emit.openlineage.facet import Facet, facet
from lineage_ext.emit.openlineage.git import Location
from lineage_ext.model import Dataset, ExternalFacet, NotebookFacet
from lineage_ext.redaction import cut, redact

INTEGRATIONS = {"marimo": "MARIMO", "script": "PYTHON", "": "PYTHON"}
MOST_SOURCE = 30_000
MOST_SQL = 10_000


def job_type(kind: str, host: str) -> Facet:
    """``kind`` is NOTEBOOK, COMMAND, CELL or OPERATION. Marquez answers 422 to a facet without it."""
    integration = INTEGRATIONS.get(host, "JUPYTER")
    return facet("JobTypeJobFacet", processingType="BATCH", integration=integration, jobType=kind)


def notebook(place: NotebookFacet | None) -> Facet | None:
    """Where the notebook is and what runs it."""
    if place is None:
        return None
    return facet("NotebookJobFacet", host=place.host, hostVersion=place.version or None, path=place.path or None)


def tags(given: Mapping[str, str]) -> Facet | None:
    """Tags the user configured."""
    told = [{"key": str(key), "value": str(value), "source": "USER"} for key, value in given.items()]
    return facet("TagsJobFacet", tags=told) if told else None


def documentation(title: str) -> Facet | None:
    """What the document calls itself."""
    return facet("DocumentationJobFacet", description=redact(title), contentType="text/plain") if title else None


def source_code(text: str) -> Facet | None:
    """Source text; of a long one the end, which is nearest to what it made."""
    if not text.strip():
        return None
    if len(text) > MOST_SOURCE:
        end = text[-MOST_SOURCE:]
        text = f"# … {len(text) - len(end):,} more characters before\n{end.partition(chr(10))[2]}"
    return facet("SourceCodeJobFacet", language="python", sourceCode=redact(text))


def source_location(found: Location | None) -> Facet | None:
    """Where the notebook is in version control, as of the commit that is checked out."""
    if found is None:
        return None
    return facet(
        "SourceCodeLocationJobFacet",
        type="git",
        url=redact(found.url),
        repoUrl=redact(found.repository),
        path=redact(found.path),
        version=found.version,
        branch=found.branch or None,
    )


def sql(inputs: Iterable[Dataset]) -> Facet | None:
    """The queries that read the inputs, and their dialect if it is one for all."""
    queries: dict[str, str] = {}
    for dataset in inputs:
        for known in dataset.facets:
            if isinstance(known, ExternalFacet) and known.sql:
                queries[known.sql] = dataset.namespace.partition(":")[0]
    if not queries:
        return None
    dialects = set(queries.values())
    text = redact(cut(";\n".join(queries), MOST_SQL))
    return facet("SQLJobFacet", query=text, dialect=dialects.pop() if len(dialects) == 1 else None)
