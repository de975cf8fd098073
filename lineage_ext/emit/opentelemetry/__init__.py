"""OpenTelemetry: a span for each session, cell and operation, and metrics. https://opentelemetry.io

``telemetry`` notices where they go to, ``cells`` keeps a cell's span current while it runs, ``spans`` makes those of
the operations afterwards, ``attributes`` and ``metrics`` say what is told. Spans have the ids of their runs (``ids``).

To tell more of a run: a line in ``attributes``. To measure more: an instrument in ``metrics``. The API and SDK are
imported only once it is certain that somebody listens.
"""

from __future__ import annotations

from lineage_ext.emit.opentelemetry.settings import Settings
from lineage_ext.emit.opentelemetry.telemetry import Telemetry

__all__ = ["Settings", "Telemetry"]
