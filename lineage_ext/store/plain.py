"""Lineage as strict JSON values: no NaN, no numpy scalar, no key that isn't text.

Column labels can be anything hashable. What JSON has (text, numbers, booleans, null) stands for itself, a tuple is
``{"tuple": [...]}``, anything else ``{"type": "Timestamp", "text": "2026-01-01 00:00:00"}`` and is read back as a
``Label`` that prints the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from lineage_ext import model
from lineage_ext.model import Block, ColumnMap, Confidence, DatasetKind, Facet, Schema, Transformation

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
MOST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Label:
    """A stored label of a type JSON doesn't have: a Timestamp, an enum member."""

    type: str
    text: str

    def __str__(self) -> str:
        return self.text


def dumps(value: Any) -> str:
    """JSON text. Raises ValueError for NaN, TypeError for what isn't plain."""
    return _ENCODER.encode(value)


def plain(value: Any) -> Any:
    """Any value as JSON values; what JSON can't say becomes text."""
    if value is None or isinstance(value, bool | str):
        return str(value) if isinstance(value, str) else value  # str: an enum member becomes its text
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return plain(value.item()) if _is_numpy_scalar(value) else text_of(value)


def text_of(value: Any) -> str:
    """``str(value)``, whatever it is."""
    try:
        return str(value)[:MOST_TEXT]
    except Exception:
        return f"({type(value).__name__})"


def storable(text: str) -> str:
    """``text`` without lone surrogates: neither SQLite nor a UTF-8 file takes them."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _is_numpy_scalar(value: Any) -> bool:
    return type(value).__module__ == "numpy" and hasattr(value, "item") and getattr(value, "ndim", 1) == 0


# -- labels and schemas ----------------------------------------------------------------------------------------------
def label(value: Hashable) -> Any:
    """A column label as JSON."""
    if value is None or type(value) in {bool, int, str}:
        return value
    if type(value) is tuple:
        return {"tuple": [label(v) for v in value]}
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, Label):
        return {"type": value.type, "text": value.text}
    if _is_numpy_scalar(value) and type(value.item()) is not type(value):  # type: ignore[attr-defined]
        return label(value.item())  # type: ignore[attr-defined]
    return {"type": type(value).__name__, "text": text_of(value)}


def label_from(stored: Any) -> Hashable:
    """The label that ``label`` stored."""
    if isinstance(stored, dict):
        if "tuple" in stored:
            return tuple(label_from(v) for v in stored["tuple"])
        return Label(stored["type"], stored["text"])
    return stored  # type: ignore[no-any-return]


def schema(value: Schema) -> dict[str, Any]:
    """A Schema as JSON; what is empty is left out."""
    found = {
        "kind": str(value.kind),
        "labels": [label(v) for v in value.labels],
        "index": [label(v) for v in value.index],
        "keys": [label(v) for v in value.keys],
        "types": list(value.types),
        "traits": list(value.traits),
        "spread": list(value.spread),
        "unique": list(value.unique),
    }
    return {k: v for k, v in found.items() if v}


def schema_from(stored: Mapping[str, Any]) -> Schema:
    """The Schema that ``schema`` stored."""

    def labels(name: str) -> tuple[Hashable, ...]:
        return tuple(label_from(v) for v in stored.get(name, ()))

    return Schema(
        DatasetKind(stored["kind"]),
        labels("labels"),
        labels("index"),
        labels("keys"),
        tuple(stored.get("types", ())),
        tuple(stored.get("traits", ())),
        tuple(stored.get("spread", ())),
        tuple(stored.get("unique", ())),
    )


# -- column maps -----------------------------------------------------------------------------------------------------
def column_map(value: ColumnMap) -> list[list[Any]]:
    """A ColumnMap as JSON: one list per block, with a 1 at its end if it masks."""
    return [
        [
            b.output, b.input, _slots(b.targets), _slots(b.sources), str(b.transformation), str(b.confidence),
            int(b.cross), b.reason, *([1] if b.masking else []),
        ]
        for b in value.blocks
    ]  # fmt: skip


def column_map_from(stored: Iterable[Sequence[Any]]) -> ColumnMap:
    """The ColumnMap that ``column_map`` stored."""
    return ColumnMap(tuple(_block_from(*parts) for parts in stored))


def _block_from(
    output: int, input: int, targets: Any, sources: Any, how: str, sure: str, cross: int, why: str, masking: int = 0
) -> Block:
    slots = _slots_from(targets), _slots_from(sources)
    return Block(output, input, *slots, Transformation(how), Confidence(sure), bool(cross), why, bool(masking))


def _slots(slots: Sequence[int]) -> Any:
    """Slots as a list, or ``"first:end"`` for four and more in a row."""
    listed = list(slots)
    if len(listed) > 3 and listed == list(range(listed[0], listed[0] + len(listed))):
        return f"{listed[0]}:{listed[0] + len(listed)}"
    return listed


def _slots_from(stored: Any) -> Sequence[int]:
    if isinstance(stored, str):
        first, _, end = stored.partition(":")
        return range(int(first), int(end))
    return tuple(stored)


# -- facets ----------------------------------------------------------------------------------------------------------
def facets(values: Iterable[Facet]) -> dict[str, Any]:
    """Facets as JSON: class name → its fields."""
    return {type(f).__name__: {x.name: plain(getattr(f, x.name)) for x in fields(f)} for f in values}


def facets_from(stored: Mapping[str, Mapping[str, Any]]) -> tuple[Facet, ...]:
    """The facets that ``facets`` stored; kinds this version doesn't know are left out."""
    found = []
    for name, values in stored.items():
        kind = getattr(model, name, None)
        if isinstance(kind, type) and issubclass(kind, Facet):
            known = {f.name for f in fields(kind)}
            found.append(kind(**{k: _tuples(v) for k, v in values.items() if k in known}))
    return tuple(found)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value
