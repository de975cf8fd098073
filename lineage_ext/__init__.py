"""Column lineage of notebooks and scripts: which cell, which operation, which file a column came from.

In a notebook ``%load_ext lineage_ext``, in a script ``lineage_ext.track()``; then ``%lineage``, or
``lineage_ext.current().upstream(frame, "column")``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lineage_ext.version import VERSION

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from lineage_ext.analysis.stale import Stale
    from lineage_ext.capture.marks import mark_input, mark_output
    from lineage_ext.config import LineageConfig
    from lineage_ext.errors import LineageError
    from lineage_ext.hosts.panel import Panel
    from lineage_ext.hosts.spans import Span
    from lineage_ext.model import ColumnEdge, ColumnRef, Dataset, DatasetRef, Run
    from lineage_ext.session import Session

__version__ = VERSION

__all__ = [
    "ColumnEdge",
    "ColumnRef",
    "Dataset",
    "DatasetRef",
    "LineageConfig",
    "LineageError",
    "Panel",
    "Run",
    "Session",
    "current",
    "load_ipython_extension",
    "mark_input",
    "mark_output",
    "stale",
    "task",
    "track",
    "track_cell",
    "unload_ipython_extension",
]

_HOMES = {
    "ColumnEdge": "model",
    "ColumnRef": "model",
    "Dataset": "model",
    "DatasetRef": "model",
    "LineageConfig": "config",
    "LineageError": "errors",
    "Panel": "hosts.panel",
    "Run": "model",
    "Session": "session",
    "mark_input": "capture.marks",
    "mark_output": "capture.marks",
}


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext lineage_ext``: track this notebook from here on. The second time it does nothing."""
    with _uncollected():
        from lineage_ext import magic
        from lineage_ext.hosts import start

        try:
            start.in_ipython(shell)
            magic.register(shell)
        except BaseException:  # a half-loaded extension can't be unloaded: IPython doesn't count it as loaded
            unload_ipython_extension(shell)
            raise


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext lineage_ext``: stop, write what is left, and leave the kernel as it was."""
    from lineage_ext import magic
    from lineage_ext.hosts import start

    magic.unregister(shell)
    start.stop()


def track(config: LineageConfig | None = None) -> Session:
    """Track this process from here to its end, or to the end of a ``with`` block; the same session each time.

    Within IPython it does what ``%load_ext lineage_ext`` does; in a cell of marimo it tracks that notebook. ``config``
    counts only when tracking starts.
    """
    from lineage_ext.hosts import start

    shell = start.running_shell()
    if shell is None:
        return start.in_marimo(config) or start.in_script(config)
    start.in_ipython(shell, config)
    shell.extension_manager.load_extension("lineage_ext")  # so that %unload_ext knows of it
    return current()


def track_cell(source: str, *, cell_id: str = "", name: str = "") -> AbstractContextManager[Span]:
    """A cell of a host that lineage_ext doesn't know, from here to the end of a ``with`` block.

    Its value runs the source (``cell.exec(namespace)``) or tells under which file name to compile it
    (``cell.filename``); ``cell.set_result(value)`` tells what it showed. Starts to track if nothing is tracked yet.
    """
    from lineage_ext.hosts import ATTACHED
    from lineage_ext.hosts.spans import span

    return span(ATTACHED.session or track(), source, "cell", cell_id, name)


def task(name: str, parent: str = "", root: str = "") -> AbstractContextManager[Span]:
    """One run of an orchestrator's work (Airflow, Prefect, Dagster), from here to the end of a ``with`` block.

    ``parent`` and ``root`` are the task's own OpenLineage runs, ``namespace/name/runId`` as Airflow's
    ``lineage_parent_id`` gives them; without them ``OPENLINEAGE_PARENT_ID`` and its like count. What was recorded is
    written when the task ends. Raises UsageError for a parent that can't be read.
    """
    from lineage_ext.hosts import spans
    from lineage_ext.hosts.parents import named

    return spans.task(name, named(parent, root))


def current() -> Session:
    """The session of this process. Raises NoSession when nothing is tracked."""
    from lineage_ext import hosts

    return hosts.current()


def stale() -> Stale:
    """The cells that would have other values if the notebook ran again from the top. Raises NoSession."""
    from lineage_ext.analysis.document import stale_now

    session = current()
    session.flush()
    return stale_now(session.graph)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: it would go through pandas' objects several times, a quarter of ``%load_ext``.

    What was made meanwhile goes to the oldest generation, where it would come to lie: else the next allocation has the
    collector go through all of it (20 ms). A user who froze objects himself keeps them frozen.
    """
    import gc  # not when a process merely starts, as marimo's do with us installed

    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        if collects:
            gc.enable()


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
