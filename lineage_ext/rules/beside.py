"""The same along a row instead of down a column: with ``axis=1`` a value comes from columns beside its own.

A reach says which: ``(column, how many there are, steps)`` → the columns that a value of that column comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import Call, Confidence, K, Param, T, Word, keep_rows
from lineage_ext.rules.group_keys import argument
from lineage_ext.rules.keys import given, is_columns

Reach = Callable[[int, int, int], Sequence[int]]


def before(column: int, count: int, steps: int) -> Sequence[int]:
    """Sums that run on, gaps that are filled from the left."""
    return range(column + 1)


def after(column: int, count: int, steps: int) -> Sequence[int]:
    """Gaps that are filled from the right."""
    return range(column, count)


def whole_row(column: int, count: int, steps: int) -> Sequence[int]:
    """Ranks within the row, gaps that are interpolated."""
    return range(count)


def moved(column: int, count: int, steps: int) -> Sequence[int]:
    """The column so many places before, if there is one."""
    return (column - steps,) if 0 <= column - steps < count else ()


def difference(column: int, count: int, steps: int) -> Sequence[int]:
    """That and the column itself."""
    return (column, *moved(column, count, steps))


def change(column: int, count: int, steps: int) -> Sequence[int]:
    """The same, where gaps are filled first (``pct_change``)."""
    return range(max(column, column - steps) + 1)[:count]


@dataclass(frozen=True, slots=True)
class Beside(Word):
    """What ``word`` says; along the columns each from those in ``reach``. ``steps`` names the parameter that counts."""

    word: Word
    reach: Reach
    steps: Param = ""
    how: T = T.TRANSFORMATION
    params_of: ClassVar[tuple[str, ...]] = ("steps",)

    def explain(self, call: Call) -> None:
        """Rows as they are. By how many columns isn't known where that was computed: then from all."""
        source = call.this
        if source.kind is not K.FRAME or not is_columns(argument(call, "axis")):
            self.word.explain(call)
            return
        steps = given(call, self.steps, 1)
        count = len(source.labels)
        known = isinstance(steps, int)
        sure = Confidence.EXACT if known else Confidence.INFERRED
        for i, out in enumerate(call.outs):
            for column in out.columns:
                slots = self.reach(column, count, steps) if known else range(count)
                call.link((column,), source, slots, self.how, out=i, cross=True, confidence=sure)
            keep_rows(call, source, out=i)

    def parameters(self) -> list[Param]:
        """Its own and those of the word."""
        return [*([self.steps] if self.steps else []), *self.word.parameters()]
