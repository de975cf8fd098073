"""What the SQL of a query says about its lineage, as the truth that recorded lineage is held against.

Which columns flow into a result column says ``sqlglot.lineage`` (whose ``Node.downstream`` points to what we call
upstream). It doesn't tell values from conditions, and it looks into select lists only. So it is asked twice, of the
query as it is and of the query without conditions (``CASE``, window specifications): where the two differ, sqlglot says
direct and OpenLineage says indirect. What decides about rows (``WHERE``, ``JOIN ON``, ``GROUP BY``, ``HAVING``,
``ORDER BY``, ``DISTINCT``, subqueries in them) is found by a pass of our own over the scopes of the qualified query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope, find_all_in_scope

from tests.tpch.data import Schema

DIALECT = "duckdb"
Sources = frozenset[str]
"""Columns of tables: ``orders.o_orderdate``."""


@dataclass(frozen=True)
class Lineage:
    """Result column → the table columns that flow into it (``direct``), that do or don't by who is asked
    (``either``: they are conditions, or say what a window ranks by), and all that influence it (``all``)."""

    direct: Mapping[str, Sources]
    either: Mapping[str, Sources]
    all: Mapping[str, Sources]


def reference(sql: str, schema: Schema) -> Lineage:
    """The lineage of a query over tables of that schema."""
    query = qualify(parse_one(sql, dialect=DIALECT), dialect=DIALECT, schema=schema)
    names = query.named_selects
    values = parse_one(_without_conditions(query).sql(DIALECT), dialect=DIALECT)
    direct = {name: _flows(name, values, schema) for name in names}
    flows = {name: _flows(name, query, schema) for name in names}
    scope = build_scope(query)
    assert scope is not None
    rows = _rows(scope)
    return Lineage(
        direct,
        {name: flows[name] - direct[name] for name in names},
        {name: _projection(scope, i) | rows for i, name in enumerate(names)},
    )


# -- values: asked of sqlglot --------------------------------------------------------------------------------------
def _flows(column: str, query: exp.Expression, schema: Schema) -> Sources:
    tree = lineage(column, query.copy(), schema=schema, dialect=DIALECT)
    leaves = (node for node in tree.walk() if isinstance(node.expression, exp.Table) and not node.downstream)
    return frozenset(f"{node.expression.name}.{node.name.rpartition('.')[2].strip(chr(34))}" for node in leaves)


def _without_conditions(query: exp.Expression) -> exp.Expression:
    """The query with every CASE, IF and FILTER replaced by its values alone, every window by its function alone."""

    def values(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Case):
            parts = [branch.args["true"] for branch in node.args["ifs"]]
            return exp.func("coalesce", *parts, *filter(None, [node.args.get("default")]))
        if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
            return exp.func("coalesce", node.args["true"], *filter(None, [node.args.get("false")]))
        if isinstance(node, exp.Window | exp.Filter | exp.WithinGroup):
            return values(node.this)
        return node

    return query.copy().transform(values)


# -- influences: our own pass --------------------------------------------------------------------------------------
_DECIDING = ("where", "group", "having", "qualify", "order", "distinct", "laterals")


def _rows(scope: Scope) -> Sources:
    """What decides which rows a query has, and their order."""
    query = scope.expression
    if isinstance(query, exp.Subquery):
        return frozenset().union(*(_rows(inner) for inner in scope.subquery_scopes))
    found = set[str]()
    if isinstance(query, exp.SetOperation):
        for side in scope.set_operation_scopes:
            found |= _rows(side)
        if query.args.get("distinct"):
            found |= _all_projections(scope)
    for source in _read(scope):
        found |= _rows(source)
    for part in _parts(query):
        found |= _within(part, scope)
    if isinstance(query.args.get("distinct"), exp.Distinct) and not query.args["distinct"].args.get("on"):
        found |= _all_projections(scope)
    return frozenset(found)


def _read(scope: Scope) -> Iterator[Scope]:
    """The derived tables and CTEs that a query selects from."""
    if isinstance(scope.expression, exp.Select):
        yield from (source for _, source in scope.selected_sources.values() if isinstance(source, Scope))


def _parts(query: exp.Expression) -> Iterator[exp.Expression]:
    for name in _DECIDING:
        part = query.args.get(name)
        yield from part if isinstance(part, list) else [part] if isinstance(part, exp.Expression) else []
    for join in query.args.get("joins") or ():
        yield from filter(None, [join.args.get("on"), *(join.args.get("using") or ())])


def _within(part: exp.Expression, scope: Scope) -> Sources:
    """The columns of an expression and of the subqueries in it; of ``EXISTS (SELECT …)`` only what decides its rows."""
    found = set[str]()
    for column in find_all_in_scope(part, exp.Column):
        found |= _origin(column, scope)
    for inner in scope.subquery_scopes:
        if _contains(part, inner.expression):
            exists = isinstance(inner.expression.parent, exp.Exists)
            found |= _rows(inner) | (frozenset() if exists else _all_projections(inner))
    return frozenset(found)


def _contains(part: exp.Expression, inner: exp.Expression) -> bool:
    node: exp.Expression | None = inner
    while node is not None and node is not part:
        node = node.parent
    return node is part


def _origin(column: exp.Column, scope: Scope) -> Sources:
    """The table columns behind a column; a correlated one belongs to an outer query."""
    if not column.table:  # ORDER BY and HAVING may name a result column
        names = scope.expression.named_selects
        return _projection(scope, names.index(column.name)) if column.name in names else frozenset()
    at: Scope | None = scope
    while at is not None and column.table not in at.sources:
        at = at.parent
    assert at is not None, f"{column.sql()} belongs to no table"
    source = at.sources[column.table]
    if isinstance(source, exp.Table):
        return frozenset({f"{source.name}.{column.name}"})
    return _projection(source, source.expression.named_selects.index(column.name))


def _projection(scope: Scope, i: int) -> Sources:
    """All that the ``i``-th result column is computed from."""
    if isinstance(scope.expression, exp.SetOperation):
        return frozenset().union(*(_projection(side, i) for side in scope.set_operation_scopes))
    return _within(scope.expression.selects[i], scope)


def _all_projections(scope: Scope) -> Sources:
    return frozenset().union(*(_projection(scope, i) for i in range(len(scope.expression.named_selects))))
