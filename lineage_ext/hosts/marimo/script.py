"""A marimo notebook that runs as a script which is tracked from its start: its cells are runs within the script's."""

from __future__ import annotations

from collections.abc import Callable

from lineage_ext.hosts.marimo import patches
from lineage_ext.hosts.marimo.cells import Cells
from lineage_ext.session import Session


def watch(session: Session, path: str) -> Callable[[], None]:
    """Tell ``session`` about the cells of the notebook at ``path``. Returns what ends that."""
    cells = Cells(session, None, path)
    patches.watch(None, cells)

    def undo() -> None:
        patches.forget(None)
        cells.close()

    return undo
