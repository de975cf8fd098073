"""What flowed into a dataset: its columns from columns of other datasets.

A column's own sources stand with the column. What chose, joined, grouped or sorted the rows of the whole dataset
stands beside them once. What is only known as "anything may have gone anywhere" names no column: the datasets stay
among the inputs, and the run's extractionError says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lineage_ext.emit.openlineage.fields import field_names
from lineage_ext.emit.openlineage.names import Name
from lineage_ext.model import WHOLE, ColumnEdge, Confidence, Dataset, Transformation

MOST_EDGES = 5_000
Place = tuple[str, str, str]
"""Namespace, name and field. The field is empty where the dataset's rows count and no column of it."""
Ways = dict[tuple[Transformation, bool], str]
"""How something influences and whether masked on the way → what is to be said of how that is known ("" if exactly)."""


@dataclass(slots=True)
class Flow:
    """Into one dataset: ``fields`` by column, ``whole`` for all of it, ``inputs`` by name.

    ``made`` says that values came from the notebook itself; ``omitted`` counts columns left out for size.
    """

    inputs: dict[Name, list[Dataset]]
    fields: dict[str, dict[Place, Ways]] = field(default_factory=dict)
    whole: dict[Place, Ways] = field(default_factory=dict)
    made: bool = False
    omitted: int = 0


def flow(out: Dataset, inputs: dict[Name, list[Dataset]], edges: Iterable[ColumnEdge], *, made: bool = False) -> Flow:
    """What ``edges`` into ``out`` say. Those from datasets that are no ``inputs`` are passed over."""
    found = Flow(inputs, made=made)
    places = {d.no: (name, field_names(d)) for name, versions in inputs.items() for d in versions}
    names = field_names(out)
    columns: list[ColumnEdge] = []
    for edge in edges:
        if edge.target.slot not in WHOLE:  # columns that data chose concern all of it, as rows and their order do
            columns.append(edge)
        elif not edge.transformation.direct:
            _add(found.whole, _place(places, edge), edge)
    _fill(found, columns, names, places)
    return found


def _fill(found: Flow, edges: list[ColumnEdge], names: Mapping[int, str], places: _Named) -> None:
    """Each column's sources, but for what stands in ``whole`` already. Columns are told wholly or not at all."""
    total = 0
    left_out: set[str] = set()
    for edge in edges:
        name, place = names[edge.target.slot], _place(places, edge)
        if _way(edge) in found.whole.get(place or ("", "", ""), ()):
            continue
        total += _add(found.fields.setdefault(name, {}), place, edge)
        if total > MOST_EDGES:
            left_out.add(name)
    told = (name for name in names.values() if found.fields.get(name) and name not in left_out)
    found.fields = {name: found.fields[name] for name in told}
    found.omitted = len(left_out)


_Named = dict[int, tuple[Name, dict[int, str]]]


def _place(places: _Named, edge: ColumnEdge) -> Place | None:
    """What the source of an edge is called outside."""
    if edge.source.dataset not in places:
        return None
    name, fields = places[edge.source.dataset]
    return (*name, fields.get(edge.source.slot, ""))


def _add(ways: dict[Place, Ways], place: Place | None, edge: ColumnEdge) -> bool:
    """Enter an edge; whether it is one that is told."""
    if place is None or edge.confidence is Confidence.OPAQUE or (not place[2] and not edge.transformation.direct):
        return False
    exact = edge.confidence is Confidence.EXACT
    ways.setdefault(place, {})[_way(edge)] = "" if exact else f"{edge.confidence}: {edge.reason}".rstrip(": ")
    return True


def _way(edge: ColumnEdge) -> tuple[Transformation, bool]:
    return edge.transformation, edge.masking
