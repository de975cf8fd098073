"""What marimo's kernels call when they start, through the entry point ``marimo.kernel.lifespan``: opt-in tracking.

marimo calls it in every notebook on this machine, and an exception in it would keep every cell from running (0.25: with
exit code 0), an ImportError would hang ``marimo export``. So it imports nothing of ours until a project or the user
asks for it, and lets nothing out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

SETTING, FILE = "LINEAGE_MARIMO", "lineage.toml"
_YES = frozenset({"1", "true", "yes", "on"})


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Track the notebook of this kernel from before its first cell, if that is wanted."""
    try:
        if _wanted():
            from lineage_ext.hosts import start

            start.in_marimo()
    except Exception as error:
        _report(error)
    yield


def _wanted() -> bool:
    said = os.environ.get(SETTING)
    if said is not None:
        return said.strip().lower() in _YES
    file = _project_file()
    if file is None:
        return False
    import tomllib

    with open(file, "rb") as opened:
        return tomllib.load(opened).get("marimo") is True


def _project_file() -> str | None:
    """``lineage.toml`` in the notebook's folder, or above it up to its git root: the nearest."""
    folder = os.path.dirname(_notebook()) or os.getcwd()
    while True:
        file = os.path.join(folder, FILE)
        if os.path.isfile(file):
            return file
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = above


def _notebook() -> str:
    types: Any = sys.modules.get("marimo._runtime.context.types")
    if types is None or not types.runtime_context_installed():
        return ""
    filename = types.get_context().filename
    return os.path.abspath(filename) if filename else ""


def _report(error: Exception) -> None:
    try:
        from lineage_ext import guard

        guard.report("marimo", error)
    except Exception:
        return  # nothing of ours works: the notebook runs without us
