"""Whether we are to set up OpenTelemetry ourselves. A provider that the user has set up is used in any case but "off".

The variables are OpenTelemetry's own: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lineage_ext.config import LineageConfig

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Settings(NamedTuple):
    """What was asked for: names of exporters, where Prometheus reads, one trace per cell or per session."""

    use_global: bool = True
    traces: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    prometheus: str = ""
    one_trace: bool = False
    environment: bool = False

    @property
    def own(self) -> bool:
        """Whether anything is to be set up by us."""
        return bool(self.traces or self.metrics or self.prometheus)

    @classmethod
    def read(cls, config: LineageConfig, environ: Mapping[str, str]) -> Settings:
        """The settings of ``config`` and the environment."""
        off = config.otel == "off" or environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        metrics = () if off else _exporters(environ, "METRICS", config.otel == "on")
        prometheus = config.prometheus
        if "prometheus" in metrics and not prometheus:
            host = environ.get("OTEL_EXPORTER_PROMETHEUS_HOST", "localhost")
            prometheus = f"{host}:{environ.get('OTEL_EXPORTER_PROMETHEUS_PORT', '9464')}"
        return cls(
            not off,
            () if off else _exporters(environ, "TRACES", config.otel == "on"),
            tuple(name for name in metrics if name != "prometheus"),
            prometheus,
            config.otel_trace == "session",
            config.otel_environment,
        )


def _exporters(environ: Mapping[str, str], signal: str, on: bool) -> tuple[str, ...]:
    """Those that ``OTEL_<signal>_EXPORTER`` names; OTLP where it names none but an endpoint is given."""
    named = environ.get(f"OTEL_{signal}_EXPORTER", "")
    names = tuple(name for part in named.split(",") if (name := part.strip()))
    if names:
        return tuple(_protocol(name, environ, signal) for name in names if name != "none")
    endpoint = environ.get(ENDPOINT) or environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    return (_protocol("otlp", environ, signal),) if on or endpoint else ()


def _protocol(name: str, environ: Mapping[str, str], signal: str) -> str:
    """The entry point of an exporter: OTLP has one for each protocol."""
    if name != "otlp":
        return name
    usual = environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    protocol = environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", usual)
    return "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"
