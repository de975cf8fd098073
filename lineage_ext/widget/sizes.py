"""How much memory a dataset's columns take, as far as rows and dtypes tell: what ``memory_usage(deep=False)`` says."""

from __future__ import annotations

import re

from lineage_ext.model import Dataset, DatasetKind

_SIZES = {"object": 8, "bool": 1, "boolean": 2}
_NUMBER = re.compile(r"(?:u?int|float|complex)(\d+)$")
_MOMENT = re.compile(r"(?:datetime64|timedelta64|period)\[")
_MASKED = re.compile(r"(?:U?Int|Float)(\d+)$")


def shallow_bytes(dataset: Dataset) -> tuple[int | None, int]:
    """(bytes of the columns whose dtype tells, number of columns whose dtype doesn't) of a frame or series.

    The bytes are None for anything else, and where rows or dtypes aren't known.
    """
    types = dataset.schema.types
    if dataset.rows is None or dataset.kind not in {DatasetKind.FRAME, DatasetKind.SERIES}:
        return None, 0
    if len(types) != len(dataset.schema.labels):
        return None, len(dataset.schema.labels)
    sizes = [_size(name) for name in types]
    return dataset.rows * sum(s or 0 for s in sizes), sizes.count(None)


def _size(dtype: str) -> int | None:
    if dtype in _SIZES:
        return _SIZES[dtype]
    if found := _NUMBER.match(dtype):
        return int(found[1]) // 8
    if found := _MASKED.match(dtype):
        return int(found[1]) // 8 + 1  # a byte of mask each
    return 8 if _MOMENT.match(dtype) else None
