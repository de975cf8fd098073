"""Modules in C beside their sources, where they were built; ``LINEAGE_COMPILED=0`` leaves them all aside.

They are built when the package is installed on a machine that has a C compiler and Python's headers, and come with
wheels that were built on one. Whatever one does is also there in Python, under the same tests.

To add one: its source beside the Python it stands in for, with ``SOURCE_DIGEST`` as the others have it, and its path
in ``SOURCES`` of hatch_build.py.
"""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

SETTING = "LINEAGE_COMPILED"


def load(name: str, source: Path) -> tuple[Any, str]:
    """The module ``name``, built from ``source``; or None and why it isn't used."""
    if os.environ.get(SETTING, "1").lower() in {"0", "no", "false"}:
        return None, f"{SETTING}=0"
    try:
        module = import_module(name)
    except ModuleNotFoundError:
        return None, f"{source.name} wasn't built: no C compiler or Python headers when lineage_ext was installed"
    except ImportError as error:
        return None, str(error)
    if digest(source) != module.SOURCE_DIGEST:
        return None, f"{source.name} is another source than it was built from; install lineage_ext again"
    return module, ""


def digest(source: Path) -> str:
    """Of the source and the headers beside it."""
    return hashlib.sha256(b"".join(p.read_bytes() for p in (source, *sorted(source.parent.glob("*.h"))))).hexdigest()
