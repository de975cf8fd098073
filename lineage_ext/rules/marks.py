"""What ``mark_input`` and ``mark_output`` mean: the user's word counts as exact.

A frame that is marked has its columns from the dataset's columns of the same name, and from what it was before. Of any
other value it is only known that it came from the dataset's rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from lineage_ext.model import DatasetRef
from lineage_ext.rules.algebra import ROWS, Call, K, NoRule, State, T, Word, values_of
from lineage_ext.rules.call import External
from lineage_ext.rules.explain import register
from lineage_ext.rules.files import types_of, write
from lineage_ext.rules.naming import is_stream
from lineage_ext.rules.op import Op

TABULAR = frozenset({K.FRAME, K.SERIES, K.ROW})


def external(ref: DatasetRef, access: str) -> External:
    """The dataset of a reference. What is written to a stream is added to it."""
    change = "append" if access == "write" and is_stream(ref.namespace) else ""
    return External(ref.namespace, ref.name, ref.format, access, "", change, ref.version, ref.facets)


def columns_of(ref: DatasetRef, state: State) -> tuple[Sequence[int], list[Hashable]]:
    """Slots of a value, and what the dataset calls them: by order if the reference tells, else by their labels.

    Named index levels are columns outside, as they are for files.
    """
    levels = [slot for slot, name in zip(state.levels, state.schema.index, strict=True) if name is not None]
    slots = [*levels, *state.columns] if state.kind in TABULAR else []
    if ref.columns:
        own = list(state.columns) if len(ref.columns) != len(slots) else slots
        return own[: len(ref.columns)], list(ref.columns)
    names = [state.labels[s] if s >= 0 else state.schema.index[-1 - s] for s in slots]
    return slots, ["" if name is None else name for name in names]


@dataclass(frozen=True, slots=True)
class Input(Word):
    """The value came from a dataset outside."""

    def explain(self, call: Call) -> None:
        """Its columns from the dataset's, and all of it from what it was."""
        ref, before = call.args["dataset"], call.get("value")
        for i, out in enumerate(call.outs):
            if isinstance(before, State):
                self._keep(call, before, out, i)
            slots, labels = columns_of(ref, out)
            source = call.source(labels, external(ref, "read"), types_of(out, slots))
            call.link(slots, source, range(len(slots)), out=i)
            if out.kind in TABULAR:
                call.rows_from(source, out=i)
            else:
                call.link(values_of(out), source, (ROWS,), T.TRANSFORMATION, out=i, cross=True)

    def _keep(self, call: Call, before: State, out: State, i: int) -> None:
        if out.kind in TABULAR and out.schema is before.schema:
            slots = (*out.columns, *out.levels)
            call.link(slots, before, slots, out=i)
        else:
            call.link(values_of(out), before, values_of(before), out=i, cross=True)
        call.rows_from(before, out=i)


@dataclass(frozen=True, slots=True)
class Output(Word):
    """The value went to a dataset outside."""

    def explain(self, call: Call) -> None:
        """The dataset's columns from the value's."""
        ref, value = call.args["dataset"], call.get("value")
        if not isinstance(value, State):
            raise NoRule("what was marked isn't tracked")
        slots, labels = columns_of(ref, value)
        outside = external(ref, "write")
        if value.kind in TABULAR:
            write(call, value, slots, labels, outside)
        else:
            at = call.sink(labels, outside)
            call.link((ROWS,), value, values_of(value), T.TRANSFORMATION, out=at, cross=True)


WORDS = {"mark_input": Input(), "mark_output": Output()}


def lookup(op: Op) -> Word | None:
    """The word of one of the two."""
    return WORDS.get(op.name)


register("lineage_ext", lookup)
