"""An event as one line of strict JSON: no NaN, no numpy scalar, no key that isn't text, not too long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lineage_ext.store.plain import dumps, storable, text_of

Event = dict[str, Any]
MOST_BYTES = 900_000  # Kafka's default limit of a message is 1 MB
SPARE = (("run", "lineageExt_operations"), ("job", "sourceCode"), ("job", "lineage"))
"""What an event that is too long goes without, in this order; then the column lineage and the columns."""


def encode(event: Event) -> bytes:
    """The line, its end included. Most events are plain already, which is found out by writing them."""
    clean = event
    try:
        line = _line(event)
    except (TypeError, ValueError):
        clean = sanitised(event)
        line = _line(clean)
    if len(line) > MOST_BYTES:
        clean = sanitised(clean)  # a copy: its other events share the parts
    for place, key in SPARE if len(line) > MOST_BYTES else ():
        clean[place]["facets"].pop(key, None)
        line = _line(clean)
        if len(line) <= MOST_BYTES:
            return line
    for key in ("columnLineage", "schema") if len(line) > MOST_BYTES else ():
        for dataset in (*clean["inputs"], *clean["outputs"]):
            dataset["facets"].pop(key, None)
        line = _line(clean)
        if len(line) <= MOST_BYTES:
            break
    return line


def _line(event: Event) -> bytes:
    return storable(dumps(event)).encode() + b"\n"


def sanitised(value: Any) -> Any:
    """JSON values. What JSON can't say becomes text; None and NaN are left out."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        clean = ((str(k), sanitised(v)) for k, v in value.items())
        return {k: v for k, v in clean if v is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [v for v in map(sanitised, value) if v is not None]
    item = getattr(value, "item", None)  # a numpy scalar
    return sanitised(item()) if callable(item) and getattr(value, "ndim", 1) == 0 else text_of(value)
