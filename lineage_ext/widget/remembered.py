"""What a graph remembers, as the panel's state: for a panel that opens late, and for a report."""

from __future__ import annotations

from itertools import chain

from lineage_ext.graph import LineageGraph
from lineage_ext.model import RunKind
from lineage_ext.widget.described import Describer
from lineage_ext.widget.protocol import Record
from lineage_ext.widget.state import State
from lineage_ext.widget.status import remembered


def fill(state: State, describer: Describer, graph: LineageGraph) -> None:
    """Put everything that ``graph`` was told into ``state``, the newest operations that fit."""
    with graph.lock:
        runs = list(graph.runs(state.most["operation"]))
        cells = [run for run in runs if run.kind is RunKind.CELL]
        for run in chain(runs, cells):  # once more: now their operations are counted
            for record in describer.records(run):
                for kind, no in state.put(record):
                    describer.forget(kind, no)


def snapshot(graph: LineageGraph, version: str, *more: Record) -> bytes:
    """The JSON text of a session that nobody watched, for a report, with more records."""
    state = State(graph.samples)
    fill(state, Describer(graph.made_by, version), graph)
    for record in (remembered(graph, state.dropped), *more):
        state.put(record)
    return state.snapshot("report", 1)
