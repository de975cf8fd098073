"""The built front end (``js/``, built by ``npm run build``), as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


@cache
def script() -> str:
    """The ES module: what anywidget and the report load."""
    return (STATIC / "panel.js").read_text(encoding="utf-8")


@cache
def style() -> str:
    """Its style sheet."""
    return (STATIC / "panel.css").read_text(encoding="utf-8")
