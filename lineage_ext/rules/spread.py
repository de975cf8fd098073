"""Columns that are there because of what the data held: their labels were values (dummies, parts of a text).

Such a column has its edges like any other. That it is there at all shows only where columns become rows (``melt``,
``stack``, ``corr``, a record made a column): there it decides which rows there are. Its schema says so (``spread``),
and so does that of whatever is made of it, until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lineage_ext.rules.algebra import ROWS, Call, K, Param, State, T, Word, influence_rows, values_of

LABELLED = frozenset({K.FRAME, K.GROUPED, K.ROW, K.INDEX, K.VALUE})
LISTS = frozenset({K.ROW, K.INDEX, K.VALUE})


@dataclass(frozen=True, slots=True)
class Spreads(Word):
    """What ``word`` says; where it makes a frame, the values decide how many columns that has."""

    word: Word

    def explain(self, call: Call) -> None:
        """As the word does."""
        self.word.explain(call)
        for out in call.outs:
            spread(out, out.columns)

    def parameters(self) -> list[Param]:
        """Those of the word."""
        return self.word.parameters()


def spread(state: State, slots: Iterable[int]) -> None:
    """Say that these columns of a frame are there because of what the data held."""
    found = tuple(sorted(slots))
    if state.kind in LABELLED and found:
        state.schema = replace(state.schema, spread=found)


def each_by_itself(state: State) -> bool:
    """Whether every label of a record, or of a list of labels, is there because of its own value: a mask chose it."""
    return state.kind in LISTS and 0 < len(state.schema.spread) == len(state.labels)


def listed(call: Call, key: State, *, out: int = 0) -> None:
    """``df[row[row > 2].index]``: what decided that a label is listed; each by itself where the key knows."""
    pairs = [(t, s) for t, label in enumerate(call.outs[out].labels) for s in key.at(label)]
    if each_by_itself(key) or (key.kind is K.ROW and pairs):
        call.link([t for t, _ in pairs], key, [s for _, s in pairs], T.CONDITIONAL, out=out)
    else:
        call.link(call.outs[out].columns, key, (*values_of(key), ROWS), T.CONDITIONAL, out=out, cross=True)


def rows_of_columns(call: Call, source: State, slots: Iterable[int], *, out: int = 0) -> None:
    """Columns of ``source`` become rows: those that were spread decide which rows there are."""
    influence_rows(call, source, tuple(s for s in slots if s in source.schema.spread), T.FILTER, out=out)


def spread_on(call: Call) -> None:
    """What is made of spread columns is spread. A record made a column has rows by its labels.

    Not so where they are ranked or cut: then each of them is there because of all.
    """
    if not any(s.schema.spread for s in call.inputs):
        return
    for block in tuple(call.blocks):
        source, out = call.inputs[block.input], call.outs[block.output]
        known = source.schema.spread
        if known and block.transformation.direct and not (out.kind is K.ROW and _decided(call, block.output)):
            spread(out, {*out.schema.spread, *(t for t, s in block.pairs() if s in known and t >= 0)})
        if known and source.kind is K.ROW is not out.kind and ROWS in block.targets:
            rows_of_columns(call, source, [s for s in known if not out.at(source.labels[s])], out=block.output)


def _decided(call: Call, output: int) -> bool:
    return any(b.output == output and ROWS in b.targets and not b.transformation.direct for b in call.blocks)
