"""The nouns of a query: what a SELECT reads, gives, and is chosen by."""

from __future__ import annotations

from dataclasses import dataclass

Column = tuple[str, str]  # qualifier or "", name; ``*`` is a name


@dataclass(frozen=True)
class Table:
    """A table in a FROM: its name's parts, and what the query calls it."""

    parts: tuple[str, ...]
    alias: str


@dataclass(frozen=True)
class Derived:
    """A query in a FROM, and what the query around it calls it and its columns."""

    query: Query
    alias: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """What an expression or clause names: ``columns``, those in double quotes again in ``quoted``, nested queries.

    ``window`` are the columns of an OVER; ``places`` the items that a GROUP BY or ORDER BY counts (from 1); ``terms``
    the names of an ORDER BY that stand alone.
    """

    columns: tuple[Column, ...] = ()
    nested: tuple[Query, ...] = ()
    quoted: frozenset[str] = frozenset()
    window: tuple[Column, ...] = ()
    places: tuple[int, ...] = ()
    terms: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Item:
    """One item of a SELECT, which the result calls ``label`` ("" if the database makes a name up).

    ``plain``: it is one column and nothing else. ``aggregate``: it reduces rows.
    """

    label: str
    value: Clause
    plain: bool
    aggregate: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        """What its text names."""
        return self.value.columns


@dataclass(frozen=True)
class Select:
    """One SELECT; ``using`` are the columns that a USING says to be in two relations."""

    relations: tuple[Table | Derived, ...] = ()
    items: tuple[Item, ...] = ()
    joins: Clause = Clause()
    using: frozenset[str] = frozenset()
    where: Clause = Clause()
    group: Clause = Clause()
    having: Clause = Clause()
    distinct: bool = False


@dataclass(frozen=True)
class Query:
    """SELECTs, one below the other, in an ``order``. ``common`` are the queries that WITH gives names to.

    ``recursive``: those may read themselves. ``distinct``: equal rows of the SELECTs become one. ``limited``: only the
    first rows are given.
    """

    selects: tuple[Select, ...]
    common: tuple[Derived, ...] = ()
    recursive: bool = False
    order: Clause = Clause()
    distinct: bool = False
    limited: bool = False
    understood: bool = True
    tables: tuple[Table, ...] = ()
    named: tuple[str, ...] = ()  # every column named anywhere in the text
