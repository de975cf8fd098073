"""Where live events go: to the backend that the OpenLineage client is configured for, or to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from lineage_ext.config import LineageConfig
from lineage_ext.emit.delivery.sender import Sender
from lineage_ext.store.jsonl import LogFile

FILE = "openlineage.ndjson"


class Outlet(Protocol):
    """Takes events as lines. Nothing raises, nothing blocks but ``close``."""

    def put(self, line: bytes) -> None:
        """One more."""
        ...

    def flush(self) -> None:
        """Nothing follows for now."""
        ...

    def close(self) -> None:
        """Nothing follows."""
        ...

    def told(self) -> str:
        """What became of them, in a sentence."""
        ...


class Backend:
    """The backend of the client's configuration, by way of a spool and a process of our own."""

    def __init__(self, folder: Path, session_id: str, config: LineageConfig) -> None:
        self._sender = Sender(folder / "openlineage", session_id, config.openlineage_spool)
        self._config = config
        self._sender.start()
        self.put, self.flush, self.told = self._sender.put, self._sender.flush, self._sender.told

    def close(self) -> None:
        """Waits a little while."""
        self._sender.close(self._config.openlineage_flush)


class File:
    """A file of lines in the project's folder; rotated like the logs."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._file = LogFile(path, most)
        self._count = 0
        self.flush, self.close = self._file.flush, self._file.close

    def put(self, line: bytes) -> None:
        """One more."""
        self._count += 1
        self._file.add(line)

    def told(self) -> str:
        """How many, and where."""
        return f"{self._count} events in {self._path}"


def outlet(config: LineageConfig, folder: Path, session_id: str) -> Outlet:
    """What the configuration asks for."""
    if config.openlineage == "file":
        return File(folder / FILE, config.log_max_bytes)
    return Backend(folder, session_id, config)
