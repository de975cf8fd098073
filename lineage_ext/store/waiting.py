"""Operations that were recorded and not explained before the process ended: opaque, with what is known of them.

A row has those that were told of together: the labels of what they made by number, and the operations. Some of them may
be explained and stored meanwhile; they are known by their cell and start.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from itertools import count
from typing import Any, NamedTuple

from lineage_ext.clock import uuid7
from lineage_ext.model import (
    ORDER,
    ROWS,
    Block,
    ColumnMap,
    Confidence,
    Dataset,
    DatasetKind,
    ErrorFacet,
    Job,
    OpaqueFacet,
    Position,
    Run,
    RunKind,
    RunState,
    Schema,
    Transformation,
)
from lineage_ext.session.note import Note, Notes, Output
from lineage_ext.store import plain

KILLED, RUNS = "the process was killed before it was explained", "not explained yet"
ALONE = frozenset({DatasetKind.SERIES, DatasetKind.ARRAY, DatasetKind.SCALAR, DatasetKind.VALUE})  # one column
Labels = Mapping[str, list[Any]]


def body(notes: Notes) -> list[Any]:
    """A row, as JSON."""
    labels = {str(number): [plain.label(value) for value in values] for number, values in notes.labels.items()}
    return [labels, [_stored(note) for note in notes.operations]]


def _stored(note: Note) -> tuple[Any, ...]:
    p = note.position
    outputs = [(o.no, o.kind, o.labels, plain.label(o.label), o.rows, o.of) for o in note.outputs]
    place = p and (p.file, p.line, p.end_line, p.column, p.end_column, p.text)
    return (*note[:6], outputs, place, *note[8:])


class Told(NamedTuple):
    """Of one session, those that ``op`` doesn't have."""

    rows: list[tuple[Labels, list[Any]]]

    @classmethod
    def of(cls, db: sqlite3.Connection, session: int) -> Told:
        """Stores of before have no table for them. Raises sqlite3.Error, ValueError."""
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'waiting'").fetchone() is None:
            return cls([])
        bodies = db.execute("SELECT body FROM waiting WHERE session = ? ORDER BY at", (session,))
        rows = [(labels, note) for labels, notes in map(json.loads, (b for (b,) in bodies)) for note in notes]
        explained = _explained(db, session, min(note[3] for _, note in rows)) if rows else ()
        return cls([row for row in rows if (row[1][1], row[1][3]) not in explained])

    def runs(self, session: Run, cells: Mapping[int, str], datasets: dict[int, Dataset], first: int) -> Iterator[Run]:
        """Their Runs in order, numbered from ``first``. ``cells`` are the ids of cell runs by number; ``datasets``
        those read so far, to which it adds."""
        reason = RUNS if session.state is RunState.START else KILLED
        for no, (labels, stored) in zip(count(first), self.rows, strict=False):
            at, cell, name, started, ended, given, made, place, times, error = stored
            inputs = tuple(datasets[n] for n in given if n in datasets)
            outputs = tuple(_dataset(Output(*o), labels, session.job.name) for o in made)
            datasets.update((out.no, out) for out in outputs)
            facets = (OpaqueFacet(reason), *((ErrorFacet(error, ""),) if error else ()))
            yield Run(
                no, _id(session.id, at, started), RunKind.OPERATION, RunState.FAIL if error else RunState.COMPLETE,
                Job(session.job.namespace, name), started, ended, cells.get(cell, session.id), inputs, outputs,
                _everything(inputs, outputs, reason), Position(*place) if place else None, None, times, facets,
            )  # fmt: skip


def _explained(db: sqlite3.Connection, session: int, since: int) -> Collection[tuple[int, int]]:
    rows = db.execute("SELECT execution, started FROM op WHERE session = ? AND started >= ?", (session, since))
    return {(cell or 0, started) for cell, started in rows}


def _id(session: str, at: int, started: int) -> str:
    """The same whenever it is read."""
    return uuid7(started, blake2b(f"{session} {at}".encode(), digest_size=10).digest())


def _dataset(out: Output, labels: Labels, name: str) -> Dataset:
    kind = DatasetKind(out.kind)
    stored = labels.get(str(out.labels), []) if kind is DatasetKind.FRAME else [out.label] if kind in ALONE else []
    schema = Schema(kind, tuple(map(plain.label_from, stored)))
    return Dataset(out.no, kind, schema, "inmemory://", f"{name}/{out.no}", out.rows, out.of)


def _everything(inputs: tuple[Dataset, ...], outputs: tuple[Dataset, ...], reason: str) -> ColumnMap:
    """Every part of what was given to every part of what came out, as far as anybody knows."""
    blocks = []
    for i, given in enumerate(inputs):
        sources = given.schema.all_slots
        for o, made in enumerate(outputs):
            for targets, of, how in (
                (made.schema.all_slots, sources, Transformation.TRANSFORMATION),
                ((ROWS, ORDER), (ROWS, ORDER, *sources), Transformation.FILTER),
            ):
                blocks.append(Block(o, i, targets, of, how, Confidence.OPAQUE, cross=True, reason=reason))
    return ColumnMap(tuple(blocks))
