"""External datasets as events have them: schema always, and what is known of the data without reading it."""

from __future__ import annotations

from typing import Any

from lineage_ext.emit.openlineage.facet import Facet, facet, given
from lineage_ext.emit.openlineage.fields import field_types
from lineage_ext.emit.openlineage.metrics import column_metrics
from lineage_ext.emit.openlineage.names import Name, uri
from lineage_ext.model import Dataset, ExternalFacet, StreamFacet
from lineage_ext.rules.naming import is_stream

MOST_FIELDS = 10_000
MOST_OFFSETS = 1_000
FORMATS = frozenset({"parquet", "orc", "avro", "json", "csv", "text", "xml"})
"""Those that the storage facet has words for."""


def _common(name: Name, versions: list[Dataset]) -> dict[str, Any]:
    """What inputs and outputs have in common. ``versions`` are what was read or written of it, the latest last."""
    external, schema = _external(versions), _schema(versions)
    facets = given(
        schema=schema,
        dataSource=facet("DatasourceDatasetFacet", name=name[0], uri=uri(name)),
        datasetType=facet("DatasetTypeDatasetFacet", datasetType=_type(name, external)),
        storage=_storage(name, external),
        version=facet("DatasetVersionDatasetFacet", datasetVersion=external.version) if external.version else None,
        symlinks=_symlinks(name),
        dataQualityMetrics=_metrics(name, external, schema),
        lineageExt_stream=_stream(versions),
    )
    return {"namespace": name[0], "name": name[1], "facets": facets}


def _metrics(name: Name, external: ExternalFacet, schema: Facet) -> Facet | None:
    if name[0] != "file":
        return None
    return column_metrics(name[1], external, {field["name"] for field in schema["fields"]})


def _type(name: Name, external: ExternalFacet) -> str:
    if is_stream(name[0]):
        return "TOPIC"
    return "TABLE" if external.format == "sql" else "FILE"


def _stream(versions: list[Dataset]) -> Facet | None:
    """The parts that were read or written, one after the other; the latest watermark."""
    parts = [f for d in versions for f in d.facets if isinstance(f, StreamFacet)]
    if not parts:
        return None
    ranges = dict.fromkeys(r for part in parts for r in part.partitions)
    offsets = [
        {name: value for name, value in zip(("partition", "start", "end"), r, strict=True) if value is not None}
        for r in list(ranges)[:MOST_OFFSETS]
    ]
    return facet("StreamDatasetFacet", offsets=offsets, watermark=max(part.watermark for part in parts) or None)


def _external(versions: list[Dataset]) -> ExternalFacet:
    found = (f for d in reversed(versions) for f in d.facets if isinstance(f, ExternalFacet))
    return next(found, ExternalFacet("", ""))


def _schema(versions: list[Dataset]) -> Facet:
    """All columns that were seen. OpenMetadata refuses fields without a type."""
    types: dict[str, str] = {}
    for version in versions:
        types.update((name, types.get(name) or kind) for name, kind in field_types(version).items())
    fields = [{"name": name, "type": kind or "unknown"} for name, kind in types.items()]
    return facet("SchemaDatasetFacet", fields=fields[:MOST_FIELDS])


def _storage(name: Name, external: ExternalFacet) -> Facet | None:
    if external.format in ("", "sql"):
        return None
    layer = name[0].partition(":")[0]
    known = external.format if external.format in FORMATS else None
    return facet("StorageDatasetFacet", storageLayer=layer, fileFormat=known)


def _symlinks(name: Name) -> Facet | None:
    """DuckDB's own integrations name tables without the file."""
    if not name[0].startswith("duckdb:"):
        return None
    return facet("SymlinksDatasetFacet", identifiers=[{"namespace": "duckdb", "name": name[1], "type": "TABLE"}])


def as_input(name: Name, versions: list[Dataset], rows: int | None) -> dict[str, Any]:
    """A dataset of which ``rows`` rows were read."""
    statistics = _statistics("InputStatisticsInputDatasetFacet", _external(versions), rows)
    return {**_common(name, versions), "inputFacets": given(inputStatistics=statistics)}


def as_output(name: Name, version: Dataset, rows: int | None, **facets: Facet | None) -> dict[str, Any]:
    """A dataset into which ``rows`` rows were written; ``facets`` are those that only outputs have."""
    told, external = _common(name, [version]), _external([version])
    told["facets"] |= given(lifecycleStateChange=_change(external), **facets)
    statistics = _statistics("OutputStatisticsOutputDatasetFacet", external, rows)
    return {**told, "outputFacets": given(outputStatistics=statistics)}


def in_memory(name: Name, version: Dataset, variables: tuple[str, ...], **facets: Facet | None) -> dict[str, Any]:
    """A frame or other value between two operations."""
    told = given(
        schema=_schema([version]),
        datasetType=facet("DatasetTypeDatasetFacet", datasetType="JOB_OUTPUT", subType="TEMPORARY"),
        version=facet("DatasetVersionDatasetFacet", datasetVersion=str(version.no)),
        lineageExt_frame=facet(
            "FrameDatasetFacet",
            kind=str(version.kind),
            rows=version.rows,
            versionOf=version.of,
            variables=list(variables) or None,
        ),
        **facets,
    )
    return {"namespace": name[0], "name": name[1], "facets": told}


def _statistics(kind: str, external: ExternalFacet, rows: int | None) -> Facet | None:
    whole = external.change != "append"  # else the file holds more than was written
    known = {"rowCount": rows, "size": external.size if whole else None, "fileCount": external.files if whole else None}
    return facet(kind, **known) if any(v is not None for v in known.values()) else None


def _change(external: ExternalFacet) -> Facet | None:
    """An append is neither of the words there are."""
    if external.change not in ("create", "overwrite"):
        return None
    return facet("LifecycleStateChangeDatasetFacet", lifecycleStateChange=external.change.upper())
