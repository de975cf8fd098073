"""A session in numbers, for the panel's header and status bar; without flushing, so that any thread may ask."""

from __future__ import annotations

from lineage_ext import guard
from lineage_ext.redaction import redact
from lineage_ext.session import Session
from lineage_ext.widget.protocol import StatusRecord

MOST_NOTES = 20


def status(session: Session, dropped: int = 0, queued: int = 0) -> StatusRecord:
    """As far as the session has passed things on."""
    c = session.counters
    own_ns = session.own_cost()
    return StatusRecord(
        c.cells,
        c.operations,
        c.datasets,
        c.opaque,
        c.inferred,
        1.0 - c.opaque / c.operations if c.operations else 1.0,
        own_ns / 1e6,
        own_ns / session.cell_cpu_ns if session.cell_cpu_ns else None,
        c.worker_ns / 1e6,
        dropped,
        tuple(f"{p.part}: {redact(p.message)}" for p in guard.problems()[:MOST_NOTES]),
        queued,
        tuple(redact(note) for note in session.notes[:MOST_NOTES]),
        session.paused,
    )


def told_apart(record: StatusRecord) -> tuple[object, ...]:
    """What makes a status worth sending: everything but our own cost, which always rises."""
    costs = {"own_ms", "own_share", "beside_ms"}
    return tuple(getattr(record, name) for name in record.__slots__ if name not in costs)
