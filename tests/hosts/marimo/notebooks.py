"""Notebooks of marimo's as files, and what a session recorded of them as plain values."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from lineage_ext.errors import StoreError, UnknownName
from lineage_ext.graph import LineageGraph
from lineage_ext.model import CodeFacet, DataflowFacet, ErrorFacet, Run, RunKind
from lineage_ext.store import reading

PROGRAM = {
    "load": """
        orders = pd.DataFrame({"id": [1, 2, 3, 4], "amount": [10.0, 20.0, 30.0, 40.0], "region": list("abab")})
        rates = pd.DataFrame({"region": ["a", "b"], "rate": [0.1, 0.2]})""",
    "join": """
        joined = orders.merge(
            rates, on="region"
        )
        joined["tax"] = joined["amount"] * joined["rate"]""",
    "total": """
        limit = 1
        totals = joined.groupby("region")["tax"].sum().reset_index()
        totals["share"] = np.sqrt(totals["tax"].to_numpy())
        big = totals[totals["tax"] > limit]
        big""",
    "function": """
        def doubled(frame):
            return frame.assign(tax=frame["tax"] * 2)
        more = doubled(big)""",
}
"""The same program for every host: a cell each, by name."""
IMPORTS = "import numpy as np\nimport pandas as pd"


def write(path: Path, cells: dict[str, str], setup: str = IMPORTS) -> Path:
    """A notebook file as marimo would save it, its cells under their names (``_3``: none)."""
    parts = ["import marimo", "app = marimo.App()"]
    if setup:
        parts.append("with app.setup:\n" + textwrap.indent(setup, "    "))
    for name, text in cells.items():
        code = textwrap.dedent(text).strip("\n")
        kind = "async def" if "await " in code else "def"
        parts.append(f"@app.cell\n{kind} {'_' if name.startswith('_') else name}():\n{textwrap.indent(code, '    ')}")
    parts.append('if __name__ == "__main__":\n    app.run()')
    path.write_text("\n\n\n".join(parts) + "\n")
    return path


def recorded(folder: Path, until: Callable[[LineageGraph], object] = lambda _: True, wait: float = 90) -> LineageGraph:
    """The latest session of a folder's store, once it is what is waited for."""
    store = folder / ".lineage" / "lineage.sqlite"
    for _ in range(int(wait / 0.2)):
        if store.exists():
            with suppress(StoreError, UnknownName):  # there is nothing in it yet
                graph = reading.load(store)
                if until(graph):
                    return graph
        time.sleep(0.2)
    assert store.exists(), f"nothing was recorded in {folder}"
    return reading.load(store)


def cells(graph: LineageGraph, name: str) -> list[Run]:
    """The runs of the cell with that name, oldest first."""
    return [run for run in graph.cells() if run.job.name.endswith(f".{name}")]


def state(run: Run) -> str:
    """How a cell ended, and with which exception."""
    error = run.facet(ErrorFacet)
    return f"{run.state.name} {error.type}" if error is not None else run.state.name


def ids(graph: LineageGraph) -> dict[str, str]:
    """Cell id by source."""
    codes = (run.facet(CodeFacet) for run in graph.cells())
    return {code.source: code.cell_id for code in codes if code.source}


def dataflow(graph: LineageGraph, name: str) -> DataflowFacet:
    """What marimo told of a cell."""
    found = cells(graph, name)[-1].facet(DataflowFacet)
    assert found is not None
    return found


def operations(graph: LineageGraph) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every operation in order: what it was, the text it stands in, and its column edges."""
    return [
        (run.job.name, run.position.text if run.position else "", tuple(sorted(_edges(run))))
        for run in graph.runs()
        if run.kind is RunKind.OPERATION
    ]


def _edges(run: Run) -> Iterator[str]:
    """Edges by the places of datasets among the operation's own, for numbers differ from session to session."""
    places = {d.no: f"in {i}" for i, d in enumerate(run.inputs)}
    for edge in run.column_edges():
        source, target = places[edge.source.dataset], edge.target.slot
        yield f"{source}, {edge.source.slot} -> {target}: {edge.transformation.name} {edge.confidence.name}"
