"""Putting a session together: capture records, rules explain, graph and store remember. Every host calls this.

A part that fails to start is reported (``%lineage`` shows it under "problem") and left out; the others work on. What
was started is ended by ``close_session``, in the opposite order.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lineage_ext import guard, resources
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import imports
from lineage_ext.hosts.notebook import project
from lineage_ext.model import Facet
from lineage_ext.redaction import activate
from lineage_ext.session import Session

if TYPE_CHECKING:
    from lineage_ext.session import Processor


class Worker(Protocol):
    """Something with a thread of its own: sessions, samplers, the panel's stream."""

    def halt(self) -> None:
        """End the thread."""
        ...

    def resume(self) -> None:
        """Start it again."""
        ...


_RECORDER = "lineage_ext.capture.recorder"  # imports pandas: looked up in sys.modules, imported only after pandas
STARTED_BY = ("OPENLINEAGE_CONTEXT", "OPENLINEAGE_PARENT_ID", "OPENLINEAGE_PARENT_RUN_ID")
_open: list[Session] = []
_turn = threading.RLock()  # marimo starts the sessions of its readers at the same moment, in a thread each
workers: list[Worker] = []  # of hosts and panels; they add and remove theirs
_inherited: list[object] = []  # a forked child must neither use nor finalize its parent's connections


def open_session(
    name: str = "session",
    config: LineageConfig | None = None,
    folder: Path | str | None = None,
    *,
    facets: tuple[Facet, ...] = (),
    patient: bool = False,
) -> Session:
    """A started session that records pandas from now on, or from the moment pandas is imported.

    ``folder`` is where its files go (default: ``config.folder`` in the project); for ``patient`` see ``Host``. Failing
    parts of ours don't raise.
    """
    with _turn:
        session = _opened(name, config or LineageConfig(), folder, facets, patient)
        if not patient:
            session.wake()  # it reads the rules before there is anything to explain: programs may be short
        return session


def _opened(
    name: str, config: LineageConfig, folder: Path | str | None, facets: tuple[Facet, ...], patient: bool
) -> Session:
    namespace = os.environ.get("OPENLINEAGE_NAMESPACE") or config.openlineage_namespace
    parent = _part("openlineage", _parent, facets)
    session = Session(name, namespace=namespace, config=config, facets=(*facets, *((parent,) if parent else ())))
    session.deferral.allowed = patient
    if _open:  # what is recorded of several is told apart by the numbers of their runs
        session.numbers = _open[0].numbers
    folder = Path(folder) if folder is not None else project() / session.config.folder
    processors = (
        _part("graph", _graph, session),  # first: the others may ask it
        _part("store", _store, session, folder),
        *_logs(session, folder),
        _part("openlineage", _openlineage, session, folder),
        *_progress(session),
    )
    session.gate.quiet = muted
    session.processors = tuple(p for p in processors if p is not None)
    session.after_close.append(lambda: _closed(session))
    session.after_close.append(activate(session.gate.text))
    session.after_close.append(guard.keep_log(str(folder / "problems.log")))
    _part("opentelemetry", _telemetry, session)
    session.start()
    _open.append(session)
    imports.when_imported("pandas", _capture_all)
    return session


def close_session(session: Session) -> None:
    """The same as ``session.close()``: write what is left, then stop recording and put pandas back as it was."""
    session.close()


def _closed(session: Session) -> None:
    with _turn:
        if session in _open:
            _open.remove(session)
            if not _open:
                pause(False)
                imports.forget("pandas")
                resources.let_go()


def _part(name: str, build: Callable[..., Any], *args: object) -> Any:
    try:
        return build(*args)
    except Exception as error:
        guard.report(name, error)  # not raised under our tests either: what is left must work
        return None


def _parent(facets: tuple[Facet, ...]) -> Facet | None:
    """The run of an orchestrator that started this process, if the facets don't name one."""
    if not any(name in os.environ for name in STARTED_BY):
        return None
    from lineage_ext.emit.openlineage.parents import adopted
    from lineage_ext.model import ParentFacet

    return None if any(isinstance(f, ParentFacet) for f in facets) else adopted(os.environ)


