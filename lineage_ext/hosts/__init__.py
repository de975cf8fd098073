"""Where cells come from: an adapter per host tells the session when a cell begins and ends.

To add a host: write a file with a class that has what ``Host`` lists, open the session with ``wiring.open_session``,
call ``session.begin`` and ``session.end`` around each cell (with ``Snapshot.take()`` on both sides), and start it in
``start``, which keeps it in ``ATTACHED``. A host must never raise into its users' code (``guard.guarded``), and
``detach`` leaves no trace. Packages of others announce theirs with the entry point group ``lineage_ext.hosts``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from lineage_ext.errors import NoSession
from lineage_ext.session import Session


class Notebook(NamedTuple):
    """The document cells stand in: ``path`` is empty if the host doesn't tell, ``found`` says how it was found."""

    host: str
    version: str
    path: str = ""
    found: str = ""


class Host(Protocol):
    """What every adapter has."""

    name: str
    patient: bool  # whether its process goes on after a cell: what computing cells did can be explained then

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
class Attachment:
    """A host, its session, and the panel that ``%lineage show`` showed."""

    host: Host | None = None
    session: Session | None = None
    panel: Any = None


class Attached:
    """What is attached in this process, seen from the calling code.

    Most processes run one notebook. Where several share one (marimo's readers), ``key`` tells which the caller is in.
    """

    def __init__(self) -> None:
        self.key: Callable[[], Hashable] = lambda: None
        self._alone = Attachment()
        self._shared: dict[Hashable, Attachment] = {}

    def here(self) -> Attachment:
        """What the calling code belongs to: its notebook's, else the process's."""
        return self._shared.get(self.key(), self._alone) if self._shared else self._alone

    def share(self, key: Hashable) -> Attachment:
        """A place for the notebook of ``key``, which isn't None; the process's own if that is taken."""
        if self._alone.session is not None:
            return self._alone
        return self._shared.setdefault(key, Attachment())

    def all(self) -> list[Attachment]:
        """Every place where something is attached."""
        return [place for place in (self._alone, *self._shared.values()) if place.session is not None]

    def free(self, place: Attachment) -> None:
        """Nothing is attached there any more."""
        place.host = place.session = place.panel = None
        self._shared = {key: one for key, one in self._shared.items() if one is not place}

    @property
    def host(self) -> Host | None:
        """The host here."""
        return self.here().host

    @property
    def session(self) -> Session | None:
        """The session here."""
        return self.here().session


# One value that survives %autoreload, which runs this file again in the same namespace.
ATTACHED: Attached = globals().get("ATTACHED") or Attached()


def current() -> Session:
    """The session of this process. Raises NoSession."""
    session = ATTACHED.session
    if session is None:
        raise NoSession("nothing is tracked: run %load_ext lineage_ext in a notebook, lineage_ext.track() in a script")
    return session
