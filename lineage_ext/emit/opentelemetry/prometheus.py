"""Metrics for Prometheus, through the SDK's own reader: at a port, or in a text file for node_exporter.

The registry is one of our own, so that the user's metrics and ours don't show up in each other's pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PORT = 9464  # OpenTelemetry's default


class Prometheus:
    """A metric ``reader``, and the place it is read at: ``9464``, ``host:9464``, or a path."""

    def __init__(self, place: str) -> None:
        from prometheus_client import CollectorRegistry

        self.registry = CollectorRegistry()
        self.reader = _reader(self.registry)
        self._file, self._server = None, None
        host, port = address(place)
        if port is None:
            self._file = Path(place).expanduser()
        else:
            self._server = self._serve(host, port)

    def _serve(self, host: str, port: int) -> Any:
        from prometheus_client import start_http_server

        found: Any = start_http_server(port, host, self.registry)
        return found[0] if found is not None else None  # prometheus_client 0.19 gives the server and its thread

    @property
    def port(self) -> int | None:
        """The port it listens at."""
        return None if self._server is None else int(self._server.server_port)

    def write(self) -> None:
        """Write the file anew, whole, if there is one. Raises OSError."""
        if self._file is not None:
            from prometheus_client import write_to_textfile

            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_to_textfile(str(self._file), self.registry)

    def close(self) -> None:
        """Write for the last time, and stop listening."""
        self.write()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _reader(registry: Any) -> Any:
    """The SDK's reader, in ``registry``. Versions that know only the global one are moved, until they shut down."""
    from opentelemetry.exporter.prometheus import PrometheusMetricReader
    from prometheus_client import REGISTRY

    try:
        return PrometheusMetricReader(registry=registry)
    except TypeError:
        reader: Any = PrometheusMetricReader()
    shutdown, collector = reader.shutdown, reader._collector
    REGISTRY.unregister(collector)
    registry.register(collector)

    def back(*args: Any, **kwargs: Any) -> None:
        REGISTRY.register(collector)
        shutdown(*args, **kwargs)

    reader.shutdown = back
    return reader


def address(place: str) -> tuple[str, int | None]:
    """Host and port; no port if it is a path. A bare port listens on this machine only."""
    host, _, port = place.rpartition(":")
    return (host or "localhost", int(port)) if port.isdigit() else ("", None)
