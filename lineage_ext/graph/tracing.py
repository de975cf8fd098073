"""From tables to a Trace: breadth-first over columns (or datasets), then what chose the rows, then the far ends."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator

from lineage_ext.graph.closure import Closure
from lineage_ext.graph.places import Places
from lineage_ext.graph.steps import Influence, Link, Node, Source, Step
from lineage_ext.graph.tables import Memory
from lineage_ext.graph.trace import Trace
from lineage_ext.model import ORDER, ROWS, WHOLE, Confidence, Dataset, Schema, Transformation, Upstream

MOST_STEPS = 2_000
MOST_LINKS = 20_000  # inputs of all steps together: an opaque step over wide frames has a thousand
MOST_INFLUENCES = 100
MOST_VISITED = 100_000  # datasets looked at for the sources of influences; those that it would pass stay without
Spot = tuple[int, int | None]  # row of a dataset, slot (None: all of it)


class Tracer:
    """Builds one Trace."""

    def __init__(self, memory: Memory, *, forward: bool = False) -> None:
        self.memory = memory
        self.table = memory.datasets
        self.operations = memory.operations
        self.forward = forward
        self.places = Places(memory)
        loads = memory.forward_loads if forward else memory.loads
        self.closure = Closure(memory.operations, loads, through=True)
        self._nodes: dict[Spot, Node] = {}

    def trace(self, row: int, slots: tuple[int, ...]) -> Trace:
        """The Trace of a dataset (no slots), or of some of its slots."""
        start: list[Spot] = [(row, s) for s in slots] or [(row, None)]
        steps, omitted, used_rows = self._forward(start) if self.forward else self._backward(start)
        every = slots or (*self.table.value(row).schema.all_slots, ROWS, ORDER)
        influences: list[Influence] = []
        if not self.forward:
            influences += Influences(self, own=False).of(used_rows)
            influences += Influences(self, own=True).of([(row, ROWS), (row, ORDER)])
        return Trace(
            "downstream" if self.forward else "upstream",
            tuple(self.node(spot) for spot in start),
            tuple(steps),
            tuple(self.far_ends(row, every)),
            tuple(influences),
            omitted,
            self._describe(row),
        )

    def between(self, above: int, below: int) -> Trace:
        """What leads from one dataset to another, as a Trace of the latter."""
        start: Spot = (below, None)
        inside = self._below(above) & {below, *self.operations.above([below])}
        steps, omitted, _ = self._backward([start], inside | {above}) if inside else ([], 0, [])
        first = [Step(s.node, s.operation, s.run, s.run_id, s.place, ()) for s in steps if self._row(s) == above]
        kept = [s for s in steps if self._row(s) != above] + first
        return Trace("upstream", (self.node(start),), tuple(kept), (), (), omitted, self._describe(below))

    def _row(self, step: Step) -> int:
        return self.table.places.get(step.node.dataset)

    # -- walking -----------------------------------------------------------------------------------------------------
    def _backward(self, start: list[Spot], inside: set[int] | None = None) -> tuple[list[Step], int, list[Spot]]:
        """Steps (only over rows ``inside``), how many were left out, and the ROWS and ORDER slots in values."""
        steps: list[Step] = []
        rows: dict[Spot, None] = {}
        seen, todo, total = set(start), deque(start), 0
        while todo and len(steps) < MOST_STEPS and total < MOST_LINKS:
            spot = todo.popleft()
            maker = self.table.producer[spot[0]]
            if maker < 0:
                continue
            links: list[Link] = []
            for other, link in self._inputs(maker, spot):
                if inside is not None and other[0] not in inside:
                    continue
                if other[1] in WHOLE:
                    rows[other] = None
                    if not link.transformation or not link.transformation.direct:
                        continue  # not a value of its own: told among the influences
                elif other not in seen:
                    seen.add(other)
                    todo.append(other)
                links.append(link)
            total += len(links)
            steps.append(self._step(maker, spot, links))
        return steps, len(todo), list(rows)

    def _inputs(self, maker: int, spot: Spot) -> Iterator[tuple[Spot, Link]]:
        row, slot = spot
        inputs = self.operations.inputs(maker)
        end = self.operations.outputs(maker).index(row)
        column_map = self.operations.maps[self.operations.map[maker]]
        if slot is None:
            doubts: dict[int, Confidence] = {}
            for block in column_map.blocks:
                if block.output == end:
                    doubts[block.input] = doubts.get(block.input, block.confidence).then(block.confidence)
            for place, confidence in sorted(doubts.items()):
                yield (inputs[place], None), Link(self.node((inputs[place], None)), None, confidence)
            return
        yield from self._linked(inputs, column_map.upstream(end, slot))

    def _linked(self, rows: Iterable[int], found: list[Upstream]) -> Iterator[tuple[Spot, Link]]:
        at = list(rows)
        for edge in dict.fromkeys(found):
            spot = (at[edge[0]], edge[1])
            yield spot, Link(self.node(spot), *edge[2:])

    def _forward(self, start: list[Spot]) -> tuple[list[Step], int, list[Spot]]:
        makers: dict[Spot, int] = {}
        links: dict[Spot, list[Link]] = {}
        seen, todo, total = set(start), deque(start), 0
        while todo and len(makers) < MOST_STEPS and total < MOST_LINKS:
            source = todo.popleft()
            for reader, made, link in self._outputs(source):
                total += 1
                makers[made] = reader
                links.setdefault(made, []).append(link)
                if made not in seen and made[1] not in WHOLE:
                    todo.append(made)
                seen.add(made)
        return [self._step(makers[made], made, links[made]) for made in makers], len(todo), []

    def _outputs(self, spot: Spot) -> Iterator[tuple[int, Spot, Link]]:
        row, slot = spot
        for reader, place in reversed(list(self.operations.uses(row))):
            outputs = self.operations.outputs(reader)
            column_map = self.operations.maps[self.operations.map[reader]]
            if slot is None:
                ends = {b.output: b for b in column_map.blocks if b.input == place}
                found: list[tuple[Spot, Link]] = [
                    ((outputs[e], None), Link(self.node(spot), None, b.confidence)) for e, b in ends.items()
                ]
            else:
                found = [
                    ((outputs[edge[0]], edge[1]), Link(self.node(spot), *edge[2:]))
                    for edge in dict.fromkeys(column_map.downstream(place, slot))
                ]
            yield from ((reader, made, link) for made, link in found if self.table.producer[made[0]] == reader)

    def _below(self, row: int) -> set[int]:
        found: set[int] = set()
        todo = [row]
        while todo:
            for reader, _ in self.operations.uses(todo.pop()):
                for made in self.operations.outputs(reader):
                    if made not in found and self.table.producer[made] == reader:
                        found.add(made)
                        todo.append(made)
        return found

    # -- values --------------------------------------------------------------------------------------------------------
    def node(self, spot: Spot) -> Node:
        """The Node of a spot, one object each."""
        found = self._nodes.get(spot)
        if found is None:
            row, slot = spot
            table, no = self.table, self.table.no[row]
            external = row in table.external
            column = "" if slot is None else slot_text(table.schema_of(row), slot)
            of = shown(table.value(row)) if external else ", ".join(self.memory.names.get(no, ())[-2:])
            found = self._nodes[spot] = Node(no, slot, column, of, str(table.kind_of(row)), external)
        return found

    def _step(self, at: int, spot: Spot, links: list[Link]) -> Step:
        operations = self.operations
        title = operations.jobs[operations.job[at]][1]
        place, untouched = self.places.of(at), self._untouched(spot, links)
        return Step(self.node(spot), title, operations.no[at], operations.id_of(at), place, tuple(links), untouched)

    def _untouched(self, spot: Spot, links: list[Link]) -> bool:
        if len(links) != 1 or links[0].transformation is not Transformation.IDENTITY:
            return False
        node, before = self.node(spot), links[0].node
        return self.table.of.get(spot[0]) == before.dataset and node.column == before.column

    def far_ends(self, row: int, slots: Iterable[int]) -> list[Source]:
        """External datasets at the far end (upstream: read; downstream: written), with the columns that take part."""
        reached = self.closure.down(row, slots) if self.forward else self.closure.up(row, slots)
        found: dict[tuple[str, str], tuple[Dataset, dict[str, None]]] = {}
        for other, items in reached.items():
            if other not in self.table.external:
                continue
            dataset = self.table.value(other)
            _, columns = found.setdefault((dataset.namespace, dataset.name), (dataset, {}))
            slots_there = (s for s, *_ in items if s not in WHOLE)
            columns.update((slot_text(dataset.schema, s), None) for s in slots_there)
        return [source_of(d, columns) for d, columns in found.values()]

    def _describe(self, row: int) -> str:
        dataset = self.table.value(row)
        rows = "" if dataset.rows is None else f", {dataset.rows:,} rows × {len(dataset.schema.labels)}"
        return f"{dataset.kind}{rows}"


class Influences:
    """What decided which rows there are: the non-identity edges into ROWS and ORDER along the way."""

    def __init__(self, tracer: Tracer, *, own: bool) -> None:
        self.tracer = tracer
        self.own = own
        self.found: dict[tuple[int, Transformation], dict[Spot, Link]] = {}

    def of(self, start: list[Spot]) -> list[Influence]:
        """Influences on those slots, nearest first."""
        tracer = self.tracer
        seen, todo = set(start), deque(start)
        while todo and len(self.found) < MOST_INFLUENCES:
            spot = todo.popleft()
            maker = tracer.table.producer[spot[0]]
            for other, link in tracer._inputs(maker, spot) if maker >= 0 else ():
                chain = other[1] in WHOLE
                if chain and other not in seen:
                    seen.add(other)
                    todo.append(other)
                if link.transformation is not None and not (chain and link.transformation.direct):
                    self.found.setdefault((maker, link.transformation), {})[other] = link
        return [self._influence(maker, how, links) for (maker, how), links in self.found.items()]

    def _influence(self, maker: int, how: Transformation, links: dict[Spot, Link]) -> Influence:
        tracer, operations = self.tracer, self.tracer.operations
        columns = {spot: link for spot, link in links.items() if spot[1] not in WHOLE} or links
        by_row: dict[int, list[int]] = {}
        for row, slot in columns:
            by_row.setdefault(row, []).append(slot if slot is not None else ROWS)
        sources: dict[tuple[str, str], Source] = {}
        closure = tracer.closure
        for row, slots in by_row.items():
            for source in self._sources(row, slots) if closure.visited + closure.longest <= MOST_VISITED else ():
                sources[source.namespace, source.name] = merged(sources.get((source.namespace, source.name)), source)
        return Influence(
            how,
            operations.jobs[operations.job[maker]][1],
            operations.no[maker],
            operations.id_of(maker),
            tracer.places.of(maker),
            tuple(columns.values()),
            tuple(sources.values()),
            self.own,
        )

    def _sources(self, row: int, slots: list[int]) -> list[Source]:
        if row in self.tracer.table.external and self.tracer.table.producer[row] < 0:
            dataset = self.tracer.table.value(row)
            names = tuple(slot_text(dataset.schema, s) for s in slots if s not in WHOLE)
            return [source_of(dataset, names)]
        return self.tracer.far_ends(row, slots)


def merged(known: Source | None, more: Source) -> Source:
    """Two Sources of one dataset as one."""
    columns = tuple(dict.fromkeys((*known.columns, *more.columns))) if known else more.columns
    return Source(more.dataset, more.namespace, more.name, more.shown, columns)


def slot_text(schema: Schema, slot: int) -> str:
    """A slot for a reader: keys and levels by their bare names."""
    name = schema.slot_name(slot)
    return name if slot >= 0 or slot in WHOLE else name.strip("<>").removeprefix("key ")


def shown(dataset: Dataset) -> str:
    """A short name for an external dataset: a path relative to the working directory where it lies below it."""
    if dataset.namespace == "file":
        here = os.getcwd().rstrip("/") + "/"
        return dataset.name.removeprefix(here)
    return f"{dataset.namespace.rstrip('/')}/{dataset.name.lstrip('/')}"


def source_of(dataset: Dataset, columns: Iterable[str]) -> Source:
    """The Source of a dataset."""
    return Source(dataset.no, dataset.namespace, dataset.name, shown(dataset), tuple(columns))
