"""What a SELECT reads, found without a parser: its tables, and which of their columns its plain columns are.

Enough for the queries people put into notebooks, and honest about the rest: what isn't a plain column of one table is
said to come from every column that its text names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

TOKEN = re.compile(
    r"(?P<skip>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<name>\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[A-Za-z_][^\]]*\]|[A-Za-z_][\w$]*)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<other>::|\S)",
    re.DOTALL,
)
CLAUSES = (
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "WINDOW",
    "QUALIFY",
)
_WORDS = (
    "ALL AND ANY AS ASC BETWEEN BY CASE CAST COLLATE CROSS CURRENT DESC DISTINCT ELSE END ESCAPE EXISTS "
    "FALSE FETCH FILTER FIRST FOLLOWING FOR FULL GLOB ILIKE IN INNER INTERVAL IS ISNULL JOIN KEYWORDS "
    "LAST LATERAL LEFT LIKE NATURAL NEXT NOT NOTNULL NULL NULLS OFFSET ON ONLY OR OUTER OVER PARTITION "
    "PRECEDING RANGE RECURSIVE REGEXP RIGHT ROW ROWS SET SIMILAR SOME THEN TOP TRUE UNBOUNDED USING "
    "VALUES WHEN WITH "
)
KEYWORDS = frozenset(_WORDS.split()) | frozenset(CLAUSES)
AGGREGATES = frozenset(
    {"SUM", "AVG", "MIN", "MAX", "COUNT", "MEDIAN", "STDDEV", "VARIANCE", "GROUP_CONCAT", "STRING_AGG", "TOTAL"}
)
Tokens = list[tuple[str, str]]  # kind (name, word, text, number, other), text


@dataclass(frozen=True)
class Table:
    """A table in a FROM: its name's parts, and what the query calls it."""

    parts: tuple[str, ...]
    alias: str


@dataclass(frozen=True)
class Item:
    """One item of the outermost SELECT, which the result calls ``label`` ("" if the database makes a name up).

    ``columns`` are the (qualifier or "", column) that its text names; ``*`` is a column. ``plain``: it is that column
    and nothing else. ``aggregate``: it reduces rows.
    """

    label: str
    columns: tuple[tuple[str, str], ...]
    plain: bool
    aggregate: bool


