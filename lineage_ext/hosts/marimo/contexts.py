"""Which marimo notebook the calling code belongs to. marimo keeps a context for each thread that runs one.

marimo is looked up in ``sys.modules``: where it isn't imported, there is no notebook of it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psutil

_TYPES = "marimo._runtime.context.types"
_KERNEL = "marimo._runtime.context.kernel_context"


def here() -> Any:
    """marimo's context of this thread, of the notebook itself if an embedded app is running; None elsewhere."""
    types: Any = sys.modules.get(_TYPES)
    if types is None or not types.runtime_context_installed():
        return None
    context = types.get_context()
    while getattr(context, "parent", None) is not None:
        context = context.parent
    return context


def key() -> object:
    """What tells the notebooks of one process apart: the context of a kernel's thread. None in scripts."""
    context = here()
    kernel: Any = sys.modules.get(_KERNEL)
    return id(context) if context is not None and isinstance(context, kernel.KernelRuntimeContext) else None


def innermost() -> Any:
    """marimo's context of this thread as it is, of an embedded app if one is running. None elsewhere."""
    types: Any = sys.modules.get(_TYPES)
    return types.get_context() if types is not None and types.runtime_context_installed() else None


def running_cell() -> Any:
    """The cell that this thread is running, None between cells."""
    context = innermost()
    execution = context.execution_context if context is not None else None
    if execution is None or execution.setting_element_value:
        return None
    return context.graph.cells.get(getattr(execution, "local_cell_id", None) or execution.cell_id)


def namespace() -> dict[str, Any]:
    """The variables of the notebook that this thread runs. A script's are those of ``__main__`` meanwhile."""
    context = innermost()
    if key() is None or context is None:
        return vars(sys.modules["__main__"])
    found: dict[str, Any] = context.globals
    return found


COMMANDS = ("edit", "run", "export", "new", "tutorial", "convert")


@cache
def exporting() -> bool:
    """Whether ``marimo export`` runs the notebook, in this process or in the one that started it."""
    me = psutil.Process()
    with suppress(psutil.Error):
        for process in (me, me.parent()):
            words = process.cmdline() if process is not None else []
            at = next((i for i, word in enumerate(words) if Path(word).stem in ("marimo", "__main__")), len(words))
            if next((word for word in words[at:] if word in COMMANDS), "") == "export":
                return True
    return False


def element_cell() -> str:
    """The cell that made the UI element whose new value this thread is handling, "" if it doesn't handle one."""
    context = innermost()
    execution = context.execution_context if context is not None else None
    return str(execution.cell_id) if execution is not None and execution.setting_element_value else ""
