"""A collector on loopback, and sessions that send there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from lineage_ext import guard
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.testing.notebook import Notebook
from tests.emit.opentelemetry import receiver as receivers

Open = Callable[..., AbstractContextManager[Notebook]]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[receivers.Receiver]:
    """A collector that the environment names as the place to send to."""
    guard.forget()
    for name in ("TRACEPARENT", "TRACESTATE"):
        monkeypatch.delenv(name, raising=False)
    with receivers.receiver() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        yield found


@pytest.fixture
def book(tmp_path: Path) -> Open:
    """Open a recording session, without a kernel."""
    import pandas  # noqa: F401  # recording begins when it is there

    @contextmanager
    def opened(name: str = "reports/sales", **settings: Any) -> Iterator[Notebook]:
        session = wiring.open_session(name, LineageConfig(store="memory", **settings), tmp_path)
        try:
            yield Notebook(session)
        finally:
            session.close()

    return opened
