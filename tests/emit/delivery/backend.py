"""A backend on loopback that can be well, refuse, hang, answer 503 or 400, or die after some events."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lineage_ext.emit.delivery import processes

Event = dict[str, Any]
STATES = ("well", "refusing", "hanging", "unavailable", "dying")


class Backend:
    """``state`` may be changed at any time; ``events`` are those it took, in order."""

    def __init__(self, state: str = "well") -> None:
        self.events: list[Event] = []
        self.requests = 0
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[Event], int] = lambda event: 201
        self._lock, self._changing = threading.Lock(), threading.Lock()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._server: ThreadingHTTPServer | None = None
        self.state = "refusing"
        self.become(state)

    @property
    def url(self) -> str:
        """Where it is, or would be."""
        return f"http://127.0.0.1:{self.port}"

    def become(self, state: str) -> None:
        """Be in that state from now on. While refusing nothing listens at the port."""
        with self._changing:
            self._become(state)

    def _become(self, state: str) -> None:
        self.state = state
        if state == "refusing":
            self.close()
        elif self._server is None:
            self._server = self._serve()

    def _die(self) -> None:
        with self._changing:
            if self.state == "dying":  # else it was told something else meanwhile
                self._become("refusing")

    def take(self, event: Event) -> int:
        """What to answer to an event."""
        with self._lock:
            self.requests += 1
            if self.state == "dying" and len(self.events) >= 2:
                threading.Thread(target=self._die).start()
                return 0
            if self.state == "unavailable":
                return 503
            answer = self.answer(event)
            if answer < 300:
                self.events.append(event)
            return answer

    def _serve(self) -> ThreadingHTTPServer:
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if backend.state == "hanging":
                    while backend.state == "hanging":
                        time.sleep(0.05)
                    return  # what hung is lost
                if self._is_left():
                    return
                backend.headers.append(dict(self.headers))
                answer = backend.take(json.loads(body))
                if answer:
                    self.send_response(answer)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def _is_left(self) -> bool:
                """Whether the other end has given up: it will send that event again."""
                self.connection.setblocking(False)
                try:
                    return self.connection.recv(1, socket.MSG_PEEK) == b""
                except BlockingIOError:
                    return False
                except OSError:
                    return True
                finally:
                    self.connection.setblocking(True)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def close(self) -> None:
        """Stop listening."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


@contextmanager
def backend(state: str = "well") -> Iterator[Backend]:
    """One for the body."""
    made = Backend(state)
    try:
        yield made
    finally:
        made.become("refusing")


def configure(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """The client's environment: these variables and no others of its."""
    for name in [n for n in os.environ if n.startswith("OPENLINEAGE")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(f"OPENLINEAGE_{name}", value)


def couriers(folder: Path, *, ended: bool = False) -> list[int]:
    """Processes that told of themselves in a folder: those that run, or have ended."""
    found = [json.loads(p.read_text()) for p in folder.glob("*.status")]
    return [int(s["pid"]) for s in found if s["ended"] == ended]


def gone(folder: Path, count: int) -> bool:
    """Whether that many have told that they ended, and have: the locks they held are free then."""
    ended = couriers(folder, ended=True)
    return len(ended) == count and not any(map(processes.alive, ended))


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Until it holds; fails when it doesn't in time: in its own, for the machine may have none for us."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it didn't happen")
