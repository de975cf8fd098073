"""The panel of the tracked session: made when it is first wanted, shown where the host shows things.

Importing this imports anywidget (110 ms), so it is imported inside functions only.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

from lineage_ext import hosts
from lineage_ext.errors import UsageError
from lineage_ext.export import FORMATS, export
from lineage_ext.hosts import ATTACHED, wiring
from lineage_ext.hosts.outdated import Outdated
from lineage_ext.model import NotebookFacet
from lineage_ext.session import Session
from lineage_ext.widget.commands import Commands
from lineage_ext.widget.described import Describer
from lineage_ext.widget.panel import StreamPanel
from lineage_ext.widget.stream import Stream


class Panel(StreamPanel):
    """The live panel of a session (default: this process's). ``docked``: in the side panel where there is one.

    The last expression of a cell shows it below the cell; ``mo.sidebar([mo.ui.anywidget(lineage_ext.Panel())])`` in
    marimo's sidebar. Raises NoSession.
    """

    def __init__(self, session: Session | None = None, *, docked: bool = False) -> None:
        session = session or hosts.current()
        stream = stream_of(session)
        commands = Commands(
            stream,
            session.graph,
            export=lambda name: _exported(session, name),
            pause=wiring.pause,
            formats=[(name, found.summary) for name, found in FORMATS.items()],
            version=version("lineage-ext"),
        )
        speaking = getattr(ATTACHED.host, "speaking", None)
        place = session.run.facet(NotebookFacet)
        super().__init__(
            stream,
            commands,
            title=session.job.name,
            notebook=place.path if place is not None else "",
            docked=docked,
            speaking=speaking,
        )


def show() -> None:
    """Show the panel of the current session. Raises NoSession, and UsageError where nothing can be shown."""
    hosts.current()
    place = ATTACHED.here()
    if place.panel is None or place.panel.comm is None:
        place.panel = Panel(docked=True)
    else:
        place.panel.show()
    try:
        if place.host is not None:
            place.host.show(place.panel)
    except UsageError:
        hide()
        raise


def hide() -> None:
    """Take away what ``show`` showed."""
    place = ATTACHED.here()
    panel, place.panel = place.panel, None
    if panel is not None:
        panel.docked = False
        panel.close()


def stream_of(session: Session) -> Stream:
    """What feeds the panels of a session; made on the first call."""
    known = next((p for p in session.processors if isinstance(p, Stream)), None)
    if known is not None:
        return known
    made_by = session.graph.made_by if session.graph is not None else lambda _: None
    stream = Stream(session, Describer(made_by, version("lineage-ext")))
    stream.attach()
    session.listen(Outdated(session, stream))
    wiring.workers.append(stream)
    session.after_close.append(lambda: wiring.workers.remove(stream))
    return stream


def _exported(session: Session, name: str) -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = export(session, name, Path(folder))
        return path.name, path.read_bytes()
