"""The graph as a person would draw it: files and named datasets as boxes, cells around them, operations on the arrows.

Intermediate datasets without a name are passed over; the operations that made them stand on the arrow between the
boxes. Where no dataset has a name (a script without cells), all are drawn. At most MOST boxes: then superseded
versions of variables go first, and ``omitted`` counts them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from lineage_ext.graph import LineageGraph
from lineage_ext.model import CodeFacet, Dataset, ResultFacet, Run, RunKind

MOST = 150
MOST_ARROWS = 400  # Mermaid refuses more than 500
MOST_PASSED = 20_000
WIDTH = 48


@dataclass(frozen=True, slots=True)
class Box:
    """A dataset. ``cell`` is the id of the cell run that made it, "" for files and what was there before."""

    no: int
    lines: tuple[str, ...]
    cell: str
    external: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """What leads from one box to another."""

    source: int
    target: int
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The frame around the boxes of a cell run."""

    id: str
    no: int
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes by cell, arrows between them."""

    title: str
    cells: tuple[Cell, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    omitted: int

    def inside(self, cell: str) -> list[Box]:
        """The boxes of a cell ("": of none)."""
        return [b for b in self.boxes if b.cell == cell]


def draw(graph: LineageGraph) -> Picture:
    """The picture of a session."""
    session = next((r for r in graph.runs() if r.kind is RunKind.SESSION), None)
    cells = {r.id: r for r in graph.runs() if r.kind is RunKind.CELL}
    kept, omitted = _kept(graph, list(cells.values()))
    arrows = [a for no in kept for a in _arrows(graph, no, kept)]
    extra = dict.fromkeys(a.source for a in arrows if a.source not in kept)  # unnamed beginnings
    boxes = [_box(graph, no, cells) for no in (*kept, *extra)]
    used = {b.cell for b in boxes}
    return Picture(
        session.job.name if session else "lineage",
        tuple(_cell(r) for r in cells.values() if r.id in used),
        tuple(boxes),
        tuple(arrows[:MOST_ARROWS]),
        omitted,
    )


def _kept(graph: LineageGraph, cells: list[Run]) -> tuple[dict[int, None], int]:
    """Numbers of the datasets that get a box, and how many had to be left out."""
    displayed = {f.dataset for r in cells for f in r.facets if isinstance(f, ResultFacet)}
    every = list(graph.datasets())
    named = [d for d in every if d.external or graph.names(d.no) or d.no in displayed]
    if all(d.external for d in named):
        named = every
    last = set(graph.variables().values()) | displayed
    named.sort(key=lambda d: (not d.external and d.no not in last, -d.no))
    shown = sorted(named[:MOST], key=lambda d: d.no)
    return dict.fromkeys(d.no for d in shown), len(named) - len(shown)


def _arrows(graph: LineageGraph, no: int, kept: dict[int, None]) -> list[Arrow]:
    """From the nearest boxes above a dataset, with the operations passed on the way."""
    found: dict[int, list[str]] = {}
    seen, todo = {no}, deque([(no, list[str]())])
    while todo and len(seen) < MOST_PASSED:
        at, passed = todo.popleft()
        maker = graph.producer(at)
        names = [short(maker.job.name), *passed] if maker else passed
        for source in _sources(maker, at) if maker else ():
            if source in seen:
                continue
            seen.add(source)
            if source in kept or graph.producer(source) is None:
                found[source] = names
            else:
                todo.append((source, names))
    return [Arrow(source, no, _label(names)) for source, names in found.items()]


def _sources(maker: Run, made: int) -> list[int]:
    """Numbers of the inputs that have an edge into this output."""
    outputs = {i for i, d in enumerate(maker.outputs) if d.no == made}
    linked = {b.input for b in maker.column_map.blocks if b.output in outputs}
    return [d.no for i, d in enumerate(maker.inputs) if i in linked]


def _label(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    shown = distinct if len(distinct) <= 4 else [*distinct[:2], "…", *distinct[-1:]]
    return cut(", ".join(shown))


def _box(graph: LineageGraph, no: int, cells: dict[str, Run]) -> Box:
    dataset = graph.dataset(no)
    maker = graph.producer(no)
    cell = maker.parent_id or "" if maker and not dataset.external else ""
    called = graph.names(no)[-2:] or [f"({dataset.kind})"]
    title = cut(_place(dataset), end=True) if dataset.external else cut(", ".join(called))
    rows = "" if dataset.rows is None else f"{dataset.rows:,} × "
    size = f"{rows}{len(dataset.schema.labels)} columns"
    return Box(no, (title, size), cell if cell in cells else "", dataset.external)


def _place(dataset: Dataset) -> str:
    if dataset.namespace == "file":
        return dataset.name
    return f"{dataset.namespace.rstrip('/')}/{dataset.name.lstrip('/')}"


def _cell(run: Run) -> Cell:
    code: CodeFacet | None = run.facet(CodeFacet)
    first = next((line for line in code.source.splitlines() if line.strip()), "") if code else ""
    count = f"[{code.execution_count}] " if code and code.execution_count is not None else ""
    return Cell(run.id, run.no, cut(count + first.strip()))


def short(operation: str) -> str:
    """``merge`` for ``pandas.DataFrame.merge``, ``getitem`` for ``__getitem__``."""
    return operation.rpartition(".")[2].strip("_")


def cut(text: str, *, end: bool = False) -> str:
    """At most WIDTH characters: the first, or the last ones (of a path)."""
    if len(text) <= WIDTH:
        return text
    return "…" + text[1 - WIDTH :] if end else text[: WIDTH - 1] + "…"
