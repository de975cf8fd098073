"""Where cells come from: an adapter per host tells the session when a cell begins and ends.

To add a host: write a file with a class that has what ``Host`` lists, open the session with ``wiring.open_session``,
call ``session.begin`` and ``session.end`` around each cell (with ``Snapshot.take()`` on both sides), and name it in
``ATTACHED`` while it is attached. A host must never raise into its users' code (``guard.guarded``), and ``detach``
leaves no trace. Packages of others announce theirs with the entry point group ``lineage_ext.hosts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from lineage_ext.errors import NoSession
from lineage_ext.session import Session


@dataclass(frozen=True, slots=True)
class Notebook:
    """The document cells stand in: ``path`` is empty if the host doesn't tell, ``found`` says how it was found."""

    host: str
    version: str
    path: str = ""
    found: str = ""


class Host(Protocol):
    """What every adapter has."""

    name: str

    def attach(self, session: Session) -> None:
        """Start telling ``session`` about cells. Does nothing the second time; never raises."""
        ...

    def detach(self) -> None:
        """Stop, and put back everything that was changed."""
        ...

    def notebook(self) -> Notebook:
        """The document, looked up when asked: hosts learn or change it late."""
        ...

    def show(self, widget: Any) -> None:
        """Display a widget where the host displays things. Raises UsageError where it can't."""
        ...


@dataclass(slots=True)
class Attached:
    """What is attached in this process."""

    host: Host | None = None
    session: Session | None = None
    panel: Any = None  # what ``%lineage show`` showed


# One value that survives %autoreload, which runs this file again in the same namespace.
ATTACHED: Attached = globals().get("ATTACHED") or Attached()


def current() -> Session:
    """The session of this process. Raises NoSession."""
    if ATTACHED.session is None:
        raise NoSession("nothing is tracked: run %load_ext lineage_ext in a notebook, lineage_ext.track() in a script")
    return ATTACHED.session
