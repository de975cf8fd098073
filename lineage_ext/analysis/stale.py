"""Which cells are stale: running the notebook again from the top would give them other values than they have.

The cells are replayed twice by their texts (``replay``): as they were run, and in the notebook's order with the texts
and files of now. A cell whose last run had other inputs, or another text, than it would have now is stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lineage_ext.analysis.history import executions, tracked_names
from lineage_ext.analysis.replay import Execution, Outcome, Replay
from lineage_ext.fingerprint import look
from lineage_ext.graph import LineageGraph

MOST_REASONS = 3
Document = Sequence[tuple[str, str]]
"""The notebook's code cells in order: (cell id, source)."""


@dataclass(frozen=True, slots=True)
class StaleCell:
    """A cell and why it is stale. ``variables`` are those it bound that are still as it left them."""

    cell_id: str
    execution_count: int | None
    source: str
    reasons: tuple[str, ...]
    variables: tuple[str, ...]
    run: int  # number of its last run

    def __str__(self) -> str:
        head = self.source.strip().partition("\n")[0][:60]
        return (
            f"[{self.execution_count if self.execution_count is not None else ' '}] {head}: {'; '.join(self.reasons)}"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Stale:
    """The stale cells, in the notebook's order, and the datasets they made. False when there are none."""

    cells: tuple[StaleCell, ...]
    datasets: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cells)

    def __str__(self) -> str:
        return "\n".join(map(str, self.cells)) or "nothing is stale"

    __repr__ = __str__

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {"cells": [asdict(c) for c in self.cells], "datasets": list(self.datasets)}


def stale(graph: LineageGraph, document: Document | None = None) -> Stale:
    """The stale cells of a session. ``document``: the notebook as it is now, where the host tells; without it the
    cells count in the order of their first runs, with the texts that ran last.
    """
    past = executions(graph)
    tracked = tracked_names(graph)
    last = {cell.key: cell for cell in past}
    then = Replay(tracked)
    outcomes = {cell.key: then.run(cell) for cell in past}  # the last run of a cell wins
    several = Counter(cell.key for cell in past if cell.by_text)
    files = {use.name: look(use.name).content for cell in last.values() for use in cell.files}
    now = Replay(tracked, files, then.known)
    found: dict[str, tuple[str, ...]] = {}
    for cell in _present(last, document):
        again = now.run(cell)
        before = outcomes.get(cell.key)
        if before is None or (several[cell.key] > 1 and not before.left):
            continue  # ``df.head()`` may stand in many cells, each of which shows something else
        if _differs(before, again):
            found[cell.key] = tuple(_reasons(before, again, now, found, last))
    return _answer(found, last, then, graph)


def _differs(before: Outcome, again: Outcome) -> bool:
    if before.texts == again.texts and before.inputs == again.inputs:
        return before.left != again.left
    return before.left != again.left or before.shown != again.shown


def _present(last: Mapping[str, Execution], document: Document | None) -> list[Execution]:
    """The cells as they would run now."""
    if document is None:
        return list(last.values())
    known = [last.get(key) for key, _ in document]
    return [
        Execution(key, source, 0, facts=False)
        if cell is None
        else cell
        if cell.source == source
        else replace(cell, source=source, changed=frozenset(), facts=False)
        for (key, source), cell in zip(document, known, strict=True)
    ]


def _reasons(
    before: Outcome, again: Outcome, now: Replay, stale_cells: Mapping[str, object], last: Mapping[str, Execution]
) -> Iterator[str]:
    if before.texts != again.texts:
        yield "edited since it ran"
    changed = [n for n, value in again.inputs.items() if before.inputs.get(n) != value]
    for name in changed[:MOST_REASONS]:
        yield _why(name, now, stale_cells, last)
    if before.texts == again.texts and not changed:
        yield "it gave something else with the same inputs"


def _why(name: str, now: Replay, stale_cells: Mapping[str, object], last: Mapping[str, Execution]) -> str:
    called = name.removeprefix("file:")
    maker = now.makers.get(name)
    if maker is None:
        return f"{called} has changed" if name.startswith("file:") else f"no cell above makes {called}"
    place = f"[{maker.count}]" if maker.count is not None else "a cell that hasn't run"
    if maker.key in last and maker.source != last[maker.key].source:
        return f"{called} comes from {place}, which was edited"
    if maker.key in stale_cells:
        return f"{called} comes from {place}, which is stale"
    return f"{called} is made by {place} now"


def _answer(
    found: Mapping[str, tuple[str, ...]], last: Mapping[str, Execution], then: Replay, graph: LineageGraph
) -> Stale:
    cells = []
    for key, reasons in found.items():
        cell = last[key]
        own = sorted(n for n, maker in then.makers.items() if maker.key == key and n.isidentifier())
        cells.append(StaleCell(key, cell.count, cell.source, reasons, tuple(own), cell.serial))
    return Stale(tuple(cells), _datasets(cells, graph.variables()))


def _datasets(cells: Iterable[StaleCell], variables: Mapping[str, int]) -> tuple[int, ...]:
    names = {n for cell in cells for n in cell.variables}
    return tuple(sorted({no for name, no in variables.items() if name in names}))
