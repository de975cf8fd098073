"""Texts: ``df.query(text)``, rows chosen by the columns and ``@variables`` named; ``pd.eval(text)`` of variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import (
    ROWS,
    Call,
    K,
    NoRule,
    Param,
    State,
    T,
    Word,
    by_label,
    feed,
    influence_rows,
    keep_index,
    keep_rows,
    same_rows,
    values_of,
)
from lineage_ext.rules.call import Expression
from lineage_ext.rules.elementwise import ROWED, align
from lineage_ext.rules.expressions import labels_read, names_in


@dataclass(frozen=True, slots=True)
class Query(Word):
    """Columns keep their identity; the text's names decide the rows."""

    text: Param = "expr"
    params_of: ClassVar[tuple[str, ...]] = ("text",)
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """Rows by the columns named."""
        source, text = call.this, call.args.get(self.text)
        if isinstance(text, Expression):
            text = text.text
        if not isinstance(text, str):
            raise NoRule("the query isn't a text")
        by_label(call, source)
        keep_index(call, source)
        call.rows_from(source)
        influence_rows(call, source, names_in(source, text, must=True), T.FILTER)
        found = call.derived.get(self.text)
        if found is not None:
            call.used.add(self.text)
            influence_rows(call, found, (*values_of(found), ROWS), T.FILTER)


@dataclass(frozen=True, slots=True)
class EvaluateVariables(Word):
    """``pd.eval(text)``: arithmetic of Python variables, which capture puts beside the text, by name."""

    text: Param = "expr"
    target: Param = "target"
    params_of: ClassVar[tuple[str, ...]] = ("text", "target")
    needs_self: ClassVar[bool] = False

    def explain(self, call: Call) -> None:
        """Each variable by the labels that the text reads of it, else by label or as a whole; rows are aligned."""
        given = call.args.get(self.text)
        if not isinstance(given, list) or call.args.get(self.target) is not None:
            raise NoRule("its text names Python variables")
        text, variables = given
        rowed = [state for state in variables.values() if state.kind in ROWED]
        for name, state in variables.items():
            self._value(call, state, labels_read(text, name))
        if rowed and all(same_rows(state, rowed[0]) for state in rowed):
            keep_rows(call, rowed[0])
            return
        for state in rowed:
            align(call, state)

    def _value(self, call: Call, state: State, labels: tuple[object, ...] | None) -> None:
        out = call.out
        if labels == () and K.FRAME is state.kind is out.kind:
            by_label(call, state, T.TRANSFORMATION)
            return
        read = [state.at(label) for label in labels or ()]
        slots = [s for found in read for s in found] if read and all(read) else values_of(state)
        if state.kind in ROWED:
            call.link(values_of(out), state, slots, T.TRANSFORMATION, cross=True)
        else:
            feed(call, values_of(out), state)
