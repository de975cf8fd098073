"""Coroutines: who called one, and what those give that run several.

One that is awaited by its name was called there, any other by nobody, as in a thread of its own. Python tells the place
of ``await`` for the first, and for all that the loop of events runs that of ``asyncio.run(main())``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from lineage_ext.capture.calls import function
from lineage_ext.capture.flow import EMPTY, Flow, gathered, sequence
from lineage_ext.capture.recorded import INLINE
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.site import Place, Site
from lineage_ext.capture.source import called, span


def own_stack(site: Site, node_at: Callable[[Place], ast.AST | None]) -> Site:
    """The places of a site up to the first coroutine that isn't entered by a call of its name."""
    if not any(place.coroutine for place in site.places):
        return site
    found = list(site.places[:1])
    for place, caller in pairwise(site.places):
        if not place.coroutine or place.function in INLINE:
            found.append(caller)
            continue
        node = node_at(caller)
        call = node.value if isinstance(node, ast.Await) else None
        if not isinstance(call, ast.Call) or called(call) != place.function:
            break
        found.append(replace(caller, span=span(call)))
    return Site(tuple(found))


@function("asyncio.run", "asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future")
def run(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """What the coroutine returns."""
    return r.flow(node.args[0], at) if node.args else EMPTY


@function("asyncio.gather")
def gather(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """What each returns, in their order."""
    several = next((a.value for a in node.args if isinstance(a, ast.Starred)), None)
    if several is None:
        return gathered({i: r.flow(argument, at) for i, argument in enumerate(node.args)})
    whole = r.flow(several, at)
    return replace(sequence(whole.each()), count=whole.count)
