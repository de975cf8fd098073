"""The adapter for one marimo notebook: a kernel's, or a script's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lineage_ext import guard
from lineage_ext.errors import UsageError
from lineage_ext.hosts import Notebook
from lineage_ext.hosts.contents import Contents
from lineage_ext.hosts.marimo import contexts, patches
from lineage_ext.hosts.marimo.cells import Cells
from lineage_ext.session import Session


class MarimoHost:
    """Watches the notebook of the context it is made in."""

    name = "marimo"
    patient = False

    def __init__(self) -> None:
        self.context = contexts.here()
        self.key = contexts.key()
        self.cells: Cells | None = None

    @guard.guard("marimo")
    def attach(self, session: Session) -> None:
        """Start telling ``session`` about the cells of this notebook, the running one included."""
        if self.cells is not None:
            return
        self.cells = Cells(session, self.context, self.notebook().path)
        if session.config.contents:
            session.enrich.append(Contents(session, contexts.namespace()))
        session.outside = self.cells.callbacks.current
        session.prompt = True  # who runs a notebook by itself may kill the kernel after its last cell
        patches.watch(self.key, self.cells)
        self.cells.adopt()

    def detach(self) -> None:
        """Take our hooks out of marimo again, unless another notebook of this process needs them."""
        cells, self.cells = self.cells, None
        if cells is not None:
            with guard.guarded("marimo"):
                patches.forget(self.key)
            cells.close()

    def notebook(self) -> Notebook:
        """The notebook's file, "" before it is saved for the first time."""
        path = str(getattr(self.context, "filename", None) or "")
        return Notebook("marimo", sys.modules["marimo"].__version__, path, "context" if path else "")

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """A context in which a thread of ours may send to the front end: marimo's is of its own thread only."""
        with self.context.install():
            yield

    def show(self, widget: Any) -> None:
        """marimo shows what a cell ends with: raises UsageError that says how."""
        raise UsageError("in marimo a cell shows the panel: mo.sidebar([mo.ui.anywidget(lineage_ext.Panel())])")
