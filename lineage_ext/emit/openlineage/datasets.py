"""External datasets as events have them: schema always, and what is known of the data without reading it."""

from __future__ import annotations

from typing import Any

from lineage_ext.emit.openlineage.facet import Facet, facet, given
from lineage_ext.emit.openlineage.flow import field_names
from lineage_ext.emit.openlineage.names import Name, uri
from lineage_ext.model import Dataset, ExternalFacet

MOST_FIELDS = 10_000
FORMATS = frozenset({"parquet", "orc", "avro", "json", "csv", "text", "xml"})
"""Those that the storage facet has words for."""


def _common(name: Name, versions: list[Dataset]) -> dict[str, Any]:
    """What inputs and outputs have in common. ``versions`` are what was read or written of it, the latest last."""
    external = _external(versions)
    facets = given(
        schema=_schema(versions),
        dataSource=facet("DatasourceDatasetFacet", name=name[0], uri=uri(name)),
        datasetType=facet("DatasetTypeDatasetFacet", datasetType="TABLE" if external.format == "sql" else "FILE"),
        storage=_storage(name, external),
        version=facet("DatasetVersionDatasetFacet", datasetVersion=external.version) if external.version else None,
        symlinks=_symlinks(name),
    )
    return {"namespace": name[0], "name": name[1], "facets": facets}


def _external(versions: list[Dataset]) -> ExternalFacet:
    found = (f for d in reversed(versions) for f in d.facets if isinstance(f, ExternalFacet))
    return next(found, ExternalFacet("", ""))


def _schema(versions: list[Dataset]) -> Facet:
    """All columns that were seen. OpenMetadata refuses fields without a type."""
    types: dict[str, str] = {}
    for version in versions:
        for field, name in zip(version.fields, field_names(version), strict=True):
            types[name] = types.get(name) or field.type
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


def as_output(name: Name, version: Dataset, **facets: Facet | None) -> dict[str, Any]:
    """A dataset that was written; ``facets`` are those that only outputs have."""
    told, external = _common(name, [version]), _external([version])
    told["facets"] |= given(lifecycleStateChange=_change(external), **facets)
    statistics = _statistics("OutputStatisticsOutputDatasetFacet", external, version.rows)
    return {**told, "outputFacets": given(outputStatistics=statistics)}


def _statistics(kind: str, external: ExternalFacet, rows: int | None) -> Facet | None:
    known = {"rowCount": rows, "size": external.size, "fileCount": external.files}
    return facet(kind, **known) if any(v is not None for v in known.values()) else None


def _change(external: ExternalFacet) -> Facet | None:
    """An append is neither of the words there are."""
    if external.change not in ("create", "overwrite"):
        return None
    return facet("LifecycleStateChangeDatasetFacet", lifecycleStateChange=external.change.upper())
