"""The base of the algebra: a Word explains a Call, and the small questions every word asks.

A Word is a frozen dataclass: its fields are the data of one operation (1-6 lines in a table), ``explain`` is the
meaning shared by the family. Fields that hold parameter names are typed ``Param`` so that a test can check them against
the real signatures.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from lineage_ext.model import ORDER, ROWS, Confidence, DatasetKind, Schema, Transformation
from lineage_ext.rules.call import Call, Function, Opaque, State

T = Transformation
K = DatasetKind
Param = str
COLUMNAR = frozenset({K.FRAME, K.ROW, K.GROUPED})


@dataclass(frozen=True, slots=True)
class Word:
    """The meaning of an operation. Subclasses set ``params_of`` to the fields that name parameters."""

    params_of: ClassVar[tuple[str, ...]] = ()
    needs_self: ClassVar[bool] = True  # what a method is called on must be tracked
    thins: ClassVar[bool] = False  # what it is called on gives each row at most once; see ``once``
    hands_out: ClassVar[bool] = False  # each output stands for many objects, all of as many rows as they happen to have

    def explain(self, call: Call) -> None:
        """Fill ``call.blocks`` and complete the outputs' schemas and rowsets. May raise: then the call is opaque."""
        raise NotImplementedError

    def reads(self, call: Call) -> Iterable[tuple[tuple[str, str], Sequence[Hashable]]]:
        """Where outside it reads, by namespace and name, and the columns that it surely takes from there."""
        return ()

    def once(self, call: Call) -> State | None:
        """The input whose rows come out at most once each, identical values with them; None if there is none such."""
        return call.this if self.thins and isinstance(call.this, State) else None

    def parameters(self) -> list[Param]:
        """Names of parameters this word reads, for the check against real signatures."""
        named = (getattr(self, f.name) for f in fields(self) if f.name in self.params_of)
        return [p for value in named for p in ((value,) if isinstance(value, str) else value) if p]


class NoRule(Exception):
    """Raised by a word for a use it can't explain; its text becomes the reason of an opaque operation."""


@dataclass(frozen=True, slots=True)
class Nothing(Word):
    """No data flows (plotting, options, display): recorded, with its reason, without edges."""

    reason: str

    def explain(self, call: Call) -> None:
        """Nothing to say."""


@dataclass(frozen=True, slots=True)
class Unknown(Word):
    """Every input may have influenced every output: the honest answer where no word fits."""

    reason: str = "no rule"

    def explain(self, call: Call) -> None:
        """Always raises, so that the operation is counted as opaque with its reason."""
        raise NoRule(self.reason)

    def everything(self, call: Call) -> None:
        """Everything to everything, opaque."""
        for i, out in enumerate(call.outs):
            for source in list(call.inputs):
                slots = (*values_of(source), *source.levels)
                call.link(
                    (*values_of(out), *out.levels), source, slots, T.TRANSFORMATION,
                    out=i, cross=True, confidence=Confidence.OPAQUE, reason=self.reason,
                )  # fmt: skip
                call.link(
                    (ROWS, ORDER), source, (ROWS, ORDER, *slots), T.FILTER,
                    out=i, cross=True, confidence=Confidence.OPAQUE, reason=self.reason,
                )  # fmt: skip


def values_of(state: State) -> tuple[int, ...]:
    """Slots that hold the state's values: all columns; for an index its levels."""
    return state.levels if state.kind is K.INDEX else tuple(state.columns)


def items(value: Any) -> list[Any]:
    """A list argument as a list; None as nothing; anything else as one item (a tuple is one label)."""
    if value is None or isinstance(value, Opaque):
        return []
    return list(value) if isinstance(value, list) else [value]


def labels_of(state: State, value: Any) -> list[Hashable]:
    """An argument that is one label or a list of labels. A tuple that isn't a label is a list of labels."""
    if isinstance(value, tuple) and not state.at_or_level(value):
        return list(value)
    return items(value)


def slots_for(state: State, value: Any) -> tuple[int, ...]:
    """Slots (columns or levels) of ``state`` named by a label or list of labels."""
    return tuple(s for label in labels_of(state, value) for s in named(state, label))


def named(state: State, label: Any) -> tuple[int, ...]:
    """Slots of a label that must be there: unknown, a level got it in place.

    ``df.index.name = "k"`` is said to the index, which doesn't know whose it is. Raises NoRule if it may be several.
    """
    found = state.at_or_level(label)
    if found or not isinstance(label, str):
        return found
    if len(state.levels) > 1:
        raise NoRule("a level of its index was named in place")
    return state.levels


def same_rows(a: State, b: State) -> bool:
    """Whether both hold the same rows in the same order."""
    return a.rowset == b.rowset


