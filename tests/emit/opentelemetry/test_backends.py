"""A backend that is away, slow or out of order: the cell doesn't notice, nothing is printed, the end is bounded."""

from __future__ import annotations

import logging
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest

from lineage_ext import guard
from tests.emit.delivery.backend import wait_for
from tests.emit.opentelemetry.conftest import Open
from tests.emit.opentelemetry.receiver import Receiver

OVER = threading.Event()  # the test that hangs


def refuse(handler: BaseHTTPRequestHandler) -> bool:
    """503."""
    handler.send_response(503)
    handler.end_headers()
    return True


def hang(handler: BaseHTTPRequestHandler) -> bool:
    """No answer for longer than the exporter waits for one: ten seconds."""
    OVER.wait(30)
    return True


def die(handler: BaseHTTPRequestHandler) -> bool:
    """The connection is cut."""
    handler.connection.close()
    return True


@pytest.mark.parametrize("behave", [refuse, hang, die])
def test_a_backend_in_trouble(
    receiver: Receiver, book: Open, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, behave: object
) -> None:
    """No output, no exception, cells as fast as ever, and the end of the session waits two seconds at most."""
    receiver.behave = behave
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    OVER.clear()
    delays = []
    with book() as notebook:
        notebook.cell("import pandas as pd")
        for _ in range(30):
            before = time.perf_counter()
            notebook.cell("pd.DataFrame({'a': [1]})")
            delays.append(time.perf_counter() - before)
            time.sleep(0.01)
        notebook.session.flush()
        before = time.perf_counter()
    assert time.perf_counter() - before < 9  # the exporter's own patience, and the sum of its retries, is longer
    OVER.set()
    assert sorted(delays)[15] < 0.05
    assert capfd.readouterr() == ("", "")


def test_nobody_there(
    receiver: Receiver, book: Open, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port is closed: %lineage says so, once."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with book() as notebook:
        notebook.cell("import pandas as pd; pd.DataFrame({'a': [1]})")
    wait_for(guard.problems)  # the end of the session waits for two seconds, which a busy machine may need for others
    assert capfd.readouterr() == ("", "")
    assert {p.part for p in guard.problems()} == {"opentelemetry"}
    assert len(guard.problems()) <= 4
    guard.forget()


def test_what_the_users_exporters_log_goes_its_way(
    receiver: Receiver, book: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """Only what is logged on our threads is kept from him."""
    with book() as notebook:
        notebook.cell("import logging")
        logging.getLogger("opentelemetry.sdk.trace.export").warning("of the user's own")
    logged = [r.getMessage() for r in caplog.records if not r.name.startswith("lineage_ext")]
    assert logged == ["of the user's own"]


def test_loggers_are_left_as_they_were(receiver: Receiver, book: Open) -> None:
    """Once nothing of ours sends any more."""

    def touched() -> bool:
        loggers = [x for x in logging.root.manager.loggerDict.values() if isinstance(x, logging.Logger)]
        return any(type(f).__module__.startswith("lineage_ext") for logger in loggers for f in logger.filters)

    with book() as notebook:
        notebook.cell("import logging")
        assert touched()
    wait_for(lambda: not touched())  # threads of the tests before may still wait for their backends
