"""Branches that weren't taken: what stands there was never run, and so decides nothing."""

from __future__ import annotations

import ast

from lineage_ext.capture.flow import Flow, K
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import span

PANDAS = frozenset({K.FRAME, K.SERIES, K.GROUPED})


def never_ran(r: Resolver, node: ast.expr, at: Where, value: Flow) -> bool:
    """Whether ``node`` would be a recorded operation on a pandas object, but none was ever recorded there.

    It stands in a branch that wasn't taken. Generators may run inside a pandas call, where nothing is recorded.
    """
    if value.state is None or value.state.kind not in PANDAS or r.records.any_at(at.file, span(node)):
        return False
    return not any(isinstance(n, ast.GeneratorExp | ast.Yield) for n in (*at.source.up(node), *_yields(node, at)))


def _yields(node: ast.expr, at: Where) -> list[ast.AST]:
    scope = at.source.scope(node)
    return [] if isinstance(scope, ast.Module) else [n for n in at.source.own(scope) if isinstance(n, ast.Yield)]
