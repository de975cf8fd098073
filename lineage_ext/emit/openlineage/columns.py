"""A Flow as facets: ``columnLineage`` of the output, and the explicit ``lineage`` of the job, which says the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lineage_ext.emit.openlineage.facet import Facet, facet
from lineage_ext.emit.openlineage.flow import Flow, Place, Ways
from lineage_ext.emit.openlineage.names import Name
from lineage_ext.model import Transformation

MOST_TEXT = 500
STRENGTH = (Transformation.AGGREGATION, Transformation.TRANSFORMATION, Transformation.IDENTITY)


def column_lineage(flow: Flow) -> Facet | None:
    """Per column and for the whole dataset; the old transformationType besides, which some consumers still read."""
    fields = {column: _field(sources) for column, sources in flow.fields.items() if any(p[2] for p in sources)}
    whole = [_input_field(place, ways) for place, ways in flow.whole.items()]
    if not fields and not whole:
        return None
    return facet("ColumnLineageDatasetFacet", fields=fields, dataset=whole)


def _field(sources: dict[Place, Ways]) -> dict[str, Any]:
    named = {place: ways for place, ways in sources.items() if place[2]}
    told = {"inputFields": [_input_field(place, ways) for place, ways in named.items()]}
    direct = {way for ways in named.values() for way in ways if way[0].direct}
    strongest = next((str(how) for how in STRENGTH if how in {how for how, _ in direct}), None)
    if strongest is None:
        return told
    kind = "MASKED" if all(masking for _, masking in direct) else strongest
    values = ", ".join(place[2] for place, ways in named.items() if any(how.direct for how, _ in ways))
    return {**told, "transformationType": kind, "transformationDescription": f"{strongest} of {values}"[:MOST_TEXT]}


def _input_field(place: Place, ways: Ways) -> dict[str, Any]:
    namespace, name, column = place
    return {"namespace": namespace, "name": name, "field": column, "transformations": list(_transformations(ways))}


def _transformations(ways: Ways) -> Iterator[dict[str, Any]]:
    for (how, masking), doubt in ways.items():
        described = {"description": doubt} if doubt else {}
        yield {"type": how.type, "subtype": str(how), "masking": masking, **described}


def lineage(flow: Flow, out: Name) -> Facet:
    """The job's explicit lineage: what went into ``out``, as datasets and by column.

    What the notebook made itself (a literal frame) is an input of type JOB: this job.
    """
    namespace, name = out
    inputs = [_dataset(*source) for source in flow.inputs]
    inputs += [_source(place, ways) for place, ways in flow.whole.items()]
    if flow.made:
        inputs.append({"type": "JOB"})
    fields = {c: {"inputs": [_source(p, ways) for p, ways in sources.items()]} for c, sources in flow.fields.items()}
    entry = {"namespace": namespace, "name": name, "type": "DATASET", "inputs": inputs, "fields": fields}
    return facet("LineageJobFacet", entries=[entry])


def _source(place: Place, ways: Ways) -> dict[str, Any]:
    namespace, name, column = place
    told = {**_dataset(namespace, name), "transformations": list(_transformations(ways))}
    return {**told, "field": column} if column else told


def _dataset(namespace: str, name: str) -> dict[str, Any]:
    return {"namespace": namespace, "name": name, "type": "DATASET"}
