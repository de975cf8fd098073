"""What the notebook read from outside, and whether it went into something that was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lineage_ext.emit.openlineage.datasets import as_input
from lineage_ext.emit.openlineage.names import Name, name_of
from lineage_ext.model import ROWS, Dataset, Run

MOST_VERSIONS = 50  # of one dataset: other columns each time


class Reads:
    """Grows with the session: one entry for each external dataset."""

    def __init__(self) -> None:
        self._versions: dict[Name, dict[int, Dataset]] = {}
        self._rows: dict[Name, int] = {}
        self._used: set[Name] = set()

    def note(self, run: Run) -> None:
        """Remember the external datasets an operation read."""
        for i, source in enumerate(run.inputs):
            if not source.external or any(out.external for out in run.outputs):
                continue
            name = name_of(source)
            versions = self._versions.setdefault(name, {})
            if len(versions) < MOST_VERSIONS:
                versions[source.no] = source
            rows = _rows_from(run, i)
            if rows is not None:
                self._rows[name] = self._rows.get(name, 0) + rows

    def inputs(self, sources: dict[Name, list[Dataset]]) -> list[dict[str, Any]]:
        """Those of a write, which uses them."""
        self._used |= sources.keys()
        return [self.told(name, versions) for name, versions in sources.items()]

    def as_noted(self, dataset: Dataset) -> Dataset:
        """An external dataset as it was when it was read."""
        return self._versions.get(name_of(dataset), {}).get(dataset.no, dataset)

    def told(self, name: Name, versions: list[Dataset]) -> dict[str, Any]:
        """One of them as an input."""
        return as_input(name, versions, self._rows.get(name))

    def unused(self) -> list[dict[str, Any]]:
        """Those that reached no write."""
        return self._told(name for name in self._versions if name not in self._used)

    def all(self) -> list[dict[str, Any]]:
        """Every one."""
        return self._told(self._versions)

    def _told(self, wanted: Iterable[Name]) -> list[dict[str, Any]]:
        return [self.told(name, list(self._versions[name].values())) for name in wanted]


def _rows_from(run: Run, i: int) -> int | None:
    """How many rows an operation read of its input number ``i``: those of the output they became."""
    block = next((b for b in run.column_map.blocks if b.input == i and ROWS in b.targets), None)
    return None if block is None else run.outputs[block.output].rows
