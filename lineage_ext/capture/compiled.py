"""The hooks in C (``_hooks.c``), where they were built. Without them the same hooks run in Python (``direct``)."""

from __future__ import annotations

from pathlib import Path

from lineage_ext.compiled import load

HOOKS, reason = load("lineage_ext.capture._hooks", Path(__file__).with_name("_hooks.c"))


def language() -> str:
    """In what the hooks run: "C", or "Python" with the reason."""
    return "C" if HOOKS is not None else f"Python ({reason})"
