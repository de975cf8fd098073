"""The session's listener that tells OpenLineage while things happen."""

from __future__ import annotations

from lineage_ext.emit.openlineage.emitter import Emitter
from lineage_ext.emit.openlineage.encoding import encode
from lineage_ext.emit.openlineage.outlets import Outlet
from lineage_ext.emit.openlineage.settings import Settings
from lineage_ext.session import Session


class OpenLineage(Emitter):
    """An Emitter whose events leave through an outlet."""

    def __init__(self, session: Session, outlet: Outlet) -> None:
        super().__init__(
            session.graph,
            lambda event: outlet.put(encode(event)),
            Settings.of(session.config),
            session.gate.outward,
        )
        self._outlet = outlet

    def on_flush(self) -> None:
        """Let out what there is."""
        super().on_flush()
        self._outlet.flush()

    def close(self) -> None:
        """The session's end was told: let the last out."""
        self._outlet.close()

    def status(self) -> str:
        """What became of the events, for ``%lineage``."""
        return f"openlineage {self._outlet.told()}"
