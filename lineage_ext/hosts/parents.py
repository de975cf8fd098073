"""The run of an orchestrator that a task is told to belong to."""

from __future__ import annotations

from lineage_ext.emit.openlineage.parents import of_id
from lineage_ext.errors import UsageError
from lineage_ext.model import ParentFacet


def named(parent: str, root: str) -> ParentFacet | None:
    """The facet of ``namespace/name/runId`` texts; None without them. Raises UsageError."""
    if not parent:
        return None
    try:
        return ParentFacet(*of_id(parent), *of_id(root or parent))
    except ValueError as error:
        raise UsageError(f"{root or parent!r} isn't namespace/name/runId of an OpenLineage run: {error}") from error