def feed(
    call: Call,
    targets: Sequence[int],
    source: State,
    how: T = T.TRANSFORMATION,
    *,
    out: int = 0,
    slots: Sequence[int] | None = None,
) -> None:
    """``source``'s value feeds ``targets``; if its rows aren't the output's, what chose its rows feeds them too."""
    call.link(targets, source, values_of(source) if slots is None else slots, how, out=out, cross=True)
    if not same_rows(source, call.outs[out]):
        call.link(targets, source, (ROWS,), T.FILTER, out=out, cross=True)


def influence_rows(
    call: Call, source: State, slots: Iterable[int], how: T, *, out: int = 0, target: Sequence[int] = (ROWS,)
) -> None:
    """``slots`` of ``source`` decide which rows there are (or, with ``target=(ORDER,)``, their order)."""
    call.link(target, source, tuple(slots), how, out=out, cross=True)


def keep_rows(call: Call, source: State, *, out: int = 0) -> None:
    """The output has the same rows in the same order as ``source``, and the same index where the levels match."""
    call.rows_from(source, out=out)
    call.outs[out].rowset = source.rowset
    keep_index(call, source, out=out)


def keep_index(call: Call, source: State, *, out: int = 0) -> None:
    """Index levels come from the same levels of ``source``: where some are gone, from those of their names.

    Those of an INDEX are its values, and the word's to say.
    """
    if call.outs[out].kind is K.INDEX:
        return
    left, before = call.outs[out].schema.index, source.schema.index
    levels = source.levels
    if len(left) < len(before):
        named = None not in left and set(left) <= set(before)
        levels = tuple(levels[before.index(name)] for name in left) if named else levels[len(before) - len(left) :]
    n = min(len(left), len(before))
    call.link(call.outs[out].levels[:n], source, levels[:n], out=out)


def by_label(
    call: Call, source: State, how: T = T.IDENTITY, *, out: int = 0, only: Sequence[int] | None = None
) -> list[int]:
    """Columns come from the columns of the same label (by position when the labels are the same); returns the rest.

    A one-column source feeds every column; a frame feeds a one-column output from the column of its name, else all.
    An INDEX has no columns: its levels by position where there are as many, else all from all.
    """
    target = call.outs[out]
    if K.INDEX in (target.kind, source.kind):
        _by_level(call, source, how, out)
        return []
    slots = list(target.columns if only is None else only)
    if source.kind not in COLUMNAR:
        call.link(slots, source, values_of(source), how, out=out, cross=True)
        return []
    if target.kind not in COLUMNAR:
        found = source.at(target.labels[0]) if target.labels and target.labels[0] is not None else ()
        call.link(slots, source, found or tuple(source.columns), how, out=out, cross=True)
        return []
    if target.labels == source.labels:
        call.link(slots, source, slots, how, out=out)
        return []
    pairs, rest = _matched(target, source, slots)
    call.link([t for t, _ in pairs], source, [s for _, s in pairs], how, out=out)
    return rest


def _by_level(call: Call, source: State, how: T, out: int) -> None:
    targets, sources = values_of(call.outs[out]), values_of(source)
    call.link(targets, source, sources, how, out=out, cross=len(targets) != len(sources))


def _matched(target: State, source: State, slots: list[int]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs (target, source) by label; among duplicates the n-th matches the n-th, or all when the counts differ."""
    pairs, rest, seen = [], [], dict[Hashable, int]()
    for slot in slots:
        label = target.labels[slot]
        found = source.at(label)
        n = seen[label] = seen.get(label, -1) + 1
        if not found:
            rest.append(slot)
        elif len(found) == len(target.at(label)):
            pairs.append((slot, found[n]))
        else:
            pairs += [(slot, s) for s in found]
    return pairs, rest


def by_position(call: Call, source: State, how: T = T.IDENTITY, *, out: int = 0) -> None:
    """The i-th column comes from the i-th column (relabelling)."""
    n = min(len(call.outs[out].labels), len(source.labels))
    call.link(range(n), source, range(n), how, out=out)


def become(
    state: State,
    kind: DatasetKind,
    labels: Sequence[Hashable] = (None,),
    *,
    index: Sequence[Hashable] = (),
    keys: Sequence[Hashable] = (),
) -> None:
    """Give an output its kind and labels where capture couldn't know them (group-bys, arrays, scalars, rows)."""
    state.schema = Schema(kind, tuple(labels), tuple(index), tuple(keys))
    state.kind = kind


def row_axis(call: Call, default: int = 0) -> bool:
    """Whether ``axis`` means "along the rows" (0, index): what reduces to one value per column."""
    return call.args.get("axis", default) in (0, "index", "rows", None)


__all__ = [
    "COLUMNAR", "ORDER", "ROWS", "Call", "Confidence", "Function", "K", "NoRule", "Nothing", "Opaque", "Param", "State",
    "T", "Unknown", "Word", "become", "by_label", "by_position", "feed", "influence_rows", "items", "keep_index",
    "keep_rows", "labels_of", "named", "row_axis", "same_rows", "slots_for", "values_of",
]  # fmt: skip