def _graph(session: Session) -> Processor:
    from lineage_ext.graph import LineageGraph

    session.graph = LineageGraph()
    return session.graph  # type: ignore[no-any-return]


def _store(session: Session, folder: Path) -> Processor | None:
    if session.config.store == "memory":
        return None
    from lineage_ext.store import running
    from lineage_ext.store.sqlite import SqliteStore

    session.after_close.append(running.hold(_prepare(folder), session.id))
    return SqliteStore(folder / "lineage.sqlite", session.notes.append)


def _progress(session: Session) -> list[Processor | None]:
    """The line of progress, if it is switched on."""

    def lines() -> Processor:
        from lineage_ext.widget.line import ProgressLines

        return ProgressLines(session.clock)

    return [_part("progress", lines)] if session.config.progress else []


def _logs(session: Session, folder: Path) -> list[Processor | None]:
    """The JSONL logs that are switched on."""
    config = session.config

    def log(kind: str) -> Processor:
        from lineage_ext.store import jsonl

        return jsonl.open_log(kind, _prepare(folder), config.log_max_bytes, session.notes.append)

    wanted = (("runtime", config.runtime_log), ("lineage", config.lineage_log))
    return [_part(f"{kind} log", log, kind) for kind, on in wanted if on]


def _telemetry(session: Session) -> None:
    from lineage_ext.emit.opentelemetry import Telemetry

    Telemetry(session).attach()


def _openlineage(session: Session, folder: Path) -> Processor | None:
    from lineage_ext.emit.delivery.configured import wanted

    if session.graph is None or not wanted(session.config.openlineage, os.environ):
        return None
    from lineage_ext.emit.openlineage.live import OpenLineage
    from lineage_ext.emit.openlineage.outlets import outlet

    return OpenLineage(session, outlet(session.config, _prepare(folder), session.id))


def _prepare(folder: Path) -> Path:
    """Make the folder, ignored by git. Where it can't be made, store and logs say so in a note."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    return folder


# -- capture: process-wide -------------------------------------------------------------------------------------------
def _capture_all() -> None:
    with _turn:
        for session in _open:
            if session.interpreter is None:
                _part("capture", _capture, session)


def _capture(session: Session) -> None:
    from lineage_ext.capture import attach

    def detach() -> None:
        with _turn:
            attach.detach(session)

    session.after_close.append(detach)
    report = attach.attach(session)
    session.notes += [f"{s.key} is not recorded: {s.reason}" for s in report.skipped]


def _recorder() -> Any:
    return sys.modules.get(_RECORDER) if _open else None


def muted() -> AbstractContextManager[None]:
    """Don't record on this thread meanwhile: for display, and for ourselves."""
    recorder = _recorder()
    return recorder.muted() if recorder is not None else nullcontext()


def reset() -> None:
    """Before a cell: lower the guard an interrupt may have left up on this thread."""
    recorder = _recorder()
    if recorder is not None:
        recorder.reset()


def mute_cell() -> None:
    """Don't record on this thread until the next ``reset``: %%timeit measures the user's code, not ours."""
    recorder = _recorder()
    if recorder is not None:
        recorder.STATE.d = 1


def pause(on: bool) -> None:
    """Stop or go on recording everywhere."""
    for session in _open:
        session.paused = on
    recorder = _recorder()
    if recorder is not None:
        recorder.pause(on)


# -- fork --------------------------------------------------------------------------------------------------------------
def _before_fork() -> None:
    for worker in _workers():
        with guard.guarded("fork"):
            worker.halt()


def _in_parent() -> None:
    for worker in _workers():
        with guard.guarded("fork"):
            worker.resume()


def _workers() -> list[Worker]:
    return [*_open, *workers]


def _in_child() -> None:
    """A forked child has no worker and shares its parent's store: it tracks nothing and writes nothing."""
    global _turn
    with guard.guarded("fork"):
        _turn = threading.RLock()
        guard.after_fork()
        _inherited.extend(session.processors for session in _open)
        for session in _open:
            session.abandon()
        _open.clear()
        workers.clear()
        attach: Any = sys.modules.get("lineage_ext.capture.attach")
        if attach is not None:
            attach.end()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_in_parent, after_in_child=_in_child)