@dataclass(frozen=True)
class Query:
    """``tables`` are all it reads, ``scope`` those in the FROM of the outermost SELECT.

    ``simple``: that FROM names tables only, and there are no common table expressions or set operations. ``where``,
    ``group`` and ``order`` are the columns that those clauses of the outermost SELECT name.
    """

    tables: tuple[Table, ...]
    scope: tuple[Table, ...]
    items: tuple[Item, ...]
    simple: bool
    joins: tuple[tuple[str, str], ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    group: tuple[tuple[str, str], ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ()  # every column named anywhere in the text

    def columns_of(self, table: Table) -> list[str]:
        """Every column named in the query that may be this table's, in order of first use."""
        named = [c for i in self.items for c in i.columns] + [*self.joins, *self.where, *self.group, *self.order]
        mine = [c for q, c in named if c != "*" and (not q or q.lower() == table.alias.lower())]
        return list(dict.fromkeys(mine))


def is_query(text: str) -> bool:
    """Whether a text is a query rather than the name of a table."""
    return bool(re.search(r"\s", text.strip()))


def read(text: str) -> Query:
    """The tables and items of a query."""
    tokens = tokenize(text)
    ctes = _common_tables(tokens)
    tables = tuple(dict.fromkeys(t for t in _tables(tokens) if len(t.parts) > 1 or t.parts[0].lower() not in ctes))
    body = _outermost(tokens)
    known = {part for t in tables for part in (*t.parts, t.alias)} | ctes
    parts = {clause: body[a:b] for clause, a, b in _clauses(body)}
    source = parts.get("FROM", [])
    combined = any(("word", w) in body for w in ("UNION", "EXCEPT", "INTERSECT"))
    return Query(
        tables,
        tuple(_tables([("word", "FROM"), *source])),
        tuple(_item(i) for i in _split(_without_modifiers(parts.get("SELECT", [])), ",")),
        not (ctes or combined or ("word", "SELECT") in source),
        tuple(_columns(_conditions(source))),
        tuple(_columns(parts.get("WHERE", []))),
        tuple(_columns(parts.get("GROUP", []))),
        tuple(_columns(parts.get("ORDER", []))),
        tuple(dict.fromkeys(column for _, column in _columns(tokens) if column not in known and column != "*")),
    )


def tokenize(text: str) -> Tokens:
    """Tokens without blanks and comments; keywords are ``word`` in capitals, quoted names lose their quotes."""
    found: Tokens = []
    for match in TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match.group()
        if kind == "skip":
            continue
        if kind == "name" and token.upper() in KEYWORDS:
            kind, token = "word", token.upper()
        elif kind == "name" and token[0] in '"`[':
            token = token[1:-1].replace('""', '"')
        if (
            (kind, token) == ("word", "FROM")
            and found[-1:] == [("word", "DISTINCT")]
            and found[-2:-1] != [("word", "SELECT")]
        ):
            kind, token = "other", "="  # IS [NOT] DISTINCT FROM
        found.append((kind, token))
    return found


def _common_tables(tokens: Tokens) -> set[str]:
    """Names defined by WITH: ``name AS (`` or ``name (columns) AS (``."""
    if ("word", "WITH") not in tokens:
        return set()
    found = set()
    for i in range(len(tokens) - 2):
        if tokens[i][0] == "name" and tokens[i + 1] == ("word", "AS") and tokens[i + 2] == ("other", "("):
            found.add(tokens[i][1].lower())
        elif (
            tokens[i : i + 1]
            and tokens[i] == ("other", ")")
            and tokens[i + 1 : i + 3] == [("word", "AS"), ("other", "(")]
        ):
            opening = _opening(tokens, i)
            if opening > 0 and tokens[opening - 1][0] == "name":
                found.add(tokens[opening - 1][1].lower())
    return found


def _opening(tokens: Tokens, closing: int) -> int:
    depth = 0
    for i in range(closing, -1, -1):
        depth += (tokens[i] == ("other", ")")) - (tokens[i] == ("other", "("))
        if depth == 0:
            return i
    return -1


def _tables(tokens: Tokens) -> Iterator[Table]:
    """Names after FROM and JOIN, and after the commas of a FROM."""
    depth, listing = 0, {}
    for i, token in enumerate(tokens):
        depth += (token == ("other", "(")) - (token == ("other", ")"))
        if token[0] == "word" and token[1] in CLAUSES:
            listing[depth] = token[1] == "FROM" and not _in_function(tokens, i, depth)
        after_join = token == ("word", "JOIN")
        if (
            (token == ("word", "FROM") and listing.get(depth))
            or after_join
            or (token == ("other", ",") and listing.get(depth))
        ):
            table = _table(tokens, i + 1)
            if table is not None:
                yield table


def _in_function(tokens: Tokens, i: int, depth: int) -> bool:
    """``EXTRACT(year FROM x)``, ``TRIM(… FROM x)``: a FROM that reads no table."""
    if depth == 0:
        return False
    nested = 0
    for j in range(i - 1, -1, -1):
        nested += (tokens[j] == ("other", ")")) - (tokens[j] == ("other", "("))
        if nested < 0:
            return tokens[j + 1 : j + 2] != [("word", "SELECT")] and j > 0 and tokens[j - 1][0] == "name"
    return False


def _table(tokens: Tokens, i: int) -> Table | None:
    while i < len(tokens) and tokens[i] in (("word", "ONLY"), ("word", "LATERAL"), ("other", "(")):
        if tokens[i] == ("other", "(") and tokens[i + 1 : i + 2] == [("word", "SELECT")]:
            return None
        i += 1
    parts = []
    while i < len(tokens) and tokens[i][0] == "name":
        parts.append(tokens[i][1])
        i += 1
        if tokens[i : i + 1] != [("other", ".")]:
            break
        i += 1
    if not parts or tokens[i : i + 1] == [("other", "(")]:  # a table function
        return None
    i += tokens[i : i + 1] == [("word", "AS")]
    alias = tokens[i][1] if i < len(tokens) and tokens[i][0] == "name" else parts[-1]
    return Table(tuple(parts), alias)


def _outermost(tokens: Tokens) -> Tokens:
    """From the SELECT that makes the result to the end, what stands in parentheses kept."""
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token == ("other", "(")) - (token == ("other", ")"))
        if depth == 0 and token == ("word", "SELECT"):
            return tokens[i:]
    return tokens


def _clauses(tokens: Tokens) -> Iterator[tuple[str, int, int]]:
    depth, start, clause = 0, 0, ""
    for i, (kind, token) in enumerate(tokens):
        depth += (token == "(" and kind == "other") - (token == ")" and kind == "other")
        if depth == 0 and kind == "word" and token in CLAUSES:
            if clause:
                yield clause, start, i
            if token in ("UNION", "EXCEPT", "INTERSECT"):
                return
            clause, start = token, i + 1
    if clause:
        yield clause, start, len(tokens)


def _split(tokens: Tokens, at: str) -> list[Tokens]:
    parts: list[Tokens] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == ("other", "(")) - (token == ("other", ")"))
        if depth == 0 and token == ("other", at):
            parts.append([])
        else:
            parts[-1].append(token)
    return [p for p in parts if p]


