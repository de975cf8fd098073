"""How much memory columns take, as far as dtypes tell: what ``memory_usage(deep=False)`` says."""

from __future__ import annotations

import re

from lineage_ext.model import DatasetKind, Schema

_SIZES = {"object": 8, "bool": 1, "boolean": 2}
_NUMBER = re.compile(r"(?:u?int|float|complex)(\d+)$")
_MOMENT = re.compile(r"(?:datetime64|timedelta64|period)\[")
_MASKED = re.compile(r"(?:U?Int|Float)(\d+)$")


def bytes_a_row(schema: Schema) -> tuple[int | None, int]:
    """(bytes a row of the columns whose dtype tells, number of columns whose dtype doesn't) of a frame or series.

    The bytes are None for anything else, and where dtypes aren't known.
    """
    if schema.kind not in {DatasetKind.FRAME, DatasetKind.SERIES}:
        return None, 0
    if len(schema.types) != len(schema.labels):
        return None, len(schema.labels)
    sizes = [_size(name) for name in schema.types]
    return sum(s or 0 for s in sizes), sizes.count(None)


def _size(dtype: str) -> int | None:
    if dtype in _SIZES:
        return _SIZES[dtype]
    if found := _NUMBER.match(dtype):
        return int(found[1]) // 8
    if found := _MASKED.match(dtype):
        return int(found[1]) // 8 + 1  # a byte of mask each
    return 8 if _MOMENT.match(dtype) else None
