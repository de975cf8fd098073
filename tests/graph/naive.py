"""The graph's questions answered the slow and obvious way: follow every single edge, remember everything met."""

from __future__ import annotations

from collections.abc import Iterable

from lineage_ext.model import ORDER, ROWS, ColumnEdge, Confidence, Run, Transformation

Spot = tuple[int, int]
Found = dict[tuple[Spot, Transformation, bool], Confidence]
SURE = list(Confidence)


class Naive:
    """All edges of some runs in a list. As in the graph, the first run that outputs a dataset made it."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.edges: list[ColumnEdge] = []
        self.made: dict[int, Run] = {}
        self.known: set[int] = set()
        self.external: set[int] = set()
        for run in runs:
            self._add(run)

    def _add(self, run: Run) -> None:
        above = self.ancestors_of({d.no for d in run.inputs}) | {d.no for d in run.inputs}
        new = [d.no for d in run.outputs if d.no not in self.made and d.no not in above]
        for no in new:
            self.made[no] = run
        self.external |= {d.no for d in (*run.inputs, *run.outputs) if d.external}
        seen: set[int] = set()
        for edge in run.column_edges():
            if edge.target.dataset in new:
                self.edges.append(edge)
                seen.add(edge.target.dataset)

    def ancestors_of(self, numbers: set[int]) -> set[int]:
        """Everything those were made from."""
        found: set[int] = set()
        todo = set(numbers)
        while todo:
            run = self.made.get(todo.pop())
            for dataset in run.inputs if run else ():
                if dataset.no not in found:
                    found.add(dataset.no)
                    todo.add(dataset.no)
        return found

    def sources(self, no: int, slot: int) -> Found:
        """(root slot, transformation, masking) → the surest confidence of any way from it to a slot."""
        met: dict[tuple[Spot, Transformation, Confidence, bool], None] = {}
        todo = [((no, slot), Transformation.IDENTITY, Confidence.EXACT, False)]
        while todo:
            state = todo.pop()
            if state in met:
                continue
            met[state] = None
            spot, how, sure, masking = state
            if spot[0] != no and spot[0] in self.external:
                continue
            for e in self.edges:
                if (e.target.dataset, e.target.slot) == spot:
                    source = (e.source.dataset, e.source.slot)
                    sure_here, masked = e.confidence.then(sure), e.masking or masking
                    todo.append((source, e.transformation.then(how), sure_here, masked))
        found: Found = {}
        for spot, how, sure, masking in met:
            if spot[0] != no and (spot[0] not in self.made or spot[0] in self.external):
                known = found.get((spot, how, masking))
                if known is None or SURE.index(sure) < SURE.index(known):
                    found[spot, how, masking] = sure
        return found

    def rows(self, no: int) -> set[tuple[Spot, int, Transformation]]:
        """(root slot, ROWS or ORDER, how) of what isn't DIRECT."""
        return {
            (spot, slot, how) for slot in (ROWS, ORDER) for spot, how, _ in self.sources(no, slot) if not how.direct
        }

    def reached(self, no: int, slots: Iterable[int]) -> set[int]:
        """Datasets that some slots of a dataset influence."""
        met: set[Spot] = set()
        todo: list[Spot] = [(no, s) for s in slots]
        while todo:
            spot = todo.pop()
            if spot not in met:
                met.add(spot)
                todo += [
                    (e.target.dataset, e.target.slot) for e in self.edges if (e.source.dataset, e.source.slot) == spot
                ]
        return {dataset for dataset, _ in met} - {no}
