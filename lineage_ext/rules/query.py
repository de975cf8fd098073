"""``df.query(text)``: rows chosen by the columns the text names, and by the ``@variables`` it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage_ext.rules.algebra import (
    ROWS,
    Call,
    NoRule,
    Param,
    T,
    Word,
    by_label,
    influence_rows,
    keep_index,
    values_of,
)
from lineage_ext.rules.call import Expression
from lineage_ext.rules.expressions import names_in


@dataclass(frozen=True, slots=True)
class Query(Word):
    """Columns keep their identity; the text's names decide the rows."""

    text: Param = "expr"
    params_of: ClassVar[tuple[str, ...]] = ("text",)

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
