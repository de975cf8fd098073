"""The recorded session as ``%lineage export html`` writes it."""

from __future__ import annotations

from pathlib import Path

from lineage_ext.export import html
from tests.browser.panel_page import RECORDED


def report(folder: Path) -> str:
    """Write it; gives back its address."""
    file = folder / "report.html"
    session = RECORDED.read_text(encoding="utf-8").replace('"name":"ipython"', '"name":"flights"')
    file.write_text(html.document(session, "flights"), encoding="utf-8")
    return file.as_uri()
