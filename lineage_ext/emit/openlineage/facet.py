"""Facets as plain dicts, each with the URL of its schema: ``facet("SchemaDatasetFacet", fields=[...])``.

To add one of OpenLineage's: its version in ``VERSIONS``, and a function that makes it in the file of its subject
(``job_facets``, ``run_facets``, ``datasets``). To add one of ours: besides, its JSON Schema under
``lineage_ext/schemas/openlineage`` and a class in ``classes.py``; its key begins with ``lineageExt_``.
"""

from __future__ import annotations

from typing import Any

from lineage_ext.version import VERSION

PRODUCER = f"https://pypi.org/project/lineage-ext/{VERSION}/"
SPEC = "https://openlineage.io/spec"
OURS = "https://lineage-ext.github.io/openlineage"
"""Where our schemas are said to be. They are in the package; the URL identifies them and is never fetched."""

EVENT = f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"

VERSIONS = {
    "ColumnLineageDatasetFacet": "1-2-0",
    "DataQualityMetricsDatasetFacet": "1-0-1",
    "DatasetTypeDatasetFacet": "1-0-1",
    "DatasetVersionDatasetFacet": "1-0-1",
    "DatasourceDatasetFacet": "1-0-1",
    "DocumentationJobFacet": "1-1-0",
    "EnvironmentVariablesRunFacet": "1-0-0",
    "ErrorMessageRunFacet": "1-0-1",
    "ExecutionParametersRunFacet": "1-0-0",
    "ExtractionErrorRunFacet": "1-1-2",
    "InputStatisticsInputDatasetFacet": "1-0-0",
    "JobTypeJobFacet": "2-0-4",
    "LifecycleStateChangeDatasetFacet": "1-0-1",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
    "ParentRunFacet": "1-2-0",
    "ProcessingEngineRunFacet": "1-1-1",
    "SQLJobFacet": "1-1-0",
    "SchemaDatasetFacet": "1-2-0",
    "SourceCodeJobFacet": "1-0-1",
    "SourceCodeLocationJobFacet": "1-1-0",
    "StorageDatasetFacet": "1-0-1",
    "SymlinksDatasetFacet": "1-0-1",
    "TagsJobFacet": "1-0-0",
}
FILES = {
    "LineageJobFacet": "1-0-0/LineageFacet",
}
"""Those that share a file with others."""

CUSTOM = {
    "CellRunFacet": "1-0-0",
    "FrameDatasetFacet": "1-0-0",
    "NotebookJobFacet": "1-0-0",
    "OperationsRunFacet": "1-0-0",
    "ResourcesRunFacet": "1-0-0",
    "StreamDatasetFacet": "1-0-0",
    "TraceRunFacet": "1-0-0",
}

Facet = dict[str, Any]


def schema_url(kind: str) -> str:
    """Where the schema of a kind of facet is."""
    if kind in CUSTOM:
        return f"{OURS}/{CUSTOM[kind]}/{kind}.json#/$defs/{kind}"
    file = FILES.get(kind) or f"{VERSIONS[kind]}/{kind}"
    return f"{SPEC}/facets/{file}.json#/$defs/{kind}"


def facet(kind: str, /, **fields: Any) -> Facet:
    """A facet of that kind; fields that are None are left out."""
    known = {name: value for name, value in fields.items() if value is not None}
    return {"_producer": PRODUCER, "_schemaURL": schema_url(kind), **known}


def given(**facets: Facet | None) -> dict[str, Facet]:
    """Those that there are."""
    return {key: facet for key, facet in facets.items() if facet is not None}
