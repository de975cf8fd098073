"""The nouns everything else passes around: Run, Dataset, ColumnEdge and what they are made of.

A Run is a span of work (session, cell, operation), a Dataset one version of something that holds columns, and a
ColumnMap says which slots of which inputs fed which slots of which outputs. All are frozen values; nothing here
imports anything but the standard library, so every room may use it.

To add a noun: a frozen dataclass in the file it belongs to (facets in ``facets`` or ``further_facets``), named here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lineage_ext.model.column_map import Block, ColumnEdge, ColumnMap, ColumnRef, Upstream
from lineage_ext.model.dataset import Dataset
from lineage_ext.model.dataset_ref import DatasetRef
from lineage_ext.model.facets import (
    CodeFacet,
    ErrorFacet,
    Facet,
    NamesFacet,
    NotebookFacet,
    OpaqueFacet,
    ResourceFacet,
)
from lineage_ext.model.run import Job, Position, Run
from lineage_ext.model.schema import Field, Schema, label_text
from lineage_ext.model.slots import COLUMNS, ORDER, ROWS, WHOLE, is_key, is_level, key, level
from lineage_ext.model.words import Confidence, DatasetKind, RunKind, RunState, Transformation

if TYPE_CHECKING:
    from lineage_ext.model.further_facets import (
        ContentFacet,
        DataflowFacet,
        DegradedFacet,
        ExternalFacet,
        ParentFacet,
        ResultFacet,
        StreamFacet,
        TraceFacet,
    )

__all__ = [
    "Block",
    "COLUMNS",
    "CodeFacet",
    "ColumnEdge",
    "ColumnMap",
    "ColumnRef",
    "Confidence",
    "Dataset",
    "DataflowFacet",
    "DatasetKind",
    "ContentFacet",
    "DatasetRef",
    "ErrorFacet",
    "ExternalFacet",
    "Facet",
    "Field",
    "Job",
    "NamesFacet",
    "NotebookFacet",
    "ORDER",
    "DegradedFacet",
    "OpaqueFacet",
    "ParentFacet",
    "Position",
    "ROWS",
    "ResourceFacet",
    "ResultFacet",
    "Run",
    "RunKind",
    "RunState",
    "Schema",
    "StreamFacet",
    "TraceFacet",
    "Transformation",
    "Upstream",
    "WHOLE",
    "is_key",
    "is_level",
    "key",
    "label_text",
    "level",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.further_facets"), name)  # asked for once
    return found
