"""``%lineage``."""

from __future__ import annotations

from typing import Any


def register(shell: Any) -> None:
    """Add the magic."""


def unregister(shell: Any) -> None:
    """Take it away."""
