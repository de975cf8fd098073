"""Which slots of which datasets reach a dataset, or are reached from it, over any number of operations.

Operations are passed in order (upstream: the latest first), so that each dataset is usually met when all that comes to
it has come. In C (``_walk.c``, where it was built) an operation takes about 0.3 µs; in Python 1 µs where its step is
known, 10 where it isn't (``benchmarks/scale_graph.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from lineage_ext.graph.encoding import WALK
from lineage_ext.graph.loads import THEN, Item, Loads
from lineage_ext.graph.tables import Operations


class Closure:
    """Walks over the operations with loads of one direction.

    External datasets end a way, unless ``through``: then what was written and read again is passed.
    """

    def __init__(self, operations: Operations, loads: Loads, *, through: bool = False) -> None:
        self._operations = operations
        self._loads = loads
        self._through = through
        self._ends = set() if through else operations.datasets.external
        self.visited = 0  # datasets looked at so far, wide ones counting more
        self.longest = 0  # the most that one walk looked at
        loads.trim()

    def up(self, start: int, slots: Iterable[int]) -> dict[int, list[Item]]:
        """Row of each dataset where the ways to some slots of ``start`` begin → what of it takes part there.

        They begin at external datasets and at those that no operation made. In order of rows.
        """
        return self._far_ends(start, tuple(slots), forward=False)

    def down(self, start: int, slots: Iterable[int]) -> dict[int, list[Item]]:
        """Row of each external dataset that some slots of ``start`` reach → what of it they reach, in order of rows."""
        return self._far_ends(start, tuple(slots), forward=True)

    def _far_ends(self, start: int, slots: tuple[int, ...], *, forward: bool) -> dict[int, list[Item]]:
        if self._operations.codes is not None:
            try:
                return self._in_c(start, slots, forward)
            except OverflowError:  # more reasons than C has numbers for
                pass
        found = (self._down if forward else self._up)(start, slots)
        return {row: self._loads.items(found[row]) for row in sorted(found)}

    def _in_c(self, start: int, slots: tuple[int, ...], forward: bool) -> dict[int, list[Item]]:
        o, d = self._operations, self._operations.datasets
        arrays = (d.producer, d.use, o.map, o.reads, o.wrote, o.read, o.reader, o.earlier, o.written)
        found: dict[int, list[Item]]
        found, passed = WALK.far_ends(
            arrays, o.codes, o.maps.values, THEN, d.external, o.late, start, slots, forward, self._through
        )
        self._passed(passed)
        return found

    def _passed(self, datasets: int) -> None:
        self.visited += datasets
        self.longest = max(self.longest, datasets)

    # -- the same in Python ------------------------------------------------------------------------------------------
    def _up(self, start: int, slots: Iterable[int]) -> dict[int, int]:
        """Row → the load there."""
        producer, maps, several = self._operations.datasets.producer, self._operations.map, self._operations.several
        read, reads, ends = self._operations.read, self._operations.reads, self._ends
        steps, step, union = self._loads.steps, self._loads.step, self._loads.union
        maker = producer[start]
        if maker < 0:
            return {}
        waiting = {maker: {start: self._loads.start(slots)}}  # operation → what it made, with the load there
        todo = [-maker]
        roots: dict[int, int] = {}
        visited = 0
        while waiting:
            made = waiting.pop(maker, None)  # most often it is the one before
            if made is None:
                maker = -heappop(todo)
                continue
            first, shape = reads[maker], maps[maker]
            for row, load in made.items():
                end = self._operations.outputs(maker).index(row) if maker in several else 0
                found = steps.get((shape, end, load))
                for place, come in step(shape, end, load) if found is None else found:
                    source = read[first + place]
                    above = producer[source]
                    if above < 0 or source in ends:
                        known = roots.get(source)
                        roots[source] = come if known is None else union(known, come)
                        continue
                    there = waiting.get(above)
                    if there is None:
                        waiting[above] = {source: come}
                        if above != maker - 1:
                            heappush(todo, -above)
                        continue
                    known = there.get(source)
                    there[source] = come if known is None or known == come else union(known, come)
            visited += len(made)
            maker -= 1
        self._passed(visited)
        return roots

    def _down(self, start: int, slots: Iterable[int]) -> dict[int, int]:
        operations, producer = self._operations, self._operations.datasets.producer
        steps, step, union = self._loads.steps, self._loads.step, self._loads.union
        reached = {start: self._loads.start(slots)}
        todo = [(-1, start)]
        while todo:
            _, row = heappop(todo)
            load = reached[row]
            for reader, place in operations.uses(row):
                shape, first = operations.map[reader], operations.wrote[reader]
                found = steps.get((shape, place, load))
                for end, come in step(shape, place, load) if found is None else found:
                    made = operations.written[first + end]
                    known = reached.get(made)
                    now = come if known is None else union(known, come)
                    if producer[made] != reader or now == known:
                        continue
                    reached[made] = now
                    if made not in self._ends:
                        heappush(todo, (reader, made))
        self._passed(len(reached))
        return {row: reached[row] for row in operations.datasets.external & reached.keys() - {start}}
