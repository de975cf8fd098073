"""A session in numbers, for the panel's header and status bar; without flushing, so that any thread may ask."""

from __future__ import annotations

from lineage_ext import guard
from lineage_ext.graph import LineageGraph
from lineage_ext.model import ResourceFacet, RunKind
from lineage_ext.redaction import redact
from lineage_ext.session import Counters, Session
from lineage_ext.widget.protocol import StatusRecord

MOST_NOTES = 20


def status(session: Session, dropped: int = 0, queued: int = 0) -> StatusRecord:
    """As far as the session has passed things on."""
    problems = guard.problems()
    notes = [redact(note) for note in session.notes] + [f"{p.part}: {redact(p.message)}" for p in problems]
    failed = tuple(dict.fromkeys(p.part for p in problems))
    return _status(
        session.counters,
        session.own_cost(),
        session.cell_cpu_ns,
        dropped,
        failed,
        queued,
        tuple(notes[:MOST_NOTES]),
        session.paused,
    )


def remembered(graph: LineageGraph, dropped: int = 0) -> StatusRecord:
    """The same of a session that is known by its graph only: of the worker, what it did while cells ran."""
    counters, own_ns, cpu_ns = Counters(), 0, 0
    for run in graph.runs():
        if run.kind is RunKind.OPERATION or run.ended is not None:
            counters.add(run)
        cost: ResourceFacet | None = run.facet(ResourceFacet)
        if cost is not None:
            own_ns, cpu_ns = own_ns + cost.own_ns, cpu_ns + cost.cpu_ns
            counters.worker_ns += cost.beside_ns
    return _status(counters, own_ns, cpu_ns, dropped)


def _status(
    c: Counters,
    own_ns: int,
    cpu_ns: int,
    dropped: int,
    failed: tuple[str, ...] = (),
    queued: int = 0,
    notes: tuple[str, ...] = (),
    paused: bool = False,
) -> StatusRecord:
    return StatusRecord(
        c.cells,
        c.operations,
        c.datasets,
        c.opaque,
        c.inferred,
        1.0 - c.opaque / c.operations if c.operations else 1.0,
        own_ns / 1e6,
        own_ns / cpu_ns if cpu_ns else None,
        c.worker_ns / 1e6,
        dropped,
        failed,
        queued,
        notes,
        paused,
    )


def told_apart(record: StatusRecord) -> tuple[object, ...]:
    """What makes a status worth sending: everything but our own cost, which always rises."""
    costs = {"own_ms", "own_share", "beside_ms"}
    return tuple(getattr(record, name) for name in record.__slots__ if name not in costs)