def _without_modifiers(tokens: Tokens) -> Tokens:
    while tokens and tokens[0] in (("word", "DISTINCT"), ("word", "ALL")):
        tokens = tokens[1:]
    top = tokens[:1] == [("word", "TOP")] and tokens[1:2] and tokens[1][0] == "number"
    return tokens[2:] if top else tokens


def _conditions(tokens: Tokens) -> Tokens:
    """What follows ON and USING in a FROM."""
    found: Tokens = []
    inside = False
    for token in tokens:
        if token in (("word", "ON"), ("word", "USING")):
            inside = True
        elif token[0] == "word" and token[1] in ("JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"):
            inside = False
        elif inside:
            found.append(token)
    return found


def _item(tokens: Tokens) -> Item:
    value = _without_alias(tokens)
    columns = tuple(_columns(value))
    words = [t for t in value if t != ("other", ".")]
    plain = len(columns) == 1 and len(words) <= 2 and all(k == "name" or t == "*" for k, t in words)
    called = {t.upper() for (k, t), after in pairwise(value) if k == "name" and after == ("other", "(")}
    label = tokens[-1][1] if len(value) < len(tokens) else columns[0][1] if plain else ""
    return Item(label, columns, plain, bool(called & AGGREGATES))


def _without_alias(tokens: Tokens) -> Tokens:
    if len(tokens) > 2 and tokens[-2] == ("word", "AS"):
        return tokens[:-2]
    ends_value = (
        tokens[-2][0] in ("name", "number", "text") or tokens[-2] in (("other", ")"), ("word", "END"))
        if len(tokens) > 1
        else False
    )
    return tokens[:-1] if tokens[-1][0] == "name" and ends_value else tokens


def _columns(tokens: Tokens) -> Iterator[tuple[str, str]]:
    """(qualifier, column) for every name that isn't a function, type or keyword."""
    seen = set()
    i = 0
    while i < len(tokens):
        if tokens[i] == ("word", "AS"):  # a type in CAST, an alias
            i += 2
            continue
        path, i = _path(tokens, i)
        if (
            path
            and path[-1]
            and tokens[i : i + 1] != [("other", "(")]
            and (pair := (path[-2] if len(path) > 1 else "", path[-1])) not in seen
        ):
            seen.add(pair)
            yield pair


def _path(tokens: Tokens, i: int) -> tuple[list[str], int]:
    """The dotted name that starts at ``i`` (empty if none), and where to go on."""
    kind, token = tokens[i]
    if kind != "name" and not (token == "*" and (i == 0 or tokens[i - 1] == ("other", ".")) and kind == "other"):
        return [], i + 1 + (token == "::")
    path = [token]
    i += 1
    while tokens[i : i + 1] == [("other", ".")] and i + 1 < len(tokens):
        path.append(tokens[i + 1][1])
        i += 2
    return path, i
