"""What runs between cells: ``on_change`` and ``on_click``, called when a UI element gets a new value.

Most elements have none. So nothing is begun until an operation asks which run it belongs to (``Session.outside``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lineage_ext import guard
from lineage_ext.capture.syntax import CellIndex
from lineage_ext.hosts import wiring
from lineage_ext.hosts.marimo import contexts
from lineage_ext.model import Facet, Run
from lineage_ext.resources import Snapshot, measure
from lineage_ext.session import Session

NOTHING_BOUND = CellIndex("", (), frozenset())


class _Value(threading.local):
    """The new value this thread is handling."""

    before: Snapshot | None = None
    run: Run | None = None


class Callbacks:
    """Runs of kind "callback", each with the id of the cell that made the element."""

    def __init__(self, session: Session, names: Callable[[CellIndex], Facet | None]) -> None:
        self.session = session
        self.names = names
        self.value = _Value()

    @guard.guard("callbacks")
    def begin(self) -> None:
        """An element gets a new value."""
        wiring.reset()
        self.value.before, self.value.run = Snapshot.take(), None

    def current(self) -> int | None:
        """An operation happens outside any cell: begin a run if a new value is being handled."""
        value = self.value
        if value.before is None:
            return None
        if value.run is None:
            value.run = self.session.begin("", cell_id=contexts.element_cell(), kind="callback", name="callback")
        return value.run.no

    @guard.guard("callbacks")
    def end(self) -> None:
        """It has been handled."""
        run, before = self.value.run, self.value.before
        self.value.run = self.value.before = None
        if run is None or before is None:
            return
        cost = measure(before, Snapshot.take())
        with wiring.muted():
            changed = self.names(NOTHING_BOUND)
        self.session.end(run, facets=(cost, changed) if changed else (cost,), cpu_ns=cost.cpu_ns)
