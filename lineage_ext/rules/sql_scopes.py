"""Which columns of which tables the columns, the rows and the order of a query come from, through all it nests.

A name means what the innermost SELECT around it that has such a column means by it. What columns a table has is known
only of those that the program made: a name that several others may have is taken from each of them, and
``Flow.columns`` says it is doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lineage_ext.rules.algebra import T
from lineage_ext.rules.sql_query import Clause, Derived, Item, Query, Select, Table

Parts = tuple[str, ...]  # a table, in small letters
Name = str | None  # a column; None: how many rows there are
Source = tuple[Parts, Name, T]
Sources = dict[Source, None]  # in order of first use


@dataclass
class Given:
    """What a query gives: ``columns`` (label, sources), all of the relations in ``stars``, in these rows and order.

    ``tables`` are those whose rows these are.
    """

    columns: list[tuple[str, Sources]] = field(default_factory=list)
    stars: list[Relation] = field(default_factory=list)
    rows: Sources = field(default_factory=dict)
    order: Sources = field(default_factory=dict)
    tables: dict[Parts, None] = field(default_factory=dict)


@dataclass
class Relation:
    """What stands in a FROM: a table by its ``parts``, or what a query gives."""

    names: frozenset[str]
    parts: Parts = ()
    given: Given | None = None
    columns: tuple[str, ...] = ()

    def known(self, name: str) -> Sources | None:
        """A column that it has; None if it hasn't, or that isn't known."""
        if self.given is None:
            return None
        labels = self.columns or [label for label, _ in self.given.columns]
        for label, (_, sources) in zip(labels, self.given.columns, strict=False):
            if label.lower() == name.lower():
                return sources
        return next((s for r in self.given.stars if (s := r.known(name)) is not None), None)

    def tables(self) -> list[Parts]:
        """The tables that may have a column that isn't known."""
        if self.given is None:
            return [self.parts]
        return [parts for relation in self.given.stars for parts in relation.tables()]


@dataclass(frozen=True)
class Scope:
    """The relations that names may belong to, and what the items of the SELECT call themselves."""

    relations: Sequence[Relation]
    using: frozenset[str] = frozenset()
    aliases: Mapping[str, Sources] = field(default_factory=dict)

    def called(self, qualifier: str) -> list[Relation]:
        """Those that a qualifier names; without one all."""
        return [r for r in self.relations if not qualifier or qualifier.lower() in r.names]


def _none(_: Parts) -> Collection[str]:
    return ()


