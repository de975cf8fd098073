"""Which slots of which inputs fed which slots of which outputs, and how that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lineage_ext.model.words import Confidence, Transformation


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A slot of a dataset version: ``dataset`` is its ``no``."""

    dataset: int
    slot: int


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """``source`` influenced ``target``; how, how we know, and why (``reason`` is empty for exact edges).

    ``masking``: the values can't be read off the target any more (hashed, counted), as in OpenLineage.
    """

    source: ColumnRef
    target: ColumnRef
    transformation: Transformation
    confidence: Confidence = Confidence.EXACT
    reason: str = ""
    masking: bool = False


class Block(NamedTuple):
    """Many edges between one input and one output of a run, in O(1) space for whole-frame operations.

    ``targets[i]`` comes from ``sources[i]``; with ``cross`` every target comes from every source. ``output`` and
    ``input`` index the run's outputs and inputs. A NamedTuple, because rules make four for each new operation: a frozen
    dataclass of nine fields takes five times as long to make.
    """

    output: int
    input: int
    targets: Sequence[int]
    sources: Sequence[int]
    transformation: Transformation
    confidence: Confidence = Confidence.EXACT
    cross: bool = False
    reason: str = ""
    masking: bool = False

    def pairs(self) -> Iterator[tuple[int, int]]:
        """(target slot, source slot) of each edge."""
        if self.cross:
            return ((t, s) for t in self.targets for s in self.sources)
        return zip(self.targets, self.sources, strict=True)


Upstream = tuple[int, int, Transformation, Confidence, str, bool]


@dataclass(frozen=True)
class ColumnMap:
    """All slot-to-slot influence of one run. Shared between runs of the same shape, so it is worth indexing."""

    blocks: tuple[Block, ...] = ()

    def upstream(self, output: int, slot: int) -> list[Upstream]:
        """(input index, slot, transformation, confidence, reason, masking) feeding ``slot`` of output ``output``."""
        found: list[Upstream] = []
        for block in self.blocks:
            if block.output == output and slot in block.targets:
                sources = passed(slot, block.targets, block.sources, cross=block.cross)
                found.extend((block.input, s, *_facts(block)) for s in sources)
        return found

    def downstream(self, input: int, slot: int) -> list[Upstream]:
        """(output index, slot, transformation, confidence, reason, masking) fed by ``slot`` of input ``input``."""
        found: list[Upstream] = []
        for block in self.blocks:
            if block.input == input and slot in block.sources:
                targets = passed(slot, block.sources, block.targets, cross=block.cross)
                found.extend((block.output, t, *_facts(block)) for t in targets)
        return found

    @cached_property
    def confidence(self) -> Confidence:
        """The weakest of the edges."""
        worst = Confidence.EXACT
        for block in self.blocks:
            worst = worst.then(block.confidence)
        return worst


def _facts(block: Block) -> tuple[Transformation, Confidence, str, bool]:
    return block.transformation, block.confidence, block.reason, block.masking


def passed(slot: int, ours: Sequence[int], theirs: Sequence[int], *, cross: bool) -> Sequence[int]:
    """What a slot of one side of a block, which has it, leads to on the other.

    Looked for anew each time: that takes 40 µs for a thousand columns, an index of them all takes 1 ms.
    """
    if cross:
        return theirs
    at = ours.index(slot)
    found = [theirs[at]]
    if isinstance(ours, range):  # has each slot once, and its ``index`` takes no start
        return found
    for _ in range(ours.count(slot) - 1):
        at = ours.index(slot, at + 1)
        found.append(theirs[at])
    return found
