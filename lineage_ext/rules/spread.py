"""Columns that are there because of what the data held: their labels were values, or data chose among them.

Labels that were values (dummies, parts of a text): such a column has its edges like any other. Where whole values
became labels (``pivot``) the slot COLUMNS came from them, and so does the column of labels that ``melt`` makes.
Columns chosen from more (``df[[c for c in df if df[c].isna().any()]]``, ``dropna(axis=1)``): what decided, also about
those left out, has edges to the slot COLUMNS. All show only where columns become rows or one value (``melt``, ``corr``,
``sum(axis=1)``, a record made a column): there they decide which rows there are. The schema says so (``spread``), and
so does that of whatever is made of it, until then, or until columns are taken by names that the program wrote down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lineage_ext.model import COLUMNS
from lineage_ext.rules.algebra import (
    COLUMNAR,
    ROWS,
    Call,
    K,
    Param,
    State,
    T,
    Word,
    influence_rows,
    values_of,
)

LABELLED = frozenset({K.FRAME, K.GROUPED, K.ROW, K.INDEX, K.VALUE})
LISTS = frozenset({K.ROW, K.INDEX, K.VALUE})
NAMING = frozenset({"__getitem__", "filter", "reindex"})  # columns are taken by their labels


@dataclass(frozen=True, slots=True)
class Spreads(Word):
    """What ``word`` says; where it makes a frame, the values decide how many columns that has."""

    word: Word

    def explain(self, call: Call) -> None:
        """As the word does."""
        self.word.explain(call)
        for out in call.outs:
            spread(out, {*out.schema.spread, *out.columns})

    def parameters(self) -> list[Param]:
        """Those of the word."""
        return self.word.parameters()


def spread(state: State, slots: Iterable[int]) -> None:
    """Say that these columns of a frame are there because of what the data held."""
    found = tuple(sorted(slots))
    if state.kind in LABELLED and found:
        state.schema = replace(state.schema, spread=found)


def choose(call: Call, by: State, slots: Iterable[int], *, out: int = 0) -> None:
    """``slots`` of ``by`` decided which columns a frame has, or which labels a record."""
    target = call.outs[out]
    if target.kind in COLUMNAR:
        call.link((COLUMNS,), by, tuple(slots), T.CONDITIONAL, out=out, cross=True)
        spread(target, {*target.schema.spread, COLUMNS})


def labelled(call: Call, by: State, slots: Iterable[int], *, out: int = 0) -> None:
    """The values of ``slots`` became column labels. ``by`` a frame whose labels they are: its slot COLUMNS."""
    target = call.outs[out]
    if target.kind in COLUMNAR:
        call.link((COLUMNS,), by, tuple(slots), out=out, cross=True)
        spread(target, {*target.schema.spread, COLUMNS})


def labels_into(call: Call, source: State, targets: Sequence[int]) -> None:
    """Column labels become values: those that were values before."""
    if COLUMNS in source.schema.spread:
        call.link(targets, source, (COLUMNS,), cross=True)


def each_by_itself(state: State) -> bool:
    """Whether every label of a record, or of a list of labels, is there because of its own value: a mask chose it."""
    chosen = sum(slot >= 0 for slot in state.schema.spread)
    return state.kind in LISTS and 0 < chosen == len(state.labels)


def listed(call: Call, key: State, *, out: int = 0) -> None:
    """``df[row[row > 2].index]``: what decided that a label is listed; each by itself where the key knows."""
    pairs = [(t, s) for t, label in enumerate(call.outs[out].labels) for s in key.at(label)]
    choose(call, key, (*values_of(key), ROWS), out=out)
    if each_by_itself(key) or (key.kind is K.ROW and pairs):
        call.link([t for t, _ in pairs], key, [s for _, s in pairs], T.CONDITIONAL, out=out)
    else:
        call.link(call.outs[out].columns, key, (*values_of(key), ROWS), T.CONDITIONAL, out=out, cross=True)


def rows_of_columns(call: Call, source: State, slots: Iterable[int], *, out: int = 0) -> None:
    """Columns of ``source`` become rows: those that were spread, and what chose them, decide which rows there are."""
    known = source.schema.spread
    influence_rows(call, source, [s for s in (*slots, COLUMNS) if s in known], T.FILTER, out=out)


def spread_on(call: Call) -> None:
    """What is made of spread columns is spread. A record made a column has rows by its labels.

    Not so where they are ranked or cut: then each of them is there because of all.
    """
    if not any(s.schema.spread for s in call.inputs):
        return
    _chosen_on(call)
    for block in tuple(call.blocks):
        source, out = call.inputs[block.input], call.outs[block.output]
        known = source.schema.spread
        if known and block.transformation.direct and not (out.kind is K.ROW and _decided(call, block.output)):
            spread(out, {*out.schema.spread, *(t for t, s in block.pairs() if s in known and t >= 0)})
        if known and source.kind is K.ROW is not out.kind and ROWS in block.targets:
            gone = [s for s in known if s >= 0 and not out.at(source.labels[s])]
            rows_of_columns(call, source, gone, out=block.output)


def _chosen_on(call: Call) -> None:
    """What is made of chosen columns: a frame, record or file has them again, a value came from all."""
    values = (b for b in call.blocks if b.transformation.direct and b.sources[-1] >= 0)
    for (i, o), block in {(b.input, b.output): b for b in values}.items():
        source, out = call.inputs[i], call.outs[o]
        if COLUMNS not in source.schema.spread or _named(call, source, out):
            continue
        if out.kind in COLUMNAR:
            labelled(call, source, (COLUMNS,), out=o)
        elif out.kind is K.EXTERNAL:
            call.link((COLUMNS,), source, (COLUMNS,), out=o)
        elif block.cross and len(block.sources) > 1:
            call.link(values_of(out), source, (COLUMNS,), T.CONDITIONAL, out=o, cross=True)


def _named(call: Call, source: State, out: State) -> bool:
    """Whether the program names the columns that it takes: ``filter`` may also be told what a label is like."""
    if call.op.name == "filter" and call.args.get("items") is None:
        return False
    return call.op.name in NAMING and not call.decided and not call.derived and set(out.labels) < set(source.labels)


def _decided(call: Call, output: int) -> bool:
    return any(b.output == output and ROWS in b.targets and not b.transformation.direct for b in call.blocks)
