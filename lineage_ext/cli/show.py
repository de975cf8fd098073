"""``lineage show``: a session in the terminal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lineage_ext.analysis.funnel import Funnel, funnel
from lineage_ext.analysis.slowest import Slowest, slowest
from lineage_ext.cli import diagram
from lineage_ext.cli.output import console, json_option, say
from lineage_ext.cli.stored import open_session, session_options, store_path
from lineage_ext.graph import LineageGraph
from lineage_ext.graph.overview import Overview
from lineage_ext.model import Run, RunKind, RunState
from lineage_ext.session import Counters
from lineage_ext.store import reading, running

MOST_FUNNELS = 3
UNFINISHED = "killed" if running.KNOWN else "unfinished (it still runs, or was killed)"


@click.command("show")
@session_options
@click.option("--list", "listing", is_flag=True, help="The sessions of the store instead.")
@click.option("--frame", metavar="NAME", help="The rows of this variable instead of the last ones.")
@click.option(
    "--slowest",
    "most",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many of the slowest operations.",
)
@json_option
def command(
    store: Path | None, session_id: str | None, listing: bool, frame: str | None, most: int, as_json: bool
) -> None:
    """Show a session: its graph, its slowest operations, where rows were lost."""
    if listing:
        found = [_listed(s) for s in reading.sessions(store_path(store))]
        say(found, as_json, lambda: _list(found))
        return
    graph = open_session(store, session_id)
    overview, slow = graph.overview(), slowest(graph.runs(), most)
    funnels = [funnel(graph, no) for no in _frames(graph, overview, frame)]
    value = {
        "session": _described(graph),
        **overview.to_dict(),
        "slowest": slow.to_dict()["operations"],
        "funnels": [f.to_dict() for f in funnels],
    }
    say(value, as_json, lambda: _print(value["session"], overview, slow, funnels))


def _frames(graph: LineageGraph, overview: Overview, frame: str | None) -> list[int]:
    if frame is not None:
        return [graph.find(frame)]
    return [h.dataset for h in overview.held if h.rows is not None and not h.written][-MOST_FUNNELS:]


def _described(graph: LineageGraph) -> dict[str, Any]:
    counters, session, unfinished = Counters(), None, 0
    for run in graph.runs():
        counters.add(run)
        unfinished += run.kind is RunKind.CELL and run.ended is None
        session = run if run.kind is RunKind.SESSION else session
    covered = 1.0 - counters.opaque / counters.operations if counters.operations else 1.0
    return {
        **(_identity(session) if session is not None else {}),
        "cells": counters.cells,
        "failed_cells": counters.failed_cells - unfinished,
        "unfinished_cells": unfinished,
        "operations": counters.operations,
        "opaque": counters.opaque,
        "inferred": counters.inferred,
        "coverage": covered,
    }


def _identity(session: Run) -> dict[str, Any]:
    started = datetime.fromtimestamp(session.started / 1e9).astimezone()
    took = None if session.ended is None else (session.ended - session.started) / 1e9
    return {
        "id": session.id,
        "name": session.job.name,
        "state": str(RunState.RUNNING if session.state is RunState.START else session.state),
        "started": started.isoformat(timespec="seconds"),
        "seconds": took,
    }


def _listed(stored: reading.Stored) -> dict[str, Any]:
    return {**_identity(stored.run), "cells": stored.cells, "operations": stored.operations}


def _list(found: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading, side in (("session", "left"), ("name", "left"), ("started", "left"), ("state", "left")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for heading in ("cells", "operations"):
        table.add_column(heading, justify="right")
    for s in found:
        table.add_row(s["id"], s["name"], s["started"], _state(s), str(s["cells"]), str(s["operations"]))
    console().print(table)


def _state(session: dict[str, Any]) -> str:
    state: str = session.get("state", "")
    if state == RunState.RUNNING:
        return "running"
    return UNFINISHED if state == RunState.ABORT and session["seconds"] is None else state


def _print(session: dict[str, Any], overview: Overview, slow: Slowest, funnels: list[Funnel]) -> None:
    out = console()
    state = _state(session)
    counted = {
        "failed": session["failed_cells"],
        "running" if state == "running" else "unfinished": session["unfinished_cells"],
    }
    failed = "".join(f", {n} {what}" for what, n in counted.items() if n)
    out.print(f"[bold]{_safe(session.get('name', ''))}[/bold]  {session.get('started', '')}  {state}")
    out.print(
        f"{session['cells']} cells{failed} · {session['operations']} operations, "
        f"{session['coverage']:.1%} explained ({session['inferred']} inferred)  [dim]{session.get('id', '')}[/dim]"
    )
    out.print()
    diagram.draw(out, overview)
    out.print("\n[bold]slowest[/bold]")
    out.print(_safe(str(slow)))
    for found in funnels:
        if found.steps:
            out.print(f"\n[bold]rows of {_safe(found.name)}[/bold]")
            out.print(_safe(str(found)))


def _safe(text: str) -> str:
    """Text of the user's, in which brackets are no markup."""
    from rich.markup import escape

    return escape(text)
