"""What marimo knows of a cell before it runs: the names it defines, those it takes from other cells, and which."""

from __future__ import annotations

from typing import Any

from lineage_ext.model import DataflowFacet


def dataflow(cell: Any, graph: Any) -> DataflowFacet:
    """The facet of a cell. ``graph`` is marimo's; a cell that isn't in it (the scratchpad's) has no parents."""
    known = graph.definitions if graph is not None else {}
    parents = graph.parents.get(cell.cell_id, ()) if graph is not None else ()
    return DataflowFacet(
        tuple(sorted(cell.defs)),
        tuple(sorted(ref for ref in cell.refs if ref in known)),
        tuple(sorted(map(str, parents))),
    )
