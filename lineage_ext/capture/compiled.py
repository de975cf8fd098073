"""The hooks in C (``_hooks.c``), where they were built; ``LINEAGE_COMPILED=0`` leaves them aside.

They are built when the package is installed on a machine that has a C compiler and Python's headers, and come with
wheels that were built on one. Without them the same hooks run in Python (``recorder``).
"""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

SETTING = "LINEAGE_COMPILED"
SOURCE = Path(__file__).with_name("_hooks.c")


def load() -> tuple[Any, str]:
    """The module, or None and why it isn't used."""
    if os.environ.get(SETTING, "1").lower() in {"0", "no", "false"}:
        return None, f"{SETTING}=0"
    try:
        module = import_module("lineage_ext.capture._hooks")
    except ModuleNotFoundError:
        return None, "they weren't built: no C compiler or Python headers when lineage_ext was installed"
    except ImportError as error:
        return None, str(error)
    if hashlib.sha256(SOURCE.read_bytes()).hexdigest() != module.SOURCE_DIGEST:
        return None, "they were built from another source; install lineage_ext again"
    return module, ""


HOOKS, reason = load()


def language() -> str:
    """In what the hooks run: "C", or "Python" with the reason."""
    return "C" if HOOKS is not None else f"Python ({reason})"
