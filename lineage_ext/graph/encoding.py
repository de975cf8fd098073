"""Column maps in numbers, for the walk in C: 20 bytes a block and 4 for each of its slots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lineage_ext import compiled
from lineage_ext.graph.loads import HOW, SURE

WALK, _ = compiled.load("lineage_ext.graph._walk", Path(__file__).with_name("_walk.c"))


def codes() -> Any:
    """Room for column maps; None where the walk in C wasn't built."""
    return None if WALK is None else WALK.Codes(HOW, SURE)
