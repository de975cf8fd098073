"""Loads: what of one dataset takes part in an answer, and how it passes over the column map of one operation.

A load says for each *way* (transformation, confidence, reason and masking of the whole way so far) which slots go it,
as bits of one integer. Loads are numbered, and the step over a column map is kept for each load met: a long session of
like operations then costs one dictionary look-up per dataset and not one per column edge. Of several ways with the same
transformation and masking the surest counts; once masked, a way stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from lineage_ext.graph.interning import Interned
from lineage_ext.model import Block, ColumnMap, Confidence, Transformation
from lineage_ext.model.column_map import passed

HOW = tuple(Transformation)
SURE = (Confidence.EXACT, Confidence.INFERRED, Confidence.OPAQUE)
_HOW = {t: i for i, t in enumerate(HOW)}
_SURE = {c: i for i, c in enumerate(SURE)}
THEN = tuple(tuple(_HOW[a.then(b)] for b in HOW) for a in HOW)  # [nearer the source][nearer the target]
MOST_KEPT = 20_000
FEW = 4  # slots of a load that are looked for one by one

K = TypeVar("K")
V = TypeVar("V")
Way = tuple[int, int, str, bool]  # position in HOW, position in SURE, reason, whether masking
Load = tuple[tuple[int, int], ...]  # (position of a way, bits of slots), in the order of positions
Item = tuple[int, Transformation, Confidence, str, bool]


class Crossing(NamedTuple):
    """One block of a column map, ready to be passed: ``ours`` and ``theirs`` are bits, ``pairs`` one bit to others.

    ``way`` is None where it changes nothing: values as they are, exactly known.
    """

    end: int
    other: int
    way: Way | None
    ours: int
    theirs: int
    kind: int
    pairs: dict[int, int]


_CROSS, _SAME, _PAIRS = range(3)
_STRAIGHT: Way = (_HOW[Transformation.IDENTITY], 0, "", False)


class Loads:
    """The loads met by questions about one graph in one direction. Kept between questions, within bounds."""

    def __init__(self, maps: Interned[ColumnMap], *, forward: bool) -> None:
        self._maps = maps
        self._forward = forward
        self.clear()

    def clear(self) -> None:
        """Forget everything; numbers given out become void."""
        self._bits: dict[int, int] = {}  # slot → bit
        self._slots: list[int] = []
        self._sums: dict[tuple[int, ...], int] = {}
        self._ways: Interned[Way] = Interned()
        self._loads: Interned[Load] = Interned()
        self._compositions: dict[tuple[int, Way], int] = {}
        self._crossings: dict[int, tuple[Crossing, ...]] = {}
        self._unions: dict[tuple[int, int], int] = {}
        self.steps: dict[tuple[int, int, int], tuple[tuple[int, int], ...]] = {}

    def trim(self) -> None:
        """Start afresh when too much is kept; between two questions only, for loads in use keep their numbers."""
        if len(self._loads.values) > MOST_KEPT:
            self.clear()

    def start(self, slots: Iterable[int]) -> int:
        """The load of some slots with nothing passed yet."""
        bits = self._sum(slots)
        return self._loads.put_key(((self._ways.put_key(_STRAIGHT), bits),))

    def items(self, load: int) -> list[Item]:
        """(slot, transformation, confidence, reason, masking), by slot."""
        found = []
        for way, bits in self._loads[load]:
            how, doubt, why, masking = self._ways[way]
            found += [(slot, HOW[how], SURE[doubt], why, masking) for slot in self._slots_of(bits)]
        return sorted(found)

    def union(self, a: int, b: int) -> int:
        """Both loads."""
        found = self._unions.get((a, b))
        if found is None:
            gathered = dict(self._loads[a])
            for way, bits in self._loads[b]:
                gathered[way] = gathered.get(way, 0) | bits
            found = self._number(gathered)
            _keep(self._unions, (a, b), found)
        return found

    def step(self, column_map: int, end: int, load: int) -> tuple[tuple[int, int], ...]:
        """(position at the other end of the operation, load there) for a load at position ``end`` of this one."""
        ways, crossings = self._loads[load], self._crossings.get(column_map)
        if crossings is None and sum(bits.bit_count() for _, bits in ways) <= FEW:
            results = self._few(self._maps[column_map].blocks, end, ways)
        else:
            results = self._many(self._crossings_of(column_map), end, ways)
        found = tuple((other, self._number(arrived)) for other, arrived in results.items())
        _keep(self.steps, (column_map, end, load), found)
        return found

    def _few(self, blocks: tuple[Block, ...], end: int, ways: Load) -> dict[int, dict[int, int]]:
        """For a column or two each is looked for: most column maps of a long session are met by one question only."""
        results: dict[int, dict[int, int]] = {}
        slots = [(way, slot) for way, bits in ways for slot in self._slots_of(bits)]
        for block in blocks:
            here, other, ours, theirs = block.output, block.input, block.targets, block.sources
            if self._forward:
                here, other, ours, theirs = other, here, theirs, ours
            if here != end:
                continue
            for before, slot in slots:
                if slot in ours:
                    after = self._composed(before, _way(block))
                    arrived = results.setdefault(other, {})
                    come = self._sum(passed(slot, ours, theirs, cross=block.cross))
                    arrived[after] = arrived.get(after, 0) | come
        return results

    def _crossings_of(self, column_map: int) -> tuple[Crossing, ...]:
        crossings = self._crossings.get(column_map)
        if crossings is None:
            crossings = tuple(self._crossing(b) for b in self._maps[column_map].blocks)
            _keep(self._crossings, column_map, crossings)
        return crossings

    def _many(self, crossings: Iterable[Crossing], end: int, ways: Load) -> dict[int, dict[int, int]]:
        results: dict[int, dict[int, int]] = {}
        for crossing in crossings:
            here, other, way, ours, _, kind, _ = crossing
            if here != end:
                continue
            for before, bits in ways:
                hit = bits & ours
                if hit:
                    arrived = results.get(other)
                    if arrived is None:
                        arrived = results[other] = {}
                    after = before if way is None else self._composed(before, way)
                    arrived[after] = arrived.get(after, 0) | (hit if kind == _SAME else _passed(crossing, hit))
        return results

    # -- pieces ------------------------------------------------------------------------------------------------------
    def _crossing(self, block: Block) -> Crossing:
        way: Way | None = _way(block)
        end, other, ours, theirs = block.output, block.input, block.targets, block.sources
        if self._forward:
            end, other, ours, theirs = other, end, theirs, ours
        kind = _CROSS if block.cross else (_SAME if ours is theirs or list(ours) == list(theirs) else _PAIRS)
        from_bits, to_bits, bits = self._sum(ours), self._sum(theirs), self._bits
        pairs: dict[int, int] = {}
        for a, b in zip(ours, theirs, strict=True) if kind == _PAIRS else ():
            pairs[bits[a]] = pairs.get(bits[a], 0) | bits[b]
        return Crossing(end, other, None if way == _STRAIGHT else way, from_bits, to_bits, kind, pairs)

    def _sum(self, slots: Iterable[int]) -> int:
        key = tuple(slots)
        known = self._sums.get(key)
        if known is not None:
            return known
        total = 0
        for slot in key:
            bit = self._bits.get(slot)
            if bit is None:
                bit = self._bits[slot] = 1 << len(self._slots)
                self._slots.append(slot)
            total |= bit
        _keep(self._sums, key, total)
        return total

    def _slots_of(self, bits: int) -> Iterator[int]:
        while bits:
            lowest = bits & -bits
            yield self._slots[lowest.bit_length() - 1]
            bits ^= lowest

    def _composed(self, way: int, block: Way) -> int:
        known = self._compositions.get((way, block))
        if known is None:
            how, doubt, why, masking = self._ways[way]
            step, unsure, reason, masks = block
            how = THEN[how][step] if self._forward else THEN[step][how]
            worst, because = (unsure, reason) if unsure > doubt else (doubt, why)
            known = self._ways.put_key((how, worst, because, masking or masks))
            self._compositions[way, block] = known
        return known

    def _number(self, gathered: dict[int, int]) -> int:
        """Number of a load; a slot that goes several ways with one transformation and masking keeps the surest."""
        if len(gathered) > 1:
            taken: dict[tuple[int, bool], int] = {}
            for way in sorted(gathered, key=self._ways.values.__getitem__):
                how, _, _, masking = self._ways[way]
                gathered[way] &= ~taken.get((how, masking), 0)
                taken[how, masking] = taken.get((how, masking), 0) | gathered[way]
        return self._loads.put_key(tuple(sorted((way, bits) for way, bits in gathered.items() if bits)))


def _keep(known: dict[K, V], key: K, value: V) -> None:
    if len(known) >= MOST_KEPT:
        known.clear()
    known[key] = value


def _way(block: Block) -> Way:
    return _HOW[block.transformation], _SURE[block.confidence], block.reason, block.masking


def _passed(crossing: Crossing, hit: int) -> int:
    if crossing.kind == _CROSS:
        return crossing.theirs
    total = 0
    while hit:
        lowest = hit & -hit
        total |= crossing.pairs[lowest]
        hit ^= lowest
    return total
