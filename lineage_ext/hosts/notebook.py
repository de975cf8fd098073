"""Which notebook this kernel runs, and which project it belongs to. Hosts tell in different ways, some not at all."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from lineage_ext.hosts import Notebook

_BATCH = ("nbconvert", "papermill", "nbclient", "jupyter-execute", "jupytext")


def find(user_ns: dict[str, Any]) -> Notebook:
    """The notebook of an IPython kernel. Looked up each time: Jupyter's name goes stale, VS Code's comes late."""
    path, found = _path(user_ns)
    return Notebook(_host(user_ns), sys.modules["IPython"].__version__, path, found)


def _path(user_ns: dict[str, Any]) -> tuple[str, str]:
    session = os.environ.get("JPY_SESSION_NAME", "")  # JupyterLab, Notebook; a console's session has another name
    if session.endswith(".ipynb"):
        return session, "JPY_SESSION_NAME"
    file = user_ns.get("__vsc_ipynb_file__")
    if isinstance(file, str):
        return file, "__vsc_ipynb_file__"
    arguments, folder = _parent()
    if any(tool in os.path.basename(a) for a in arguments[:4] for tool in _BATCH):
        for argument in arguments[1:]:
            if argument.endswith(".ipynb"):
                return os.path.join(folder, argument), "argv"
    return "", ""


def _host(user_ns: dict[str, Any]) -> str:
    if "google.colab" in sys.modules:
        return "colab"
    if "__vsc_ipynb_file__" in user_ns or "VSCODE_PID" in os.environ:
        return "vscode"
    return "jupyter" if "ipykernel" in sys.modules else "ipython"


def _parent() -> tuple[list[str], str]:
    """Command line and working directory of the process that started this one."""
    parent = os.getppid()
    with suppress(OSError):
        text = Path(f"/proc/{parent}/cmdline").read_bytes()
        return [a.decode(errors="replace") for a in text.split(b"\0")], os.readlink(f"/proc/{parent}/cwd")
    with suppress(Exception):  # no /proc, or the process isn't ours to look at
        import psutil

        process = psutil.Process(parent)
        return process.cmdline(), process.cwd()
    return [], ""


def project(path: str = "") -> Path:
    """The folder lineage is kept for: the git root above ``path`` (a notebook or script), else its folder, else cwd."""
    start = Path(path).absolute().parent if path else Path.cwd()
    if not start.is_dir():  # a path on another machine
        start = Path.cwd()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)
