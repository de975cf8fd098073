"""What is told of an operation before it is explained, so that a kill loses no record of it.

As little as can be: it is told while a cell computes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from lineage_ext.model import DatasetKind, Position, Run


class Output(NamedTuple):
    """An object that an operation made: the number of its Dataset, under which number its labels are told, if it has
    more than one, else the label."""

    no: int
    kind: DatasetKind
    labels: int
    label: Hashable
    rows: int | None
    of: int | None


class Note(NamedTuple):
    """A recorded operation that waits to be explained.

    ``at`` counts the records of a session. ``cell`` is the number of the cell run, ``inputs`` are those of Datasets
    that it was given; ``started`` and ``ended`` are ns since the epoch, ``times`` says how often it was called,
    ``error`` which type of exception passed.
    """

    at: int
    cell: int
    operation: str
    started: int
    ended: int
    inputs: tuple[int, ...] = ()
    outputs: tuple[Output, ...] = ()
    position: Position | None = None
    times: int = 1
    error: str = ""


Labels = Mapping[int, tuple[Hashable, ...]]


class Notes(NamedTuple):
    """What a session hands to those of its processors that have ``on_notes``.

    ``cells`` that began ("start") or ended ("end") are told of again, in order with the operations, when it is time for
    that. ``labels`` are those of the outputs. Of the operations told before, those up to number ``explained`` have been
    passed on.
    """

    cells: tuple[tuple[str, Run], ...] = ()
    operations: tuple[Note, ...] = ()
    labels: Labels = MappingProxyType({})
    explained: int = 0
