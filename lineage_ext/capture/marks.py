"""What the user says himself: that a value came from, or went to, a dataset which pandas didn't read or write.

Consumers of streams, answers of services, feature stores: ``mark_input`` and ``mark_output`` are operations like any
other, intercepted like pandas' own. Where nothing is tracked they do nothing.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from types import FunctionType
from typing import TYPE_CHECKING, TypeVar, cast

from lineage_ext.errors import UsageError
from lineage_ext.model import DatasetRef

if TYPE_CHECKING:
    from lineage_ext.capture.interception import Target

T = TypeVar("T")
Offsets = Mapping[int, tuple[int | None, int | None]]


def mark_input(
    value: T,
    dataset: DatasetRef | str,
    *,
    columns: Iterable[Hashable] = (),
    format: str = "",
    version: str = "",
    partitions: Offsets | None = None,
    watermark: datetime | str | None = None,
) -> T:
    """``value`` came from ``dataset``: a DatasetRef, or a URI like ``kafka://broker:9092/orders``. Returns ``value``.

    A frame's columns come from those of the same name; ``columns`` names them otherwise, in order. ``partitions`` maps
    those of a topic to (first offset, offset after the last); ``watermark`` is the time up to which events are in.
    Raises UsageError for a dataset that can't be named and for offsets that aren't such pairs.
    """
    _input(value, reference(dataset, columns, format, version, partitions, watermark))
    return value


def mark_output(
    value: T,
    dataset: DatasetRef | str,
    *,
    columns: Iterable[Hashable] = (),
    format: str = "",
    version: str = "",
    partitions: Offsets | None = None,
    watermark: datetime | str | None = None,
) -> T:
    """``value`` went to ``dataset``. The same arguments as those of ``mark_input``; raises the same errors."""
    _output(value, reference(dataset, columns, format, version, partitions, watermark))
    return value


def _input(value: object, dataset: DatasetRef) -> object:
    return value


def _output(value: object, dataset: DatasetRef) -> None:
    return None


def targets() -> list[Target]:
    """What is intercepted."""
    from lineage_ext.capture.interception import Target  # not needed where nothing is tracked

    functions = {"mark_input": _input, "mark_output": _output}
    return [Target(cast(FunctionType, function), "", name, "lineage_ext") for name, function in functions.items()]


# -- references ------------------------------------------------------------------------------------------------------
def reference(
    dataset: DatasetRef | str,
    columns: Iterable[Hashable],
    format: str,
    version: str,
    partitions: Offsets | None,
    watermark: datetime | str | None,
) -> DatasetRef:
    """The arguments as one value. Raises UsageError."""
    ref = _named(dataset) if isinstance(dataset, str) else dataset
    if not isinstance(ref, DatasetRef):
        raise UsageError(f"a dataset is a DatasetRef or a URI like kafka://broker:9092/topic, not a {_kind(dataset)}")
    facets = ref.facets
    if partitions is not None or watermark is not None:
        from lineage_ext.model import StreamFacet

        facets = (*facets, StreamFacet(_offsets(partitions or {}), _moment(watermark)))
    names = (columns,) if isinstance(columns, str) else tuple(columns)
    return DatasetRef(
        ref.namespace, ref.name, format or ref.format, names or ref.columns, version or ref.version, facets
    )


def _named(uri: str) -> DatasetRef:
    from lineage_ext.rules.naming import name_of_path

    name = name_of_path(uri, os.getcwd())
    if name is None:
        raise UsageError(f"{uri!r} names no dataset; give a URI with a scheme and a host, or a DatasetRef")
    scheme, separator, _ = uri.partition("://")
    return DatasetRef(*name, format=scheme.lower() if separator else "file")


def _offsets(partitions: Offsets) -> tuple[tuple[int, int | None, int | None], ...]:
    try:
        found = tuple((int(p), _offset(first), _offset(end)) for p, (first, end) in partitions.items())
    except (TypeError, ValueError, AttributeError):
        raise UsageError(
            f"partitions are {{number: (first offset, offset after the last)}}, not {partitions!r}"
        ) from None
    return tuple(sorted(found))


def _offset(value: int | None) -> int | None:
    return None if value is None else int(value)


def _moment(watermark: datetime | str | None) -> str:
    return watermark.isoformat() if isinstance(watermark, datetime) else str(watermark or "")


def _kind(value: object) -> str:
    return type(value).__name__
