"""Values coded another way: categories, intervals, dummies; and leaving pandas for arrays and Python values."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    ROWS,
    Call,
    K,
    Param,
    State,
    T,
    Word,
    become,
    feed,
    keep_rows,
    slots_for,
    values_of,
)
from lineage_ext.rules.keys import given, source_of
from lineage_ext.rules.spread import each_by_itself, spread

TEXT = ("object", "string", "str", "category")


@dataclass(frozen=True, slots=True)
class Dummies(Word):
    """One column of 0 and 1 for each value of a column; other columns come first, unchanged."""

    def explain(self, call: Call) -> None:
        """A dummy from the column its label begins with."""
        source, out = source_of(call), call.out
        if source.kind is not K.FRAME:
            call.link(out.columns, source, values_of(source), T.TRANSFORMATION, cross=True)
            spread(out, out.columns)
        else:
            coded = self._coded(call, source)
            kept = [s for s in source.columns if s not in coded]
            call.link(range(len(kept)), source, kept)
            prefixes = dict(zip(coded, self._prefixes(call, source, coded), strict=False))
            for slot in out.columns[len(kept) :]:
                found = _longest(out.labels[slot], prefixes) or coded
                call.link((slot,), source, found, T.TRANSFORMATION, cross=True)
            spread(out, out.columns[len(kept) :])
        keep_rows(call, source)

    def _coded(self, call: Call, source: State) -> list[int]:
        columns = given(call, "columns")
        if columns is not None:
            return list(slots_for(source, list(columns) if isinstance(columns, tuple) else columns))
        return [s for s, t in enumerate(source.schema.types) if t.startswith(TEXT)] or list(source.columns)

    def _prefixes(self, call: Call, source: State, coded: list[int]) -> list[str]:
        prefix, sep = given(call, "prefix"), given(call, "prefix_sep", "_")
        found = []
        for i, slot in enumerate(coded):
            label = source.labels[slot]
            found.append(f"{_each(prefix, i, label, label)}{_each(sep, i, label, '_')}")
        return found


def _each(value: Any, i: int, label: Hashable, default: Any) -> Any:
    """The item of a list, dict or single value that is for this column."""
    if isinstance(value, dict):
        return value.get(label, default)
    if isinstance(value, list | tuple):
        return value[i] if i < len(value) else default
    return default if value is None else value


def _longest(label: Hashable, prefixes: dict[int, str]) -> list[int]:
    fitting = {slot: p for slot, p in prefixes.items() if str(label).startswith(p)}
    longest = max((len(p) for p in fitting.values()), default=0)
    return [slot for slot, p in fitting.items() if len(p) == longest]


@dataclass(frozen=True, slots=True)
class FromDummies(Word):
    """Dummies back into one column of categories per prefix."""

    def explain(self, call: Call) -> None:
        """From the columns that begin with the label, else from all."""
        source, out = source_of(call), call.out
        sep = given(call, "sep")
        for slot, label in enumerate(out.labels):
            found = [s for s, own in enumerate(source.labels) if sep and str(own).startswith(f"{label}{sep}")]
            call.link((slot,), source, found or source.columns, T.TRANSFORMATION, cross=True)
        keep_rows(call, source)


@dataclass(frozen=True, slots=True)
class Bin(Word):
    """Values put into intervals. The edges are given, or found from all values."""

    edges: Param = "bins"
    params_of: ClassVar[tuple[str, ...]] = ("edges",)

    def explain(self, call: Call) -> None:
        """From the value and the edges; a second output holds the edges."""
        source = source_of(call)
        edges = given(call, self.edges)
        given_edges = list(call.states(edges))
        found = isinstance(edges, int) or self.edges == "q"
        out = call.out
        call.link(values_of(out), source, values_of(source), T.TRANSFORMATION, cross=True)
        if found:
            call.link(values_of(out), source, (ROWS,), T.WINDOW, cross=True)
        for state in given_edges:
            feed(call, values_of(out), state)
        keep_rows(call, source)
        for i in range(1, len(call.outs)):
            for state in given_edges or [source]:
                feed(call, values_of(call.outs[i]), state, T.AGGREGATION, out=i)


@dataclass(frozen=True, slots=True)
class Factorize(Word):
    """Codes, and the distinct values in order of appearance."""

    def explain(self, call: Call) -> None:
        """Codes from values and their order, uniques from the values."""
        source = source_of(call)
        slots = values_of(source)
        call.link(values_of(call.out), source, slots, T.TRANSFORMATION, cross=True)
        call.link(values_of(call.out), source, (ROWS,), T.WINDOW, cross=True)
        keep_rows(call, source)
        for i, out in enumerate(call.outs[1:], 1):
            if out.kind is K.INDEX:
                become(out, K.INDEX, (), index=(source.labels[0] if source.labels else None,))
            call.link(values_of(out), source, slots, out=i, cross=True)
            call.link((ROWS,), source, (*slots, ROWS), T.FILTER, out=i, cross=True)


@dataclass(frozen=True, slots=True)
class Convert(Word):
    """The values leave pandas: an array, list, dict or records of them. ``levels``: with the index.

    ``labelled``: the value still says which column is which.
    """

    levels: bool = False
    labelled: bool = False

    def explain(self, call: Call) -> None:
        """The one value from all columns, or a value or array with a slot for each."""
        source = source_of(call)
        levels = source.levels if self._indexed(call) and source.kind is not K.INDEX else ()
        slots = (*levels, *values_of(source))
        for i, out in enumerate(call.outs):
            labelled = self.labelled and source.kind is K.FRAME and out.kind in (K.VALUE, K.ARRAY)
            if each_by_itself(source):  # labels that a mask chose, as a list
                become(out, K.VALUE, source.labels)
                call.link(out.columns, source, source.columns, out=i)
                continue
            beside = out.kind is K.ARRAY and source.kind is K.FRAME and len(source.labels) > 1 and not labelled
            if beside:
                become(out, K.ARRAY, source.labels)
            if labelled:
                become(out, K.VALUE, (*source.schema.index_names[: len(levels)], *source.labels))
            call.link(values_of(out), source, slots, out=i, cross=not (labelled or beside))
            call.rows_from(source, out=i)
            if out.kind in (K.ARRAY, K.SERIES):
                out.rowset = source.rowset

    def _indexed(self, call: Call) -> bool:
        if not self.levels or given(call, "index", True) is False:
            return False
        return given(call, "orient", "dict") in ("dict", "index", "split", "tight", "series")
