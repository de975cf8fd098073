"""Everything about one run or dataset, for the drawer that opens on a click."""

from __future__ import annotations

from typing import Any

from lineage_ext.model import Dataset, Run
from lineage_ext.store import plain

MOST_COLUMNS = 10_000


def of_run(run: Run) -> dict[str, Any]:
    """Ids, position and facets of a session, cell or operation. They have passed the session's gate."""
    place = run.position
    return {
        "id": run.id,
        "job": run.job.name,
        "namespace": run.job.namespace,
        "parent": run.parent_id,
        "position": place
        and {
            "file": place.file,
            "line": place.line,
            "end_line": place.end_line,
            "text": place.text,
        },
        "facets": plain.facets(run.facets),
    }


def of_dataset(dataset: Dataset, variables: tuple[str, ...]) -> dict[str, Any]:
    """Name, all columns (at most MOST_COLUMNS), facets, and the variables that held this version."""
    schema = dataset.schema
    return {
        "namespace": dataset.namespace,
        "name": dataset.name,
        "columns": [[f.name, f.type] for f in schema.fields[:MOST_COLUMNS]],
        "index": list(schema.index_names),
        "keys": [schema.slot_name(-1001 - i)[5:-1] for i in range(len(schema.keys))],
        "variables": list(variables),
        "facets": plain.facets(dataset.facets),
        "openlineage": {"namespace": dataset.namespace, "name": dataset.name},
    }
