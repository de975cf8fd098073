"""marimo's own server with kernels behind it, spoken to as its front end does: real sessions without a browser."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

import psutil
from websockets.sync.client import connect

ROOT = Path(__file__).parents[3]
WAIT = 90


def environment(**more: str) -> dict[str, str]:
    """The variables of a process that runs marimo: the package under test, no update checks, and ``more``."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "MARIMO_SKIP_UPDATE_CHECK": "1", **more}


def marimo(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``marimo …`` in a folder; its exit code, output and errors."""
    return subprocess.run(
        [sys.executable, "-m", "marimo", "-y", *arguments],
        cwd=folder, env=environment(**variables), capture_output=True, text=True, timeout=WAIT, check=False,
    )  # fmt: skip


def exported(page: Path) -> str:
    """The text of a page that ``marimo export html`` wrote. 0.13 wraps its outputs: base64 of percent-encoded JSON."""
    text = page.read_text()
    wrapped = re.findall(r'"([A-Za-z0-9+/]{16,}=*)"', text)
    plain = (base64.b64decode(part + "==").decode("latin-1") for part in wrapped if len(part.rstrip("=")) % 4 != 1)
    return text + "".join(map(urllib.parse.unquote, plain))


class Server:
    """``marimo edit`` or ``marimo run`` of one notebook; a context manager."""

    def __init__(self, mode: str, notebook: Path, *options: str, **variables: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = notebook.parent / f"{mode}.log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "marimo", "-q", "-y", mode, str(notebook), "--headless", "--no-token",
             "--port", str(self.port), *options],
            cwd=notebook.parent, env=environment(**variables),
            stdout=self.log.open("w"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()
        self.token = self._token()

    def _token(self) -> str:
        """What a page has to send with its requests, as every page is told."""
        with urllib.request.urlopen(self.url, timeout=WAIT) as page:
            told = re.search(r"<marimo-server-token data-token=[\"']([^\"']+)", page.read().decode())
        assert told is not None
        return told[1]

    def _wait(self) -> None:
        ends = time.monotonic() + WAIT
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "/health", timeout=5)
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError(self.log.read_text())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        kernels = psutil.Process(self._process.pid).children(recursive=True)  # before 0.25 they outlive SIGTERM
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for kernel in psutil.wait_procs(kernels, timeout=1)[1]:
            kernel.kill()


class Client:
    """One page of the front end: a session of its own. ``messages`` are what the kernel told, newest last."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = f"s_{name}"
        self._open = ExitStack()
        url = f"ws://127.0.0.1:{server.port}/ws?session_id={self.name}"
        self._socket = self._open.enter_context(connect(url, max_size=None, ping_interval=None))
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.cells: dict[str, str] = {}  # name → id
        ready = self.until("kernel-ready")
        self.cells = dict(zip(ready["names"], ready["cell_ids"], strict=True))

    def start(self) -> None:
        """Run the notebook from the top, and wait for its end. For readers newer versions do it by themselves (401)."""
        with suppress(urllib.error.HTTPError):
            self.post("instantiate", objectIds=[], values=[], autoRun=True)
        self.until("completed-run")

    def run(self, name: str, code: str, *, wait: bool = True) -> None:
        """Run a cell with a new text."""
        self.post("run", cellIds=[self.cells[name]], codes=[code])
        if wait:
            self.until("completed-run")

    def set(self, name: str, value: Any) -> None:
        """Give the UI element that the cell made first a new value, and wait for what depends on it."""
        self.post("set_ui_element_value", objectIds=[f"{self.cells[name]}-0"], values=[value])
        self.until("completed-run")

    def post(self, what: str, **body: Any) -> None:
        """A request as the front end makes it."""
        request = urllib.request.Request(
            f"{self.server.url}/api/kernel/{what}",
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                "Marimo-Session-Id": self.name,
                "Marimo-Server-Token": self.server.token,
            },
        )
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            answer.read()

    def until(self, kind: str, **wanted: str) -> dict[str, Any]:
        """Wait for a message of that kind."""
        while True:
            message = json.loads(self._socket.recv(timeout=WAIT))
            told = message.get("op") or message["data"]["op"], message["data"]
            self.messages.append(told)
            if told[0] == kind and all(told[1].get(key) == value for key, value in wanted.items()):
                return told[1]

    def shown(self, name: str) -> str:
        """Everything the kernel told of a cell, as text: its output, what it printed, its traceback."""
        at = self.cells[name]
        return json.dumps([data for kind, data in self.messages if kind == "cell-op" and data.get("cell_id") == at])

    def until_shown(self, name: str, text: str) -> None:
        """Wait until a cell shows that text."""
        while text not in self.shown(name):
            self.until("cell-op")

    def close(self) -> None:
        """Close the page."""
        self._open.close()
