"""Iterating over rows, columns or values: all items of one loop are one State, made at the first."""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext.rules.algebra import Call, Confidence, K, Word, become, keep_rows, values_of
from lineage_ext.rules.rows import PLACE, make_record

INDEX = "Index"  # what ``itertuples`` calls the label of a row
TOGETHER = "all items of a loop count as one"


@dataclass(frozen=True, slots=True)
class Iterate(Word):
    """``iterrows`` and ``itertuples`` (``record``), ``items`` (a column at a time), ``for value in series``."""

    record: bool = False

    def explain(self, call: Call) -> None:
        """The last output is the item; one before it is its label, which comes from the index."""
        if not call.outs:  # nothing to iterate over
            return
        source = call.this
        item = len(call.outs) - 1
        if item > 0 and self.record:
            call.link((0,), source, source.levels, out=0, cross=True)
        out = call.outs[item]
        if self.record and out.kind is K.SERIES:
            make_record(out, out.row or source.labels, name=PLACE)
            call.link(out.keys, source, source.levels, out=item, cross=True)
        elif self.record:
            indexed = call.args.get("index", True) is True
            become(out, K.ROW, (INDEX, *source.labels) if indexed else source.labels)
            if indexed:
                call.link((0,), source, source.levels, out=item, cross=True)
        if out.kind is K.ROW:
            first = len(out.labels) - len(source.labels)
            call.link(range(first, len(out.labels)), source, source.columns, out=item)
        else:
            columns = source.kind is K.FRAME and len(source.labels) > 1
            call.link(
                values_of(out), source, values_of(source), out=item, cross=True,
                confidence=Confidence.INFERRED if columns else Confidence.EXACT, reason=TOGETHER if columns else "",
            )  # fmt: skip
        if source.kind is K.FRAME and out.kind is K.SERIES:  # ``items``: whole columns
            keep_rows(call, source, out=item)
            return
        for i in range(len(call.outs)):
            call.rows_from(source, out=i)
