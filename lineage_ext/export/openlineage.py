"""OpenLineage run events, one a line: what a catalog reads. https://openlineage.io/docs/spec/object-model"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lineage_ext.config import LineageConfig
from lineage_ext.emit.openlineage import Settings, encode, events
from lineage_ext.export import writing
from lineage_ext.graph import LineageGraph
from lineage_ext.model import Run


def write(graph: LineageGraph, path: Path, config: LineageConfig, outward: Callable[[Run], Run]) -> None:
    """Write it, without literals of the user's code unless he says so. Raises OSError."""
    writing.write(path, (encode(event) for event in events(graph, Settings.of(config), outward)))
