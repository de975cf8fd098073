"""A dataset named by the user: something outside that pandas didn't read or write itself."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from lineage_ext.model.facets import Facet


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """An external dataset, named as OpenLineage names it: ``DatasetRef("kafka://broker:9092", "orders")``.

    ``columns`` are its columns, if they are other than those of the value that came from it; ``format`` says what it is
    (kafka, rest, feast …), ``version`` which state of it was seen. https://openlineage.io/docs/spec/naming
    """

    namespace: str
    name: str
    format: str = ""
    columns: tuple[Hashable, ...] = ()
    version: str = ""
    facets: tuple[Facet, ...] = ()