class Flow:
    """What a query ``gives``; the ``tables`` it reads, with their names as written, and the ``columns`` named of each:
    name → whether it is surely that table's.

    ``has`` tells a table's columns, in small letters, as far as they are known.
    """

    def __init__(self, query: Query, has: Callable[[Parts], Collection[str]] = _none) -> None:
        self._has = has
        self.tables: dict[Parts, Parts] = {}
        self.columns: dict[Parts, dict[str, bool]] = {}
        self.gives = self._query(query, (), {})

    def named(self, sources: Sequence[Relation], name: str) -> Sources:
        """A column that a star gives."""
        return self._resolve((Scope(sources),), "", name)

    def _query(self, query: Query, around: tuple[Scope, ...], common: Mapping[str, Relation]) -> Given:
        known = dict(common)
        for one in query.common:
            names = frozenset({one.alias.lower()})
            if query.recursive:
                known[one.alias.lower()] = Relation(names, given=Given(), columns=one.columns)
            for _ in range(1 + query.recursive):  # it may read itself: a second time what it gave the first time
                given = self._query(one.query, around, known)
                known[one.alias.lower()] = Relation(names, given=given, columns=one.columns)
        made = [self._select(select, around, known) for select in query.selects]
        if not made:
            return Given()
        whole, scope = made[0]
        for other, _ in made[1:]:
            _below(whole, other)
        if query.distinct:
            _add(whole.rows, (s for _, sources in whole.columns for s in sources), T.GROUP_BY)
        order = self._clause(query.order, (scope, *around), known, T.SORT, whole)
        if order:
            whole.order = order
        if query.limited:
            whole.rows |= whole.order
        return whole

    def _select(self, select: Select, around: tuple[Scope, ...], common: Mapping[str, Relation]) -> tuple[Given, Scope]:
        relations = [self._relation(r, around, common) for r in select.relations]
        scopes = (Scope(relations, select.using), *around)
        given = Given()
        for relation in relations:
            inner = relation.given or Given(tables={relation.parts: None})
            given.tables |= inner.tables
            given.rows |= inner.rows
            given.order |= inner.order
        windows: Sources = {}
        for item in select.items:
            if item.plain and item.columns[0][1] == "*":
                given.stars += scopes[0].called(item.columns[0][0])
                continue
            sources = self._item(item, scopes, common, given)
            given.columns.append((item.label, sources))
            for qualifier, name in item.value.window:
                _add(windows, self._resolve(scopes, qualifier, name), T.SORT)
        aliases = {label.lower(): sources for label, sources in given.columns if label}
        scope = Scope(relations, select.using, aliases)
        for clause, how in ((select.where, T.FILTER), (select.joins, T.JOIN)):
            given.rows |= self._clause(clause, scopes, common, how, given)
        for clause, how in ((select.group, T.GROUP_BY), (select.having, T.FILTER)):
            given.rows |= self._clause(clause, (scope, *around), common, how, given)
        if select.distinct:
            _add(given.rows, (s for _, sources in given.columns for s in sources), T.GROUP_BY)
        given.order = windows or given.order  # what an OVER sorts comes sorted, where nothing else is asked for
        return given, scope

    def _relation(
        self, relation: Table | Derived, around: tuple[Scope, ...], common: Mapping[str, Relation]
    ) -> Relation:
        if isinstance(relation, Derived):
            given = self._query(relation.query, around, common)
            return Relation(frozenset({relation.alias.lower()}), given=given, columns=relation.columns)
        parts = tuple(part.lower() for part in relation.parts)
        names = frozenset({relation.alias.lower()})
        found = common.get(parts[0]) if len(parts) == 1 else None
        if found is not None:
            return Relation(names, given=found.given, columns=found.columns)
        self.tables.setdefault(parts, relation.parts)
        self.columns.setdefault(parts, {})
        return Relation(names, parts)

    def _item(self, item: Item, scopes: tuple[Scope, ...], common: Mapping[str, Relation], given: Given) -> Sources:
        how = T.IDENTITY if item.plain else T.AGGREGATION if item.aggregate else T.TRANSFORMATION
        sources = self._clause(item.value, scopes, common, how, given)
        if item.aggregate and not item.columns:  # count(*)
            sources |= {(parts, None, T.AGGREGATION): None for parts in given.tables}
        return sources

    def _clause(
        self, clause: Clause, scopes: tuple[Scope, ...], common: Mapping[str, Relation], how: T, given: Given
    ) -> Sources:
        found: Sources = {}
        for qualifier, name in clause.columns:
            alias = None if qualifier else self._alias(scopes[0], name.lower(), clause)
            sources = alias if alias is not None else self._resolve(scopes, qualifier, name, name in clause.quoted)
            _add(found, sources, how)
        for place in clause.places:
            _add(found, (s for _, sources in given.columns[place - 1 : place] for s in sources), how)
        for nested in clause.nested:
            inner = self._query(nested, scopes, common)
            for _, sources in inner.columns:
                _add(found, sources, T.TRANSFORMATION if how is T.IDENTITY else how)
            _add(found, inner.rows, T.FILTER)
            _add(found, ((parts, None, T.IDENTITY) for parts in inner.tables), T.FILTER)
            for relation in inner.stars:
                _add(found, ((parts, None, T.IDENTITY) for parts in relation.tables()), T.FILTER)
        return found

    def _alias(self, scope: Scope, name: str, clause: Clause) -> Sources | None:
        """What an item of the SELECT is called. Only as a term of an ORDER BY it comes before a column."""
        alias = scope.aliases.get(name)
        if (
            alias is None
            or name in clause.terms
            or {(str(n).lower(), how) for _, n, how in alias} == {(name, T.IDENTITY)}
        ):
            return alias
        return None if self._is_column(scope, name) else alias

    def _is_column(self, scope: Scope, name: str) -> bool:
        """Whether a relation surely has a column of that name, which the table or the rest of the query tells."""
        parts = [parts for relation in scope.relations for parts in relation.tables()]
        named = (column.lower() for one in parts for column, sure in self.columns[one].items() if sure)
        given = (relation.known(name) is not None for relation in scope.relations)
        return name in named or any(given) or any(name in self._has(one) for one in parts)

    def _resolve(self, scopes: Sequence[Scope], qualifier: str, name: str, doubtful: bool = False) -> Sources:
        """What a name means. Where the tables of several SELECTs may have it, all of them."""
        found: Sources = {}
        for i, scope in enumerate(scopes):
            relations = scope.called(qualifier)
            known = [s for r in relations if (s := r.known(name)) is not None]
            for sources in known:
                found |= sources
            if known and name.lower() not in scope.using:
                return found
            tables = [parts for r in relations for parts in r.tables()]
            last = i == len(scopes) - 1 or bool(qualifier)
            for parts in tables:
                sure = last and not doubtful and not found and len(tables) == 1
                found[parts, self._note(parts, name, sure), T.IDENTITY] = None
            if qualifier and relations:
                return found
        if not found and qualifier:  # of a table's own name, or a field of a column
            return self._resolve(scopes, "", name, doubtful=True)
        return found

    def _note(self, parts: Parts, name: str, sure: bool) -> str:
        """The name by which a column was named first."""
        known = self.columns[parts]
        own = next((n for n in known if n.lower() == name.lower()), name)
        known[own] = known.get(own, False) or sure
        return own


def _add(found: Sources, sources: Iterable[Source], how: T) -> None:
    for parts, name, before in sources:
        found[parts, name, before.then(how)] = None


def _below(whole: Given, other: Given) -> None:
    """Rows of another SELECT come below: columns belong together by their places."""
    for i, (_, sources) in enumerate(other.columns[: len(whole.columns)]):
        whole.columns[i][1].update(sources)
    whole.stars += other.stars
    whole.rows |= other.rows
    whole.tables |= other.tables
