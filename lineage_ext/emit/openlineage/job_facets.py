"""What is told of a job: the notebook, or a write in it."""

from __future__ import annotations

from collections.abc import Mapping

from lineage_ext.emit.openlineage.facet import Facet, facet
from lineage_ext.model import NotebookFacet

INTEGRATIONS = {"marimo": "MARIMO", "script": "PYTHON", "": "PYTHON"}


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
