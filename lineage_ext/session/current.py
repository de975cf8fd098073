"""Which cell run the calling code belongs to."""

from __future__ import annotations

from contextvars import ContextVar

CURRENT: ContextVar[int | None] = ContextVar("lineage_ext_run", default=None)
"""Number of the cell run the calling code belongs to. Async cells and ``to_thread`` inherit it, plain threads don't."""
