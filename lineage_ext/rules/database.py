"""Reading from and writing to databases: tables by name, queries by what their text names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules import sql
from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    Confidence,
    NoRule,
    Param,
    State,
    T,
    Word,
    values_of,
)
from lineage_ext.rules.call import External, Resource
from lineage_ext.rules.files import types_of, write
from lineage_ext.rules.keys import given
from lineage_ext.rules.naming import Name, name_of_sql

TEXT = "from the text of the query"
UNRESOLVED = "the query doesn't tell which table holds it"
NESTED = "the query nests others: anything it names may feed any column"
CHANGES = {"append": "append", "replace": "overwrite", "delete_rows": "overwrite", "fail": "create"}
Column = tuple[str, str]


def table_at(call: Call, con: Any, table: str, schema: Any = None) -> Name | None:
    """The name of a table behind a connection; None if the connection doesn't say where it leads."""
    url = con.text if isinstance(con, Resource) and con.kind == "sql" else con
    if not isinstance(url, str) or "://" not in url:
        return None
    return name_of_sql(url, table, schema if isinstance(schema, str) else None, call.cwd)


@dataclass(frozen=True, slots=True)
class TableSource(Word):
    """``read_sql_table``: a table's columns."""

    table: Param = "table_name"
    con: Param = "con"
    params_of: ClassVar[tuple[str, ...]] = ("table", "con")

    def explain(self, call: Call) -> None:
        """Columns and named index levels from the table's columns of the same name."""
        read_table(call, str(call.args.get(self.table)), given(call, self.con))


def read_table(call: Call, table: str, con: Any) -> None:
    """The whole of one table."""
    name = table_at(call, con, table, given(call, "schema"))
    if name is None:
        return
    for i, out in enumerate(call.outs):
        slots = _slots(out)
        labels, external = [_label(out, s) for s in slots], External(*name, "sql", "read")
        source = call.source(labels, external, types_of(out, slots))
        call.link(slots, source, range(len(slots)), out=i)
        call.rows_from(source, out=i)


def _slots(out: State) -> list[int]:
    named = zip(out.levels, out.schema.index, strict=True)
    return [*(slot for slot, name in named if name is not None), *out.columns]


def _label(out: State, slot: int) -> Hashable:
    label = out.labels[slot] if slot >= 0 else out.schema.index[-1 - slot]
    return "" if label is None else label


@dataclass(frozen=True, slots=True)
class QuerySource(Word):
    """``read_sql_query``, and ``read_sql``, whose text may also be the name of a table."""

    query: Param = "sql"
    con: Param = "con"
    params_of: ClassVar[tuple[str, ...]] = ("query", "con")

    def explain(self, call: Call) -> None:
        """Plain columns by name; everything else from all columns its text names."""
        text, con = call.args.get(self.query), given(call, self.con)
        if not isinstance(text, str):
            return  # an expression object: where it leads isn't known, so the frame is a beginning
        if not sql.is_query(text):
            read_table(call, text, con)
            return
        query = sql.read(text)
        for i in range(len(call.outs)):
            reading = Reading.open(call, query, con, text, i)
            if reading is not None:
                reading.columns()
                reading.rows()


