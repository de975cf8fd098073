"""Our facets as classes of ``openlineage-python``, for programs that read or make events with it.

What we emit are plain dicts of the same shape (``facet.py``). Importing this imports the client: up to a second.
"""

from __future__ import annotations

import attr
from openlineage.client.generated.base import JobFacet

from lineage_ext.emit.openlineage.facet import schema_url


@attr.define
class NotebookJobFacet(JobFacet):
    """The document whose cells ran."""

    host: str
    hostVersion: str | None = None  # noqa: N815
    path: str | None = None

    @staticmethod
    def _get_schema() -> str:
        return schema_url("NotebookJobFacet")
