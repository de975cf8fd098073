"""Run events: a START and one terminal event for each run, both with the same inputs and outputs.

Marquez drops a job's edges on an event that lacks either list, OpenMetadata refuses further keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lineage_ext.emit.openlineage.encoding import Event
from lineage_ext.emit.openlineage.facet import EVENT, PRODUCER, Facet
from lineage_ext.emit.openlineage.names import Ancestor
from lineage_ext.model import RunState
from lineage_ext.store.lines import moment


@dataclass(frozen=True, slots=True)
class Told:
    """A run as it is told: times in ns since the epoch, ``ended`` None while it runs, datasets and facets as dicts."""

    run: Ancestor
    started: int
    ended: int | None = None
    state: RunState = RunState.COMPLETE
    inputs: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    run_facets: dict[str, Facet] = field(default_factory=dict)
    job_facets: dict[str, Facet] = field(default_factory=dict)
    end_facets: dict[str, Facet] = field(default_factory=dict)
    """Facets of the run that are known at its end only."""


def start(told: Told) -> Event:
    """The event of the run's beginning."""
    return _event(told, RunState.START, told.started, told.run_facets)


def end(told: Told) -> Event:
    """The terminal event."""
    ended = max(told.ended if told.ended is not None else told.started, told.started)
    return _event(told, told.state, ended, {**told.run_facets, **told.end_facets})


def both(told: Told) -> Iterator[Event]:
    """Both, of a run that is over."""
    yield start(told)
    yield end(told)


def _event(told: Told, state: RunState, time: int, facets: dict[str, Facet]) -> Event:
    run = told.run
    return {
        "eventType": str(state),
        "eventTime": moment(time),
        "run": {"runId": run.run_id, "facets": facets},
        "job": {"namespace": run.namespace, "name": run.name, "facets": told.job_facets},
        "inputs": told.inputs,
        "outputs": told.outputs,
        "producer": PRODUCER,
        "schemaURL": EVENT,
    }
