"""A Jupyter server of this environment: JupyterLab and Notebook 7, with everything it writes in one folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError

import nbformat

ROOT = Path(__file__).parents[3]
EXTENSION = ROOT / "lineage_ext" / "labextension"


class Server:
    """Started by the constructor, which waits until it answers; ``close`` ends it and its kernels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "notebooks"
        self.folder.mkdir(parents=True)
        self.log = folder / "server.log"
        # The extension of this tree, not the installed copy of it.
        shutil.copytree(EXTENSION, folder / "share" / "labextensions" / "lineage-ext")
        _be_quiet(folder / "config")
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        options = [
            "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
            f"--ServerApp.root_dir={self.folder}", "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]  # fmt: skip
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "jupyterlab", *options]
            self.process = subprocess.Popen(command, env=_environment(folder), stdout=log, stderr=log)
        self._wait()

    def _wait(self, seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/api", timeout=5).close()
            except (URLError, OSError):
                time.sleep(0.2)
            else:
                return
        self.close()
        raise RuntimeError(f"the Jupyter server didn't start:\n{self.log.read_text()}")

    def write(self, name: str, cells: Sequence[str]) -> Path:
        """A notebook of code cells, whose ids are ``cell-0``, ``cell-1`` …"""
        path = self.folder / name
        code = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(cells)]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel}), path)
        return path

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _be_quiet(config: Path) -> None:
    """JupyterLab asks whether it may fetch news, and covers the panel."""
    settings = config / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')


def _environment(folder: Path) -> dict[str, str]:
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"HOME": str(folder / "home"), "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_PATH": str(folder / "share")}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port
