"""What flowed into an external dataset, over any number of operations: its columns from columns outside.

A column's own sources stand with the column. What chose, joined, grouped or sorted the rows of the whole dataset
stands beside them once. What is only known as "anything may have gone anywhere" names no column: the datasets stay
among the inputs, and the run's extractionError says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lineage_ext.emit.openlineage.names import Name, name_of
from lineage_ext.graph import LineageGraph
from lineage_ext.model import ColumnEdge, ColumnRef, Confidence, Dataset, Transformation

MOST_EDGES = 5_000
Place = tuple[str, str, str]
"""Namespace, name and field. The field is empty where the dataset's rows count and no column of it."""
Ways = dict[Transformation, str]
"""How something influences, and what is to be said of how that is known ("" if exactly)."""


@dataclass(slots=True)
class Flow:
    """Of one external dataset: ``fields`` by column, ``whole`` for all of it, ``inputs`` by name.

    ``made`` says that values came from the notebook itself; ``omitted`` counts columns left out for size.
    """

    inputs: dict[Name, list[Dataset]] = field(default_factory=dict)
    fields: dict[str, dict[Place, Ways]] = field(default_factory=dict)
    whole: dict[Place, Ways] = field(default_factory=dict)
    made: bool = False
    omitted: int = 0


def flow(graph: LineageGraph, out: Dataset, *, appended: bool = False) -> Flow:
    """What flowed into ``out``. If it was ``appended`` to, what it held before is no input."""
    found = Flow()
    for no in graph.sources(out.no):
        source = graph.dataset(no)
        if not source.external:
            found.made = True
        elif not (appended and name_of(source) == name_of(out)):
            found.inputs.setdefault(name_of(source), []).append(source)
    places = _Places(found.inputs)
    for edge in graph.rows(out.no):
        _add(found.whole, places, edge)
    _fill(found, places, out, graph.edges(out.no))
    return found


def _fill(found: Flow, places: _Places, out: Dataset, edges: Iterable[ColumnEdge]) -> None:
    """Each column's sources, but for what stands in ``whole`` already. Columns are told wholly or not at all."""
    names = field_names(out)
    total = 0
    left_out: set[int] = set()
    for edge in edges:
        slot = edge.target.slot
        column = found.fields.setdefault(names[slot], {})
        total += _add(column, places, edge, besides=found.whole)
        if total > MOST_EDGES:
            left_out.add(slot)
    for slot in left_out:
        del found.fields[names[slot]]
    found.fields = {name: sources for name, sources in found.fields.items() if sources}
    found.omitted = len(left_out)


def _add(ways: dict[Place, Ways], places: _Places, edge: ColumnEdge, besides: dict[Place, Ways] | None = None) -> bool:
    """Enter an edge; whether it was one that is told."""
    place = places.of(edge.source)
    how = edge.transformation
    if place is None or edge.confidence is Confidence.OPAQUE or (not place[2] and not how.direct):
        return False
    if besides and how in besides.get(place, ()):
        return False
    ways.setdefault(place, {})[how] = "" if edge.confidence is Confidence.EXACT else f"{edge.confidence}: {edge.reason}"
    return True


class _Places:
    """Finds what a slot of an input is called outside."""

    def __init__(self, inputs: dict[Name, list[Dataset]]) -> None:
        self._named = {d.no: (name, field_names(d)) for name, versions in inputs.items() for d in versions}

    def of(self, ref: ColumnRef) -> Place | None:
        """None for what isn't an input, such as the version an appending write keeps."""
        if ref.dataset not in self._named:
            return None
        name, fields = self._named[ref.dataset]
        return (*name, fields[ref.slot] if ref.slot >= 0 else "")


def field_names(dataset: Dataset) -> list[str]:
    """Names for a dataset's columns, none of them blank: pandas calls a column without a header so, too."""
    return [f.name if f.name.strip() else f"Unnamed: {i}" for i, f in enumerate(dataset.fields)]