@dataclass(slots=True)
class Reading:
    """One output of a query: the tables it reads as States, and the columns each is known to have."""

    call: Call
    query: sql.Query
    out: int
    sources: dict[sql.Table, State]

    @classmethod
    def open(cls, call: Call, query: sql.Query, con: Any, text: str, i: int) -> Reading | None:
        """Declare the tables. None if the connection doesn't say where they lie."""
        sources = {}
        for table in query.tables:
            name = table_at(call, con, ".".join(f'"{p}"' for p in table.parts))
            if name is None:
                return None
            external = External(*name, "sql", "read", text)
            sources[table] = call.source(_columns_of(query, table, call.outs[i]), external)
        return cls(call, query, i, sources)

    def columns(self) -> None:
        """Each output column from its item of the SELECT."""
        state = self.call.outs[self.out]
        for slot in _slots(state):
            label = _label(state, slot)
            if self.query.simple:
                self._item((slot,), label, self._item_of(state, slot, label))
            else:
                self._everything((slot,))

    def rows(self) -> None:
        """Rows of the tables, chosen, joined, grouped and ordered by the columns of those clauses."""
        self.call.rows_from(*self.sources.values(), out=self.out)
        for columns, how, target in (
            (self.query.where, T.FILTER, ROWS), (self.query.joins, T.JOIN, ROWS),
            (self.query.group, T.GROUP_BY, ROWS), (self.query.order, T.SORT, ORDER),
        ):  # fmt: skip
            self._link((target,), columns, how, TEXT)

    def _item_of(self, state: State, slot: int, label: Hashable) -> sql.Item | None:
        items = self.query.items
        starred = any(c == "*" for item in items for _, c in item.columns if item.plain)
        if not starred and len(items) == len(state.labels) and slot >= 0:
            return items[slot]
        return next((item for item in items if item.label == label), None)

    def _item(self, target: tuple[int, ...], label: Hashable, item: sql.Item | None) -> None:
        if item is None:  # of a star
            qualifiers = {q for i in self.query.items for q, c in i.columns if c == "*" and i.plain}
            self._link(target, [(q, str(label)) for q in qualifiers or {""}], T.IDENTITY, TEXT)
        elif item.plain:
            self._link(target, item.columns, T.IDENTITY, TEXT)
        else:
            self._link(target, item.columns, T.AGGREGATION if item.aggregate else T.TRANSFORMATION, TEXT)
            if item.aggregate and not item.columns:  # count(*)
                for table in self.query.scope:
                    if table in self.sources:
                        self._edge(target, self.sources[table], (ROWS,), T.AGGREGATION, TEXT)

    def _everything(self, target: tuple[int, ...]) -> None:
        for state in self.sources.values():
            self._edge(target, state, tuple(state.columns), T.TRANSFORMATION, NESTED)

    def _link(self, target: tuple[int, ...], columns: Iterable[Column], how: T, reason: str) -> None:
        for qualifier, column in columns:
            found = [t for t in self.sources if qualifier.lower() in ("", t.alias.lower())] or list(self.sources)
            for table in found:
                sources = self.sources[table].at(column)
                self._edge(target, self.sources[table], sources, how, reason if len(found) == 1 else UNRESOLVED)

    def _edge(self, target: tuple[int, ...], state: State, sources: tuple[int, ...], how: T, reason: str) -> None:
        self.call.link(
            target, state, sources, how, out=self.out, cross=True, confidence=Confidence.INFERRED, reason=reason
        )  # fmt: skip


def _columns_of(query: sql.Query, table: sql.Table, out: State) -> list[Hashable]:
    """The columns a table is known to have: those its query names, and for a star those that came out."""
    if not query.simple:
        return list(query.named) or [_label(out, s) for s in _slots(out)]
    found: list[Hashable] = list(query.columns_of(table))
    labelled = {item.label for item in query.items}
    for item in query.items if table in query.scope else ():
        for qualifier, column in item.columns:
            if column == "*" and item.plain and qualifier.lower() in ("", table.alias.lower()):
                found += [label for s in _slots(out) if (label := _label(out, s)) not in (*found, *labelled)]
    return found


@dataclass(frozen=True, slots=True)
class TableSink(Word):
    """``to_sql``: a frame becomes (part of) a table."""

    table: Param = "name"
    con: Param = "con"
    titles: Param = "index_label"
    mode: Param = "if_exists"
    params_of: ClassVar[tuple[str, ...]] = ("table", "con", "titles", "mode")

    def explain(self, call: Call) -> None:
        """The table's columns from index levels and columns, by position."""
        source = call.this
        if not isinstance(source, State):
            raise NoRule("what was written isn't tracked")
        name = table_at(call, given(call, self.con), str(call.args.get(self.table)), given(call, "schema"))
        if name is None:
            return
        levels = () if given(call, "index") is False else source.levels
        labels = [*self._titles(call, source, levels), *("0" if c is None else c for c in source.labels)]
        external = External(*name, "sql", "write", change=CHANGES.get(str(given(call, self.mode)), ""))
        write(call, source, [*levels, *values_of(source)], labels, external)

    def _titles(self, call: Call, source: State, levels: Sequence[int]) -> list[Hashable]:
        titles = given(call, self.titles)
        if titles is not None:
            return list(titles) if isinstance(titles, list | tuple) else [titles]
        return list(source.schema.index_names[: len(levels)])
