"""A whole session as events, from its graph: what was told, or would have been told, while it ran."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

from lineage_ext.emit.openlineage.context import Outward
from lineage_ext.emit.openlineage.emitter import Emitter
from lineage_ext.emit.openlineage.encoding import Event
from lineage_ext.emit.openlineage.settings import Settings
from lineage_ext.graph import LineageGraph
from lineage_ext.model import Run, RunKind, RunState
from lineage_ext.session import Session


def events(
    source: Session | LineageGraph, settings: Settings | None = None, outward: Outward | None = None
) -> Iterator[Event]:
    """The events of a session in order, as dicts. One that still runs is told as complete up to now.

    ``settings`` None: those of the session's configuration, or the usual ones for a graph. ``outward`` takes out what
    other systems don't get; None: what the session's gate does, for a graph nothing.
    """
    if isinstance(source, Session):
        source.flush()
        return _events(source.graph, settings or Settings.of(source.config), outward or source.gate.outward)
    return _events(source, settings or Settings(), outward or (lambda run: run))


def _events(graph: LineageGraph, settings: Settings, outward: Outward) -> Iterator[Event]:
    waiting: list[Event] = []
    emitter = Emitter(graph, waiting.append, settings, outward)
    for run, ends in _moments(graph):
        (emitter.on_end if ends else emitter.on_start)(run)
        yield from waiting
        waiting.clear()


def _moments(graph: LineageGraph) -> Iterator[tuple[Run, bool]]:
    """Each run's beginning (of session and cells) and end, by time."""
    session = next((r for r in graph.runs() if r.kind is RunKind.SESSION), None)
    if session is None:
        return
    yield session, False
    cells = [r for r in graph.runs() if r.kind is RunKind.CELL and r.ended is not None]
    operations = (r for r in graph.runs() if r.kind is RunKind.OPERATION)
    starts = sorted(((r.started, 0, r.no, r) for r in cells), key=_key)
    ends = sorted(((_ended(r), 2, r.no, r) for r in cells), key=_key)
    latest = session.started
    for time, what, _, run in merge(starts, ((_ended(r), 1, r.no, r) for r in operations), ends, key=_key):
        latest = max(latest, time)
        yield run, what > 0
    state = RunState.COMPLETE if session.state is RunState.START else session.state
    yield session.with_(ended=session.ended or latest, state=state), True


def _ended(run: Run) -> int:
    return run.ended if run.ended is not None else run.started


def _key(moment: tuple[int, int, int, Run]) -> tuple[int, int, int]:
    return moment[:3]
