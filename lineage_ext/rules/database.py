"""Reading from and writing to databases: tables by name, queries by what their text names."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules import sql
from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    Confidence,
    K,
    NoRule,
    Param,
    State,
    T,
    Word,
    values_of,
)
from lineage_ext.rules.call import CHANGED, CONTENT, External, Resource
from lineage_ext.rules.files import types_of, write
from lineage_ext.rules.keys import given
from lineage_ext.rules.naming import Name, name_of_sql
from lineage_ext.rules.sql_query import Query
from lineage_ext.rules.sql_scopes import Flow, Parts, Sources
from lineage_ext.rules.sql_tokens import NAMES, tokenize

TEXT = "from the text of the query"
UNRESOLVED = "the query doesn't tell which table holds it"
NESTED = "the query isn't understood: anything it names may feed any column"
CHANGING = re.compile(r"\b(?:UPDATE|DELETE|INSERT|REPLACE|MERGE|ALTER)\b", re.IGNORECASE)
STATEMENTS = "statements changed its table since that was written"
EVERY = "*"  # all columns of a table
CHANGES = {"append": "append", "replace": "overwrite", "delete_rows": "overwrite", "fail": "create"}


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

    def reads(self, call: Call) -> Iterator[tuple[Name, list[Hashable]]]:
        """The table."""
        yield from tables_read(call, [str(call.args.get(self.table))], given(call, self.con))

    def explain(self, call: Call) -> None:
        """Columns and named index levels from the table's columns of the same name."""
        call.get(CONTENT)
        read_table(call, str(call.args.get(self.table)), given(call, self.con))


def tables_read(call: Call, tables: Iterable[str], con: Any) -> Iterator[tuple[Name, list[Hashable]]]:
    """Where tables are."""
    names = (table_at(call, con, table, given(call, "schema")) for table in tables)
    return ((name, []) for name in names if name is not None)


def read_table(call: Call, table: str, con: Any) -> None:
    """The whole of one table."""
    name = table_at(call, con, table, given(call, "schema"))
    if name is None:
        return
    changed = call.get(CHANGED)
    for i, out in enumerate(call.outs):
        if isinstance(changed, State):
            changed_by_statements(call, changed, i)
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

    def reads(self, call: Call) -> Iterator[tuple[Name, list[Hashable]]]:
        """Each table that its text names."""
        text = call.args.get(self.query)
        if isinstance(text, str):
            tables = [quoted(t.parts) for t in sql.read(text).tables] if sql.is_query(text) else [text]
            yield from tables_read(call, tables, given(call, self.con))

    def explain(self, call: Call) -> None:
        """Each column from what the text says of it."""
        text, con = call.args.get(self.query), given(call, self.con)
        call.get(CONTENT)  # fed the tables, see ``capture.explaining``
        if not isinstance(text, str):
            return  # an expression object: where it leads isn't known, so the frame is a beginning
        if not sql.is_query(text):
            read_table(call, text, con)
            return
        query = sql.read(text)
        changed = call.get(CHANGED)
        for i in range(len(call.outs)):
            if isinstance(changed, State):
                changed_by_statements(call, changed, i)
            reading = Reading.open(call, query, con, text, i)
            if reading is not None:
                reading.columns()
                reading.rows()


def changes_tables(call: Call, statement: str) -> bool:
    """Whether a statement changes rows of a table that a call reads."""
    text = call.args.get("sql", call.args.get("table_name"))
    if CHANGING.search(statement) is None or not isinstance(text, str):
        return False
    tables = {t.parts[-1].lower() for t in sql.read(text).tables} if sql.is_query(text) else {text.lower()}
    return any(kind in NAMES and name.lower() in tables for kind, name in tokenize(statement))


def changed_by_statements(call: Call, database: State, i: int) -> None:
    """Statements may have made any column, and chosen any row, by anything in the database."""
    sure, out, values = Confidence.INFERRED, call.outs[i], values_of(database)
    call.link(values_of(out), database, values, T.TRANSFORMATION, out=i, cross=True, confidence=sure, reason=STATEMENTS)
    call.link((ROWS,), database, values, T.FILTER, out=i, cross=True, confidence=sure, reason=STATEMENTS)


def quoted(parts: Iterable[str]) -> str:
    """``"main"."t"``."""
    return ".".join(f'"{part}"' for part in parts)


