"""Which slots tell the rows apart: the keys of groups, what ``drop_duplicates`` or ``value_counts`` left.

A left join on them takes each row of the left once, whatever the right holds. The schema says so (``unique``), and so
does that of whatever has those rows at most once each, as long as it has those slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lineage_ext.model import Confidence, is_level
from lineage_ext.rules.algebra import Call, K, State, T, Word, same_rows

TABLES = frozenset({K.FRAME, K.SERIES})


def tell_apart(state: State, slots: Sequence[int]) -> None:
    """Say that no two rows are the same in all of these slots."""
    if state.kind in TABLES and slots:
        state.schema = replace(state.schema, unique=tuple(slots))


def unique_on(call: Call, word: Word) -> None:
    """What has rows at most once each that were told apart still has them so. A kept index is as it was."""
    if not any(s.schema.unique for s in call.inputs):
        return
    found = word.once(call)
    once = None if found is None else found.no
    for i, out in enumerate(call.outs):
        for source in call.inputs if out.kind in TABLES and not out.schema.unique else ():
            slots = source.schema.unique
            if slots and (source.no == once or (same_rows(source, out) and all(map(is_level, slots)))):
                tell_apart(out, _carried(call, source, slots, i))


def _carried(call: Call, source: State, slots: Sequence[int], i: int) -> list[int]:
    """Where these slots of ``source`` are in an output; nothing unless all are."""
    at = call.index(source)
    sure = (b for b in call.blocks if (b.output, b.input, b.confidence) == (i, at, Confidence.EXACT))
    found = {s: t for b in sure if b.transformation is T.IDENTITY for t, s in b.pairs() if s in slots}
    return [found[s] for s in slots] if len(found) == len(slots) else []
