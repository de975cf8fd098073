"""What a Trace is made of: Nodes, and Steps that lead from one to others."""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext.model import Confidence, Transformation


@dataclass(frozen=True, slots=True)
class Node:
    """A column of a dataset version, or all of it (``slot`` None).

    ``column`` is the column's text; ``of`` is what the dataset is called: the variable that held it, the file's path,
    or nothing for what never had a name.
    """

    dataset: int
    slot: int | None
    column: str
    of: str
    kind: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation stands in the user's source, and in which cell it ran.

    ``cell`` is the execution count of the cell that ran it, ``cell_id`` the host's id. ``home`` is the cell or file
    that holds the source, when that is another one. ``text`` is the source without credentials: the span of the
    operation, or all of the assignment whose left side that is. Lines from 1, byte columns from 0.
    """

    cell: int | None = None
    cell_id: str = ""
    home: str = ""
    file: str = ""
    line: int = 0
    end_line: int = 0
    column: int = 0
    end_column: int = 0
    text: str = ""

    def holds(self, other: Place) -> bool:
        """Whether ``other`` is a part of this very expression."""
        if not self.line or (self.file, self.cell, self.cell_id) != (other.file, other.cell, other.cell_id):
            return False
        starts = (self.line, self.column) <= (other.line, other.column)
        return starts and (other.end_line, other.end_column) <= (self.end_line, self.end_column)

    def __str__(self) -> str:
        cell = f"[{self.cell}]" if self.cell is not None else (f"cell {self.cell_id}" if self.cell_id else "")
        if self.home:
            return f"{self.home}:{self.line}" + (f" in {cell}" if cell else "")
        return f"{cell}:{self.line}" if cell and self.line else cell


@dataclass(frozen=True, slots=True)
class Link:
    """One input of a step, and how it went in. ``transformation`` is None between whole datasets."""

    node: Node
    transformation: Transformation | None = None
    confidence: Confidence = Confidence.EXACT
    reason: str = ""
    masking: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """An operation, seen from one thing it made. ``run`` and ``run_id`` name the operation's Run.

    ``untouched``: it changed its object in place, but this column only passed through.
    """

    node: Node
    operation: str
    run: int
    run_id: str
    place: Place
    inputs: tuple[Link, ...]
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Columns of one external dataset. ``shown`` is its short name; columns are empty when only its rows matter."""

    dataset: int
    namespace: str
    name: str
    shown: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Influence:
    """An operation that decided which rows there are, or their order: a filter, join, group-by, sort.

    ``inputs`` are the columns it looked at, ``sources`` the external columns behind them. ``rows`` is False when those
    rows went into the value of the asked column (a mean over them) instead of being the dataset's own.
    """

    transformation: Transformation
    operation: str
    run: int
    run_id: str
    place: Place
    inputs: tuple[Link, ...]
    sources: tuple[Source, ...]
    rows: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to ``upstream`` (``direction`` "upstream": down to the sources) or "downstream" (to what was written).

    ``steps`` begin at what was asked and go breadth first; ``omitted`` counts what was left out after the first
    thousands. ``sources`` are complete all the same: the external columns at the far end. ``describes`` is the asked
    dataset in words.
    """

    direction: str
    asked: tuple[Node, ...]
    steps: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()
    influences: tuple[Influence, ...] = ()
    omitted: int = 0
    describes: str = ""
