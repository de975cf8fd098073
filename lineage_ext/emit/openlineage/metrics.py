"""What a Parquet file says of its own columns: the footer has rows, nulls and distinct values, so nothing is profiled.

Read only where pyarrow is loaded already, from the file that was read or written: another one there tells nothing.
"""

from __future__ import annotations

import sys
from typing import Any

from lineage_ext.emit.openlineage.facet import Facet, facet
from lineage_ext.fingerprint import look
from lineage_ext.model import ExternalFacet

MOST_CHUNKS = 20_000  # columns times row groups: 20 ms on the worker


def column_metrics(path: str, external: ExternalFacet, columns: set[str]) -> Facet | None:
    """Of those ``columns`` that the file keeps statistics of; None where there are none, or the file has changed."""
    parquet: Any = sys.modules.get("pyarrow.parquet")
    if parquet is None or external.format != "parquet" or external.files != 1:
        return None
    if not external.version or look(path, digest=False).version != external.version:
        return None
    try:
        footer = parquet.read_metadata(path)
    except (OSError, ValueError):  # ArrowInvalid is a ValueError
        return None
    if footer.num_columns * footer.num_row_groups > MOST_CHUNKS:
        return None
    found = {name: told for name, i in _flat(footer).items() if name in columns and (told := _of(footer, i))}
    if not found:
        return None
    return facet(
        "DataQualityMetricsDatasetFacet",
        rowCount=footer.num_rows, bytes=external.size, fileCount=1, columnMetrics=found,
    )  # fmt: skip


def _flat(footer: Any) -> dict[str, int]:
    """Name → number of every column that isn't a part of another."""
    names = (footer.schema.column(i) for i in range(footer.num_columns))
    return {column.name: i for i, column in enumerate(names) if column.path == column.name}


def _of(footer: Any, column: int) -> dict[str, int]:
    groups = [footer.row_group(g).column(column).statistics for g in range(footer.num_row_groups)]
    if not groups or not all(s is not None and s.has_null_count for s in groups):
        return {}
    nulls = sum(s.null_count for s in groups)
    told = {"count": footer.num_rows - nulls, "nullCount": nulls}
    if len(groups) == 1 and groups[0].has_distinct_count:  # those of several groups may be the same values
        told["distinctCount"] = groups[0].distinct_count
    return told
