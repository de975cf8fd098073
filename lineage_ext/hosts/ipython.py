"""IPython and everything built on it: terminal, Jupyter, VS Code, Colab, nbclient, papermill."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from lineage_ext import errors, guard
from lineage_ext.hosts import Notebook
from lineage_ext.hosts.callbacks import Callbacks
from lineage_ext.hosts.cells import Cells
from lineage_ext.hosts.contents import Contents
from lineage_ext.hosts.notebook import find
from lineage_ext.session import Session

NO_WIDGETS = errors.UsageError("there is no notebook to show the panel in; %lineage export html writes a page to open")


class IPythonHost:
    """The adapter for one InteractiveShell."""

    name = "ipython"
    patient = True

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.cells: Cells | None = None
        self._undo: list[Callable[[], None]] = []

    @guard.guard("ipython")
    def attach(self, session: Session) -> None:
        """Start telling ``session`` about the cells of this shell, the running one included."""
        if self.cells is not None:
            return
        self.cells = Cells(self.shell, session)
        if session.config.contents:
            session.enrich.append(Contents(session, self.shell.user_ns))
        self._register("pre_run_cell", self.cells.before)
        self._register("post_run_cell", self.cells.after)
        self._undo.append(Callbacks(self.shell, session, self.cells.names).attach())
        self.cells.adopt()

    def _register(self, event: str, function: Callable[..., object]) -> None:
        self.shell.events.register(event, function)

        def undo() -> None:
            with suppress(ValueError):  # somebody took it away before us
                self.shell.events.unregister(event, function)

        self._undo.append(undo)

    def detach(self) -> None:
        """Take every hook, transformer and shadow away again."""
        while self._undo:
            with guard.guarded("ipython"):
                self._undo.pop()()
        if self.cells is not None:
            self.cells.close()
            self.cells = None

    def notebook(self) -> Notebook:
        """The notebook this kernel runs, as far as its host tells."""
        return find(self.shell.user_ns)

    def show(self, widget: Any) -> None:
        """Display ``widget`` below the running cell. Raises UsageError in a terminal."""
        if getattr(self.shell, "kernel", None) is None:
            raise NO_WIDGETS
        from IPython.display import display

        display(widget)  # type: ignore[no-untyped-call]
