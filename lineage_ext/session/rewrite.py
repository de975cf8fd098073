"""Runs with their texts changed. What doesn't change stays the same object; what many Runs share is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from lineage_ext.model import Block, ColumnMap, Dataset, Facet, Job, Position, Run, Schema
from lineage_ext.session.note import Note, Notes, Output

MOST_KEPT = 4_096
T = TypeVar("T")


class Rewrite:
    """Base: changes nothing. Subclasses say what becomes of a ``text``, ``source``, ``label`` and ``facet``."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._labels: dict[str, Hashable] = {}
        self._same: set[str] = set()  # labels that stay what they are
        self._kept: dict[int, tuple[Any, Any]] = {}  # id → the object, what becomes of it

    def text(self, text: str) -> str:
        """Any text: names of jobs and datasets, reasons."""
        return text

    def source(self, text: str) -> str:
        """Python source."""
        return text

    def label(self, label: Hashable) -> Hashable:
        """A column's label, an index level's name."""
        return label

    def facet(self, facet: Facet) -> Facet:
        """A facet of a run or dataset."""
        return facet

    def forget(self) -> None:
        """What was unchanged may be no longer."""
        self._texts.clear()
        self._labels.clear()
        self._same.clear()
        self._kept.clear()

    # -- a Run and what it is made of --------------------------------------------------------------------------------
    def run(self, run: Run) -> Run:
        """The Run, rewritten."""
        job, position = self.once(run.job, self.job), run.position and self.once(run.position, self.position)
        inputs, outputs = each(run.inputs, self.dataset), each(run.outputs, self.dataset)
        column_map, facets = self.once(run.column_map, self.column_map), each(run.facets, self.facet)
        if (
            job is run.job
            and inputs is run.inputs
            and outputs is run.outputs
            and column_map is run.column_map
            and position is run.position
            and facets is run.facets
        ):
            return run  # as nearly all are: ``changed`` takes three times as long to find that out
        return changed(
            run, job=job, inputs=inputs, outputs=outputs, column_map=column_map, position=position, facets=facets
        )

    def noted(self, notes: Notes) -> Notes:
        """What is told of operations beforehand, rewritten."""
        labels = {number: self.once(labels, self._each_label) for number, labels in notes.labels.items()}
        return notes._replace(labels=labels, operations=tuple(map(self._note, notes.operations)))

    def _each_label(self, labels: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        return labels if self._same.issuperset(labels) else each(labels, self._known_label)

    def _note(self, note: Note) -> Note:
        outputs = each(note.outputs, self._output)
        position = note.position and self.once(note.position, self.position)
        if outputs is note.outputs and position is note.position:
            return note
        return note._replace(outputs=outputs, position=position)

    def _output(self, output: Output) -> Output:
        label = self._known_label(output.label)
        return output if label is output.label else output._replace(label=label)

    def job(self, job: Job) -> Job:
        """What it is a run of."""
        return changed(job, namespace=self.known(job.namespace), name=self.known(job.name))

    def dataset(self, dataset: Dataset) -> Dataset:
        """A dataset version."""
        schema, namespace = self.once(dataset.schema, self.schema), self.known(dataset.namespace)
        name = self.known(dataset.name) if dataset.external else self._numbered(dataset.name)
        facets = each(dataset.facets, self.facet)
        if (
            schema is dataset.schema
            and namespace is dataset.namespace
            and name is dataset.name
            and facets is dataset.facets
        ):
            return dataset
        return changed(dataset, schema=schema, namespace=namespace, name=name, facets=facets)

    def _numbered(self, name: str) -> str:
        """``reports/sales/123``: the number is ours."""
        folder, slash, number = name.rpartition("/")
        shown = self.known(folder)
        return name if shown is folder else f"{shown}{slash}{number}"

    def schema(self, schema: Schema) -> Schema:
        """The labels of datasets."""
        names = ("labels", "index", "keys", "traits")
        return changed(schema, **{name: self._each_label(getattr(schema, name)) for name in names})

    def _known_label(self, label: Hashable) -> Hashable:
        """``self.label(label)``, asked once for each text: the tables of a notebook share most of theirs."""
        if type(label) is not str or len(label) >= 1_000:
            return self.label(label)
        found = self._labels.get(label)
        if found is None:
            if len(self._labels) >= MOST_KEPT:
                self._labels.clear()
                self._same.clear()
            found = self._labels[label] = self.label(label)
            if found == label:
                self._same.add(label)
        return label if found == label else found

    def column_map(self, column_map: ColumnMap) -> ColumnMap:
        """Edges: only their reasons are texts."""
        return changed(column_map, blocks=each(column_map.blocks, self._block))

    def _block(self, block: Block) -> Block:
        reason = self.known(block.reason)
        return block if reason is block.reason else block._replace(reason=reason)

    def position(self, position: Position) -> Position:
        """A place in the source, with its text."""
        return changed(position, file=self.known(position.file), text=self.source(position.text))

    # -- once --------------------------------------------------------------------------------------------------------
    def known(self, text: str) -> str:
        """``self.text(text)``, asked once for each short text; the same object if nothing changed."""
        found = self._texts.get(text)
        if found is None:
            found = self.text(text)
            if len(text) < 1_000:
                if len(self._texts) >= MOST_KEPT:
                    self._texts.clear()
                self._texts[text] = found
        return text if found == text else found

    def once(self, value: T, make: Callable[[T], T]) -> T:
        """``make(value)``, asked once for each object."""
        known = self._kept.get(id(value))
        if known is None or known[0] is not value:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[id(value)] = (value, make(value))
        result: T = known[1]
        return result


def each(values: tuple[T, ...], make: Callable[[T], T]) -> tuple[T, ...]:
    """``make`` of every value; the same tuple if nothing changed."""
    if not values:
        return values
    made = tuple(map(make, values))
    for before, after in zip(values, made, strict=True):
        if before is not after:
            return made
    return values


def changed(value: T, **changes: Any) -> T:
    """``value`` with these fields; the same object if they are what they were."""
    new = {}
    for name, change in changes.items():
        before = getattr(value, name)
        if before is not change and (not isinstance(change, str) or before != change):
            new[name] = change
    return replace(value, **new) if new else value  # type: ignore[type-var]
