"""Indexes of tables that were used as values: each is a State of its own, linked to the table it is the index of.

Several tables may have one Index (``y = df["y"]``, in pandas ≥ 3 ``df.dropna()`` that drops nothing), and the log knows
the newest of them. The expression says which was meant: ``pd.Series(x, index=df.index)`` comes from ``df``, not from
what else got its index since.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from lineage_ext.capture.identity import next_number
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.states import States
from lineage_ext.model import ORDER, ROWS, Block, ColumnMap, DatasetKind, Transformation
from lineage_ext.rules.call import Opaque, State
from lineage_ext.rules.spread import each_by_itself

MOST = 4_096
TABLES = frozenset({DatasetKind.FRAME, DatasetKind.SERIES})


class Indexes:
    """By the number of the table."""

    def __init__(self, states: States) -> None:
        self._states = states
        self._known: dict[int, State] = {}
        self._owners: dict[int, State] = {}  # number of an index → its table
        self._untold: dict[int, State] = {}  # those of them that no Run has told

    def of(self, number: int) -> State:
        """The index of a tracked table. That of a record has its labels as columns, if each was decided by itself."""
        known = self._known.get(number)
        if known is None:
            whole = self._states.get(number)
            known = self._states.new(
                next_number(), DatasetKind.INDEX, (), whole.schema.index or (None,), whole.rows, whole.rowset
            )
            if each_by_itself(whole):
                known.schema = replace(known.schema, labels=whole.labels, spread=whole.schema.spread)
                self._states.settle(known)
            if len(self._known) > MOST:
                for table in (self._known, self._owners, self._untold):
                    table.clear()
            self._known[number] = known
            self._owners[known.no] = self._untold[known.no] = whole
        return known

    def told(self, used: Iterable[State]) -> Iterator[tuple[State, State, ColumnMap]]:
        """Those ``used`` for the first time: the index, its table, the edges between them."""
        if not self._untold:
            return
        for index in used:
            whole = self._untold.pop(index.no, None)
            if whole is not None:
                yield index, whole, _same(index, whole)

    def meant(self, value: Any, node: ast.expr, r: Resolver, at: Where) -> Any:
        """An argument with the indexes of the tables that its expression names."""
        if isinstance(value, State):
            newest = self._owners.get(value.no)
            return value if newest is None else self._meant(value, newest, node, r, at)
        if isinstance(value, Opaque):
            known = value.table and not self._states.dropped(value.table)
            return self._meant(value, self._states.get(value.table), node, r, at) if known else value
        if isinstance(value, tuple | list) and isinstance(node, ast.Tuple | ast.List) and len(value) == len(node.elts):
            parts = [self.meant(v, n, r, at) for v, n in zip(value, node.elts, strict=True)]
            return value if all(a is b for a, b in zip(value, parts, strict=True)) else type(value)(parts)
        return value

    def _meant(self, index: State | Opaque, newest: State, node: ast.expr, r: Resolver, at: Where) -> State | Opaque:
        origins = () if isinstance(node, ast.Starred) else r.flow(node, at).origins
        table = origins[0].state if origins else newest
        if any(o.state.no != table.no or not set(o.slots) <= set(table.levels) for o in origins):
            return index
        if not origins or not _may_share(table, newest):
            return index
        return self.of((newest if r.records.same_object(table, newest) else table).no)


def _may_share(table: State, other: State) -> bool:
    """Whether one Index may be that of both. A name that a host gave another table is known as what it was before."""
    return table.kind in TABLES and table.rows == other.rows and table.schema.index == other.schema.index


def _same(index: State, whole: State) -> ColumnMap:
    n = min(len(index.levels), len(whole.levels))
    own = tuple(index.columns)
    return ColumnMap((
        Block(0, 0, own, own, Transformation.IDENTITY),
        Block(0, 0, index.levels[:n], whole.levels[:n], Transformation.IDENTITY),
        Block(0, 0, (ROWS, ORDER), (ROWS, ORDER), Transformation.IDENTITY),
    ))  # fmt: skip
