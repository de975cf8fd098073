"""Scripts, and any Python process without cells: one run of kind "script" from ``track()`` to the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from lineage_ext import guard
from lineage_ext.errors import UsageError
from lineage_ext.hosts import Notebook, imports, wiring
from lineage_ext.hosts.failures import describe_error, status_of
from lineage_ext.hosts.names import Names
from lineage_ext.model import Facet, Run
from lineage_ext.resources import Snapshot, measure
from lineage_ext.sampler import Sampler
from lineage_ext.session import Session

MARIMO = "marimo._runtime.app.script_runner"  # part of ``import marimo``


class ScriptHost:
    """The adapter for a script: the whole rest of it is one cell."""

    name = "script"
    patient = False

    def __init__(self, file: str = "") -> None:
        """``file``: the script that is about to run; without it the one that is running."""
        self.file = os.path.abspath(file) if file else ""  # as ``__main__.__file__`` will be
        self.session: Session | None = None
        self.run: Run | None = None
        self.sampler: Sampler | None = None
        self.failed_before: object = None
        self.undo: list[Callable[[], None]] = []

    def attach(self, session: Session) -> None:
        """Begin the run; the end of the process, of a ``with`` block or ``session.close()`` ends it."""
        if self.session is not None:
            return
        self.session = session
        self.failed_before = last_failure()
        self.sampler = Sampler(session.config.sample_interval, session.sample, session.clock.now)
        wiring.workers.append(self.sampler)
        file = self.notebook().path
        source = ""
        with guard.guarded("script"):
            source = Path(file).read_text(encoding="utf-8", errors="replace") if file else ""
        self.run = session.begin(
            source, filename=self.file or _main_file(), kind="script", name=Path(file).name or "script"
        )
        self.before, self.ticket = Snapshot.take(), self.sampler.begin()
        if "marimo" in source:  # in other scripts no finder stays in sys.meta_path
            imports.when_imported(MARIMO, self._watch_marimo)

    @guard.guard("marimo")
    def _watch_marimo(self) -> None:
        """The script may be a notebook of marimo's."""
        from lineage_ext.hosts.marimo import script

        if self.session is not None:
            self.undo.append(script.watch(self.session, self.notebook().path))

    def detach(self) -> None:
        """End the run with what is known of the script's fate."""
        session, run, self.session = self.session, self.run, None
        if session is None or run is None or self.sampler is None:
            return
        imports.forget(MARIMO)
        while self.undo:
            with guard.guarded("script"):
                self.undo.pop()()
        cost = measure(self.before, Snapshot.take(), self.sampler.end(self.ticket), session.own_cost())
        self.sampler.close()
        wiring.workers.remove(self.sampler)
        error = sys.exception() or last_failure()
        error = None if error is self.failed_before or issubclass(type(error), SystemExit) else error
        failure = describe_error(error) if error is not None else None
        facets = tuple(f for f in (cost, _names(session)) if f is not None)
        session.end(run, status_of(error), error=failure, facets=facets, cpu_ns=cost.cpu_ns)

    def notebook(self) -> Notebook:
        """The script's file."""
        file = self.file or _main_file()
        path = str(Path(file).absolute()) if file else ""
        return Notebook("script", sys.version.partition(" ")[0], path, "__main__" if path else "")

    def show(self, widget: Any) -> None:
        """Scripts have no place to display things: raises UsageError."""
        raise UsageError("a script has no place to show the panel; lineage_ext.export(…, 'html') writes a page to open")


@guard.guard("names")
def _names(session: Session) -> Facet | None:
    """What the script's variables hold at its end."""
    return Names(vars(sys.modules["__main__"])).changed(None, session.identify)


def _main_file() -> str:
    file = str(getattr(sys.modules.get("__main__"), "__file__", None) or "")
    return file if Path(file).is_file() else ""  # "<stdin>" isn't


def keep_exit_code() -> None:
    """At the end of a script: let a Ctrl-C that ended it still be its exit code (130, or death by SIGINT).

    CPython keeps that in a flag which every later run of source text resets, such as the making of a dataclass in a
    module we imported late; running text that is interrupted sets it again. (Python/pythonrun.c, run_eval_code_obj)
    """
    if isinstance(last_failure(), KeyboardInterrupt):
        with suppress(KeyboardInterrupt):
            exec("raise KeyboardInterrupt")


def last_failure() -> BaseException | None:
    """The exception the interpreter printed before it exits (3.12: ``last_exc``)."""
    return getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
