"""Frames whose columns are records: ``df.mean().to_frame()``, ``concat([a.mean(), b.std()], axis=1)``.

Each column holds values of many columns, but turned they are by themselves again: what was a label is a column then.
A State says which records its columns are (``records``), until something is done that may mix their labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage_ext.rules.algebra import ORDER, ROWS, Call, K, State, T
from lineage_ext.rules.call import RecordColumns
from lineage_ext.rules.rows import name_of

TURNS = frozenset({"T", "transpose", "swapaxes"})
KEEPS = frozenset({
    "__getitem__", "drop", "head", "tail", "sort_values", "sort_index", "dropna", "copy",
    "astype", "round", "abs", "fillna", "mul", "div", "__mul__", "__truediv__",
})  # fmt: skip
"""Operations that leave the values of a row in that row, and its label as it is."""
AXES = frozenset({"_set_axis", "set_axis"})
RELABELS = AXES | {"rename", "add_prefix", "add_suffix"}


def columns_are(out: State, pieces: Sequence[State], *, named: bool) -> None:
    """Say that these records became the columns of a frame, in that order, by their names or under others."""
    if out.kind is K.FRAME and len(pieces) == len(out.labels) and all(p.kind is K.ROW for p in pieces):
        out.records = RecordColumns(tuple(p.no for p in pieces), T.IDENTITY, named)


def records_on(call: Call) -> None:
    """What is made of such a frame column by column has the same records."""
    source = call.this
    if not isinstance(source, State) or source.records is None or not _keeps(call, source):
        return
    for i, out in enumerate(call.outs):
        found: dict[int, tuple[int, T]] = {}
        blocks = [b for b in call.blocks if b.output == i and b.targets[-1] >= 0]
        for block in blocks:
            if call.inputs[block.input] is not source or block.transformation not in (T.IDENTITY, T.TRANSFORMATION):
                return
            found.update((t, (s, block.transformation)) for t, s in block.pairs())
        alone = sum(len(list(b.pairs())) for b in blocks) == len(found) == len(out.labels)
        if out.kind is K.FRAME and alone and all(0 <= s < len(source.records.numbers) for s, _ in found.values()):
            how = T.IDENTITY if all(h is T.IDENTITY for _, h in found.values()) else T.TRANSFORMATION
            numbers = tuple(source.records.numbers[found[t][0]] for t in out.columns)
            named = source.records.named and call.op.name not in RELABELS
            out.records = RecordColumns(numbers, source.records.how.then(how), named)


def _keeps(call: Call, source: State) -> bool:
    """Whether rows keep their labels: those of columns may become others."""
    name = call.op.name
    if name in RELABELS:
        given = [p for p in ("index", "mapper") if call.args.get(p) is not None]
        sideways = call.args.get("axis") in ((0, "columns") if name == "_set_axis" else (1, "columns"))
        return not given and (name not in AXES or sideways)
    return name in KEEPS and call.args.get("method") is None  # ``fillna(method=…)`` takes another row's


def turned(call: Call) -> Iterator[tuple[State, list[tuple[int, int]]]]:
    """The records of a frame that is turned, with the columns that their labels become; none if some aren't known."""
    out = call.out
    pairs = [(r, [(t, s) for t, label in enumerate(out.labels) for s in r.at(label)]) for r in call.records]
    if {t for _, own in pairs for t, _ in own} == set(out.columns):
        yield from pairs


def turn(call: Call, of: RecordColumns) -> bool:
    """Each column from its own label of each record; whether that is known."""
    found = list(turned(call))
    for record, pairs in found:
        columns = [t for t, _ in pairs]
        call.link(columns, record, [s for _, s in pairs], of.how)
        call.link(columns, record, (ROWS, ORDER), T.FILTER, cross=True)
        if of.named:
            name_of(call, record, call.out.levels)
    return bool(found)
