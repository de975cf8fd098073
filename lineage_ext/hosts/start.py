"""Starting and stopping the one session of this process, in whatever host it runs."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from lineage_ext import copies
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import ATTACHED, Attachment, Host, wiring
from lineage_ext.hosts.notebook import project
from lineage_ext.hosts.settings import configure
from lineage_ext.model import Facet, NotebookFacet
from lineage_ext.session import Session


def running_shell() -> Any:
    """IPython's shell if this code runs in one, else None. Doesn't import IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def in_ipython(shell: Any, config: LineageConfig | None = None) -> Session:
    """Track the cells of ``shell``."""
    from lineage_ext.hosts.ipython import IPythonHost

    return _start(lambda: IPythonHost(shell), config, parent=shell)


def in_marimo(config: LineageConfig | None = None) -> Session | None:
    """Track the marimo notebook that this code belongs to. None if it belongs to none."""
    if "marimo" not in sys.modules:
        return None
    from lineage_ext.hosts.marimo import contexts

    if contexts.here() is None:
        return None
    from lineage_ext.hosts.marimo.host import MarimoHost

    ATTACHED.key = contexts.key
    return _start(MarimoHost, config, key=contexts.key())


def in_script(config: LineageConfig | None = None, *, file: str = "") -> Session:
    """Track the rest of this script. ``file``: the script, if it hasn't begun yet."""
    from lineage_ext.hosts.script import ScriptHost

    return _start(lambda: ScriptHost(file), config)


def in_task(name: str, facets: tuple[Facet, ...] = ()) -> Session:
    """The session there is, else one called ``name`` that records until it is closed."""
    from lineage_ext.hosts.tasks import TaskHost

    return _start(lambda: TaskHost(name), None, facets=facets)


def _start(
    make: Callable[[], Host],
    config: LineageConfig | None,
    parent: Any = None,
    facets: tuple[Facet, ...] = (),
    key: Hashable = None,
) -> Session:
    place = ATTACHED.here() if key is None else ATTACHED.share(key)
    if place.session is not None and not place.session.closed:
        return place.session
    copies.take_over("session", _end_all)
    host = make()
    document = host.notebook()
    home = project(document.path)
    notes: list[str] = []
    config = config or configure(home, notes.append, parent)
    where = NotebookFacet(document.host, document.version, document.path, str(home))
    name = Path(document.path).stem or getattr(host, "title", host.name)
    session = wiring.open_session(name, config, home / config.folder, facets=(where, *facets), patient=host.patient)
    session.notes += notes
    place.host, place.session = host, session
    session.before_close.append(lambda: _let_go(place))
    atexit.register(_at_exit)
    host.attach(session)
    return session


def _let_go(place: Attachment) -> None:
    host = place.host
    ATTACHED.free(place)
    if not ATTACHED.all():
        atexit.unregister(_at_exit)
    if host is not None:
        host.detach()


def _end_all() -> None:
    for place in ATTACHED.all():
        if place.session is not None:
            place.session.close()


def _at_exit() -> None:
    _end_all()
    from lineage_ext.hosts.script import keep_exit_code

    keep_exit_code()


def stop() -> None:
    """Close the session, which lets the host go. Does nothing when nothing is attached."""
    copies.take_over("session", _end_all)
    session = ATTACHED.session
    if session is not None:
        session.close()
