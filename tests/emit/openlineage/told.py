"""Notebooks told as events, each of them checked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd

from lineage_ext.emit.openlineage import Settings, events
from lineage_ext.model import Facet
from lineage_ext.session import Session
from lineage_ext.testing import Notebook, notebook
from tests.emit.openlineage.valid import Event, faults, lifecycle_faults


def run(folder: Path, *cells: str, settings: Settings | None = None, facets: tuple[Facet, ...] = ()) -> list[Event]:
    """The events of a notebook whose cells find pandas as ``pd`` and ``folder`` as ``here``. Cells may fail."""
    with notebook("reports/sales.v2", facets=facets) as book:
        book.cell("import pandas as pd", here=str(folder))
        for cell in cells:
            attempt(book, cell)
        return of(book.session, settings)


def attempt(book: Notebook, cell: str) -> None:
    """Run a cell that may fail."""
    with suppress(Exception):
        book.cell(cell)


def of(session: Session, settings: Settings | None = None) -> list[Event]:
    """The valid events of what a session recorded so far."""
    session.flush()
    return checked(list(events(session.graph, settings)))


def checked(found: list[Event]) -> list[Event]:
    """The same events, when nothing is wrong with them."""
    wrong = [*(fault for event in found for fault in faults(event)), *lifecycle_faults(found)]
    assert not wrong, wrong  # told by programs, too, which have no pytest
    return found


def checked_alone(event: Event) -> None:
    """Nothing is wrong with an event."""
    assert faults(event) == []


def sales(folder: Path) -> Path:
    """The folder, with two files in it: sales and prices."""
    pd.DataFrame({"item": [1, 2], "count": [3, 4]}).to_csv(folder / "sales.csv", index=False)
    pd.DataFrame({"item": [1, 2], "price": [2.5, 4.0]}).to_csv(folder / "prices.csv", index=False)
    return folder


def jobs(found: list[Event], kind: str = "START") -> list[str]:
    """The names of the jobs that began (or ended with ``kind``), in order."""
    return [e["job"]["name"] for e in found if e["eventType"] == kind]


def last(found: list[Event], job: str) -> Event:
    """The last event of the job whose name ends so."""
    return next(e for e in reversed(found) if e["job"]["name"].endswith(job))
