"""One version of something that holds columns, inside the process or outside."""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext.model.facets import Facet
from lineage_ext.model.schema import Field, Schema
from lineage_ext.model.words import DatasetKind


@dataclass(frozen=True, slots=True)
class Dataset:
    """One version of something that holds columns.

    ``no`` numbers the versions of a session (unique, dense). An external dataset is named as OpenLineage names it
    (``namespace``, ``name``); an in-memory one has namespace ``inmemory://``. ``rows`` is its length, None if unknown.
    ``of`` is the ``no`` of the earlier version of the same object after an in-place change, else None.
    """

    no: int
    kind: DatasetKind
    schema: Schema
    namespace: str = "inmemory://"
    name: str = ""
    rows: int | None = None
    of: int | None = None
    facets: tuple[Facet, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns."""
        return self.schema.fields

    @property
    def external(self) -> bool:
        """Whether it lives outside the process."""
        return self.kind is DatasetKind.EXTERNAL
