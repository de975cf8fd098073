"""Which slots of which datasets reach a dataset, or are reached from it, over any number of operations.

Operations are passed in order (upstream: the latest first), so that each dataset is usually met when all that comes to
it has come. Over 100 000 operations of 10 columns that takes 75 ms when the steps are known, 130 ms when a thousand
different column maps are met for the first time (``benchmarks/scale_graph.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from lineage_ext.graph.loads import Item, Loads
from lineage_ext.graph.tables import Operations


class Closure:
    """Walks over the operations with loads of one direction.

    External datasets end a way, unless ``through``: then what was written and read again is passed.
    """

    def __init__(self, operations: Operations, loads: Loads, *, through: bool = False) -> None:
        self._operations = operations
        self._loads = loads
        self._ends = set() if through else operations.datasets.external
        self.visited = 0  # datasets looked at so far
        loads.trim()

    def items(self, load: int) -> list[Item]:
        """(slot, transformation, confidence, reason, masking) of a load."""
        return self._loads.items(load)

    def up(self, start: int, slots: Iterable[int]) -> dict[int, int]:
        """Row of each dataset where the ways to some slots of ``start`` begin → the load there, in order of rows.

        They begin at external datasets and at those that no operation made.
        """
        operations, producer, ends = self._operations, self._operations.datasets.producer, self._ends
        wrote, written, read, reads = operations.wrote, operations.written, operations.read, operations.reads
        maps, steps, step, union = operations.map, self._loads.steps, self._loads.step, self._loads.union
        reached = {start: self._loads.start(slots)}
        todo = [-producer[start]] if producer[start] >= 0 else []
        roots: set[int] = set()
        done = -1
        while todo:
            maker = -heappop(todo)
            if maker == done:
                continue
            done = maker
            first, shape = reads[maker], maps[maker]
            for end in range(wrote[maker + 1] - wrote[maker]):
                row = written[wrote[maker] + end]
                load = reached.get(row)
                if load is None or producer[row] != maker or (row in ends and row != start):
                    continue
                found = steps.get((shape, end, load))
                for place, come in step(shape, end, load) if found is None else found:
                    source = read[first + place]
                    known = reached.get(source)
                    if known == come:
                        continue
                    now = come if known is None else union(known, come)
                    if now == known:
                        continue
                    reached[source] = now
                    if producer[source] >= 0 and source not in ends:
                        heappush(todo, -producer[source])
                    else:
                        roots.add(source)
        self.visited += len(reached)
        return {row: reached[row] for row in sorted(roots)}

    def down(self, start: int, slots: Iterable[int]) -> dict[int, int]:
        """Row of each dataset that some slots of ``start`` reach → the load there, in order of rows."""
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
        self.visited += len(reached)
        return {row: reached[row] for row in sorted(reached) if row != start}
