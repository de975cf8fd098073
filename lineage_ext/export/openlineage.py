"""OpenLineage run events, one a line: what a catalog reads. https://openlineage.io/docs/spec/object-model"""

from __future__ import annotations

from pathlib import Path

from lineage_ext.config import LineageConfig
from lineage_ext.emit.openlineage import Settings, encode, events
from lineage_ext.export import writing
from lineage_ext.graph import LineageGraph


def write(graph: LineageGraph, path: Path, config: LineageConfig) -> None:
    """Write it. Raises OSError."""
    writing.write(path, (encode(event) for event in events(graph, Settings.of(config))))
