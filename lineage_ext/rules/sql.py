"""What a SELECT is made of, found without a grammar: its relations, its items, and what its clauses name.

Enough for the queries people put into notebooks, with common tables, nested queries and set operations, and honest
about the rest: ``Query.understood`` is False where a table is named that none of the relations found is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from lineage_ext.rules.sql_query import Clause, Column, Derived, Item, Query, Select, Table
from lineage_ext.rules.sql_tokens import (
    CLOSE,
    COMMA,
    DOT,
    NAMES,
    OPEN,
    QUOTED,
    Token,
    Tokens,
    clauses,
    closing,
    dotted,
    in_function,
    outside,
    split,
    tokenize,
    word,
)

AGGREGATES = frozenset(
    {"SUM", "AVG", "MIN", "MAX", "COUNT", "MEDIAN", "STDDEV", "VARIANCE", "GROUP_CONCAT", "STRING_AGG", "TOTAL"}
)
BEGINS = (word("SELECT"), word("WITH"), word("VALUES"))
SETS = (word("UNION"), word("EXCEPT"), word("INTERSECT"))
SIDES = frozenset({"BOTH", "LEADING", "TRAILING"})
DIRECTIONS = re.compile(r"ASC|DESC|NULLS\s+(?:FIRST|LAST)")
JOINING = frozenset({"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER", "ONLY", "LATERAL"})


def is_query(text: str) -> bool:
    """Whether a text is a query rather than the name of a table."""
    return bool(re.search(r"\s", text.strip()))


def read(text: str) -> Query:
    """The parts of a query, and which tables and columns its text names in all."""
    tokens = tokenize(text)
    made = _query(tokens)
    own = {c.alias.lower() for c in _common_in(made)}
    tables = tuple(dict.fromkeys(t for t in _named(tokens) if len(t.parts) > 1 or t.parts[0].lower() not in own))
    found = {t.parts for t in _within(made) if len(t.parts) > 1 or t.parts[0].lower() not in own}
    known = {part for t in tables for part in (*t.parts, t.alias)} | own
    names = dict.fromkeys(c for _, c in _columns(tokens) if c not in known and c != "*")
    understood = bool(made.selects) and found == {t.parts for t in tables}
    return replace(made, understood=understood, tables=tables, named=tuple(names))


def _query(tokens: Tokens) -> Query:
    while tokens[:1] == [OPEN] and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    common: tuple[Derived, ...] = ()
    recursive = tokens[1:2] == [word("RECURSIVE")]
    if tokens[:1] == [word("WITH")]:
        begin = next((i for i in outside(tokens) if tokens[i] == word("SELECT")), len(tokens))
        common = tuple(_common(tokens[1:begin]))
        tokens = tokens[begin:]
    places = [i for i in outside(tokens) if tokens[i] in SETS]
    parts = split(tokens, *SETS) or [[]]
    last = clauses(parts[-1])
    made = [_select(part) for part in parts]
    kept = tokens[p + 1] if places and (p := places[-1]) + 1 < len(tokens) else None
    return Query(
        tuple(select for select in made if select is not None),
        common,
        recursive,
        replace(_clause(last.get("ORDER", []), listing=True), terms=_terms(last.get("ORDER", []))),
        distinct=bool(places) and kept != word("ALL"),
        limited=word("TOP") in last.get("SELECT", []) or any(c in last for c in ("LIMIT", "FETCH", "OFFSET")),
    )


def _common(tokens: Tokens) -> Iterator[Derived]:
    """``name AS (…)`` or ``name (columns) AS (…)``."""
    for part in split(tokens):
        opening = next((i for i in range(len(part) - 1) if part[i] == OPEN and part[i + 1] in BEGINS), 0)
        names = [text for kind, text in part[:opening] if kind in NAMES]
        if opening and names:
            query = _query(part[opening + 1 : closing(part, opening)])
            yield Derived(query, names[0], tuple(n for n in names[1:] if n.upper() != "MATERIALIZED"))


def _select(tokens: Tokens) -> Select | None:
    if tokens[:1] == [word("ALL")] or tokens[:1] == [word("DISTINCT")]:
        tokens = tokens[1:]
    while tokens[:1] == [OPEN] and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    parts = clauses(tokens)
    if "SELECT" not in parts:
        return None
    items, source = parts["SELECT"], parts.get("FROM", [])
    relations: list[Table | Derived] = []
    conditions: list[Tokens] = []
    using: set[str] = set()
    _from(source, relations, conditions, using)
    together = [token for condition in conditions for token in (*condition, COMMA)]
    return Select(
        tuple(relations),
        tuple(_item(i) for i in split(_without_modifiers(items))),
        _clause(together),
        frozenset(using),
        _clause(parts.get("WHERE", [])),
        _clause(parts.get("GROUP", []), listing=True),
        _clause([*parts.get("HAVING", []), COMMA, *parts.get("QUALIFY", [])]),
        items[:1] == [word("DISTINCT")],
    )


def _from(tokens: Tokens, relations: list[Table | Derived], conditions: list[Tokens], using: set[str]) -> None:
    """The relations of a FROM, and what joins them."""
    for part in split(tokens, COMMA, word("JOIN")):
        at = next((i for i in outside(part) if part[i] in (word("ON"), word("USING"))), len(part))
        head = [t for t in part[:at] if not (t[0] == "word" and (t[1] in JOINING or t[1] in ("ONLY", "LATERAL")))]
        if part[at : at + 1] == [word("USING")]:
            using |= {text.lower() for kind, text in part[at + 1 :] if kind in NAMES}
        conditions.append(part[at + 1 :])
        if head[:1] == [OPEN] and head[1:] and head[1] not in BEGINS:
            _from(head[1 : closing(head, 0)], relations, conditions, using)
        elif (relation := _relation(head)) is not None:
            relations.append(relation)


def _relation(tokens: Tokens) -> Table | Derived | None:
    if tokens[:1] == [OPEN]:
        end = closing(tokens, 0)
        names = [text for kind, text in tokens[end + 1 :] if kind in NAMES]
        return Derived(_query(tokens[1:end]), names[0] if names else "", tuple(names[1:]))
    return _table(tokens, 0)


def _table(tokens: Tokens, i: int) -> Table | None:
    parts: list[str] = []
    while i < len(tokens) and tokens[i][0] in NAMES:
        parts.append(tokens[i][1])
        i += 1
        if tokens[i : i + 1] != [DOT]:
            break
        i += 1
    if not parts or tokens[i : i + 1] == [OPEN]:  # a table function
        return None
    i += tokens[i : i + 1] == [word("AS")]
    return Table(tuple(parts), tokens[i][1] if i < len(tokens) and tokens[i][0] in NAMES else parts[-1])


def _named(tokens: Tokens) -> Iterator[Table]:
    """Names after FROM and JOIN, and after the commas of a FROM, wherever they stand."""
    depth, listing = 0, dict[int, bool]()
    for i, token in enumerate(tokens):
        depth += (token == OPEN) - (token == CLOSE)
        if token[0] == "word" and token in (word("FROM"), *SETS, word("SELECT"), word("WHERE"), word("GROUP"),
                                            word("ORDER"), word("HAVING"), word("LIMIT")):  # fmt: skip
            listing[depth] = token == word("FROM") and not in_function(tokens, i)
        if token == word("JOIN") or (token in (word("FROM"), COMMA) and listing.get(depth)):
            table = _table(tokens, _skipped(tokens, i + 1))
            if table is not None:
                yield table


def _skipped(tokens: Tokens, i: int) -> int:
    while i < len(tokens) and tokens[i] in (word("ONLY"), word("LATERAL"), OPEN):
        i += 1
    return i


def _within(query: Query) -> Iterator[Table]:
    """The tables of all relations, at any depth."""
    for common in query.common:
        yield from _within(common.query)
    for select in query.selects:
        for relation in select.relations:
            if isinstance(relation, Table):
                yield relation
            else:
                yield from _within(relation.query)
        for nested in _nested(query, select):
            yield from _within(nested)


def _common_in(query: Query) -> Iterator[Derived]:
    for common in query.common:
        yield common
        yield from _common_in(common.query)
    for select in query.selects:
        inner = [r.query for r in select.relations if isinstance(r, Derived)]
        for nested in (*inner, *_nested(query, select)):
            yield from _common_in(nested)


def _nested(query: Query, select: Select) -> list[Query]:
    parts = (select.joins, select.where, select.group, select.having, *(i.value for i in select.items), query.order)
    return [nested for part in parts for nested in part.nested]


def _without_modifiers(tokens: Tokens) -> Tokens:
    while tokens and tokens[0] in (word("DISTINCT"), word("ALL")):
        tokens = tokens[1:]
    return tokens[2:] if tokens[:1] == [word("TOP")] and tokens[1:2] and tokens[1][0] == "number" else tokens


def _item(tokens: Tokens) -> Item:
    value = _without_alias(tokens)
    clause = _clause(value)
    words = [t for t in value if t != DOT]
    plain = len(clause.columns) == 1 and len(words) <= 2 and all(k in NAMES or t == "*" for k, t in words)
    called = {t.upper() for (k, t), after in pairwise(_parted(value)[0]) if k in NAMES and after == OPEN}
    label = tokens[-1][1] if len(value) < len(tokens) else clause.columns[0][1] if plain else ""
    return Item(label, clause, plain, bool(called & AGGREGATES))


def _without_alias(tokens: Tokens) -> Tokens:
    if len(tokens) > 2 and tokens[-2] == word("AS"):
        return tokens[:-2]
    ends_value = len(tokens) > 1 and (
        tokens[-2][0] in {*NAMES, "number", "text"} or tokens[-2] in (CLOSE, word("END"), word("NULL"))
    )
    return tokens[:-1] if tokens[-1][0] in NAMES and ends_value else tokens


def _clause(tokens: Tokens, *, listing: bool = False) -> Clause:
    """What an expression names. ``listing``: its numbers are places of items."""
    rest, nested = _parted(tokens)
    overs = [i + 1 for i, after in enumerate(rest[1:]) if rest[i] == word("OVER") and after == OPEN]
    window = [token for i in overs for token in rest[i : closing(rest, i)]]
    places = [int(p[0][1]) for p in split(rest[1:]) if p[0][0] == "number" and p[0][1].isdigit()] if listing else []
    quoted = frozenset(text for kind, text in rest if kind == QUOTED)
    queries = tuple(_query(query) for query in nested)
    return Clause(tuple(_columns(rest)), queries, quoted, tuple(_columns(window)), tuple(places))


def _terms(tokens: Tokens) -> frozenset[str]:
    """The names by which an ORDER BY sorts as they are."""
    kept = [t for t in tokens[1:] if not (t[0] == "word" and DIRECTIONS.fullmatch(t[1].upper()))]
    return frozenset(part[0][1].lower() for part in split(kept) if len(part) == 1 and part[0][0] in NAMES)


def _parted(tokens: Tokens) -> tuple[Tokens, list[Tokens]]:
    """What isn't of a nested query, and the nested queries."""
    rest: list[Token] = []
    nested: list[Tokens] = []
    i = 0
    while i < len(tokens):
        if tokens[i] == OPEN and i + 1 < len(tokens) and tokens[i + 1] in BEGINS:
            end = closing(tokens, i)
            nested.append(tokens[i + 1 : end])
            i = end
        else:
            rest.append(tokens[i])
        i += 1
    return rest, nested


def _columns(tokens: Tokens) -> Iterator[Column]:
    """(qualifier, column) for every name that isn't a function, type or keyword, once."""
    seen = set()
    i = 0
    while i < len(tokens):
        if tokens[i] == word("AS"):  # a type in CAST, an alias
            i += 2
            while i < len(tokens) and tokens[i][0] in NAMES:
                i += 1
            continue
        path, i = dotted(tokens, i)
        after = tokens[i : i + 1]
        if not path or not path[-1] or after == [OPEN] or (len(path) == 1 and _says_what(tokens, i)):
            continue
        pair = path[-2] if len(path) > 1 else "", path[-1]
        if pair not in seen:
            seen.add(pair)
            yield pair


def _says_what(tokens: Tokens, i: int) -> bool:
    """Whether the name before ``i`` is no column: in ``DATE '…'``, ``EXTRACT(year FROM d)``, ``TRIM(BOTH FROM s)``."""
    if i >= len(tokens):
        return False
    before = tokens[i - 3 : i - 1]
    unit = len(before) == 2 and before[0][1].upper() == "EXTRACT" and before[1] == OPEN
    return tokens[i][0] == "text" or (tokens[i] == word("FROM") and (unit or tokens[i - 1][1].upper() in SIDES))