@dataclass(slots=True)
class Reading:
    """One output of a query: the tables it reads as States, and the columns each is known to have."""

    call: Call
    query: Query
    flow: Flow
    out: int
    sources: dict[Parts, State]

    @classmethod
    def open(cls, call: Call, query: Query, con: Any, text: str, i: int) -> Reading | None:
        """Declare the tables. None if the connection doesn't say where they lie."""

        def has(parts: Parts) -> frozenset[str]:
            name = table_at(call, con, quoted(parts))
            return frozenset(str(label).lower() for label in (call.written(*name) if name is not None else ()))

        reading = cls(call, query, Flow(query, has), i, {})
        reading._stars()
        for parts, written in reading.tables():
            name = table_at(call, con, quoted(written))
            if name is None:
                return None
            known = reading.flow.columns.get(parts, {})
            labels = list(known) if query.understood else list(query.named) or reading._labels()
            perhaps = frozenset(n for n in labels if not known.get(str(n)))
            external = External(*name, "sql", "read", text, perhaps=perhaps)
            reading.sources[parts] = call.source(labels, external)
        return reading

    def tables(self) -> Iterable[tuple[Parts, Parts]]:
        """Those it reads, in small letters and as they are written."""
        if self.query.understood:
            return self.flow.tables.items()
        return {tuple(p.lower() for p in t.parts): t.parts for t in self.query.tables}.items()

    def _labels(self) -> list[Hashable]:
        state = self.call.outs[self.out]
        return [_label(state, slot) for slot in _slots(state)]

    def _stars(self) -> None:
        """Columns that came out and no item names are those of a star."""
        items = {label.lower() for label, _ in self.flow.gives.columns}
        labels = [EVERY] if self._in_parts() else [str(label) for label in self._labels()]
        for label in labels if self.flow.gives.stars else ():
            if label.lower() not in items:
                self.flow.named(self.flow.gives.stars, label)

    def _in_parts(self) -> bool:
        """Whether frames will come out later, so many rows at a time: ``chunksize``."""
        return self.call.outs[self.out].kind not in (K.FRAME, K.SERIES)

    def columns(self) -> None:
        """Each output column from its item of the SELECT."""
        state = self.call.outs[self.out]
        for slot in _slots(state):
            if self.query.understood:
                self._link((slot,), self._sources_of(state, slot, _label(state, slot)))
            else:
                self._everything((slot,))

    def rows(self) -> None:
        """Rows of the tables, chosen, joined, grouped and ordered by the columns of those clauses."""
        gives = self.flow.gives
        whole = dict.fromkeys(self.sources) if not self.query.understood else gives.tables
        self.call.rows_from(*(self.sources[parts] for parts in whole), out=self.out)
        if not self.query.understood:
            self._everything((ROWS, ORDER))
        self._link((ROWS,), gives.rows)
        self._link((ORDER,), gives.order)

    def _sources_of(self, state: State, slot: int, label: Hashable) -> Sources:
        gives = self.flow.gives
        if self._in_parts():
            starred = self.flow.named(gives.stars, EVERY) if gives.stars else {}
            return dict.fromkeys((*(s for _, sources in gives.columns for s in sources), *starred))
        if not gives.stars and len(gives.columns) == len(state.labels) and slot >= 0:
            return gives.columns[slot][1]
        named = str(label).lower()
        found = next((sources for own, sources in gives.columns if own.lower() == named), None)
        return found if found is not None else self.flow.named(gives.stars, str(label))

    def _everything(self, target: tuple[int, ...]) -> None:
        how = T.TRANSFORMATION if target[0] != ROWS else T.FILTER
        for state in self.sources.values():
            self._edge(target, state, tuple(state.columns), how, NESTED)

    def _link(self, target: tuple[int, ...], sources: Sources) -> None:
        for parts, name, how in sources:
            state = self.sources.get(parts)
            if state is None:
                continue
            slots = (ROWS,) if name is None else state.at(name)
            sure = name is None or self.flow.columns[parts].get(name)
            self._edge(target, state, slots, how, TEXT if sure else UNRESOLVED)

    def _edge(self, target: tuple[int, ...], state: State, sources: tuple[int, ...], how: T, reason: str) -> None:
        self.call.link(
            target, state, sources, how, out=self.out, cross=True, confidence=Confidence.INFERRED, reason=reason
        )  # fmt: skip


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
