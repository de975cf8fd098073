"""The home of an object: the variable it was bound to, in its frame. From there all its other names are found."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from lineage_ext.capture.arguments import is_method, receiver
from lineage_ext.capture.classes import given
from lineage_ext.capture.definitions import events
from lineage_ext.capture.events import EACH, Kind
from lineage_ext.capture.passing import ENTRIES, Path, path_of
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, Scope
from lineage_ext.capture.steps import ENTRY, looped

MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Home:
    """The object is known as ``path`` in ``scope``, of which ``at`` is the frame."""

    path: Path
    scope: Scope
    at: Where


def home(r: Resolver, node: ast.expr, at: Where, depth: int = 0) -> Home | None:
    """That of the object an expression is: of a parameter that of the argument. None if it isn't known."""
    path, root = path_of(node), node
    while isinstance(root, ast.Attribute | ast.Subscript) or (isinstance(root, ast.Call) and _gives_entry(root)):
        root = root.value if not isinstance(root, ast.Call) else root.func.value  # type: ignore[attr-defined]
    if path is None or depth > MOST_DEPTH:
        return None
    if not isinstance(root, ast.Name):
        return Home(path, at.source.scope(root), at)
    for event, there in events(r, root.id, root, at):
        if event.kind is Kind.PARAMETER:
            passed = given(r, root.id, event.node, there)
            found = home(r, *passed, depth + 1) if passed is not None else None
            return Home((*found.path, *path[1:]), found.scope, found.at) if found is not None else None
        whole = looped(event.value, event.path[1:]) if event.path[:1] == (EACH,) and event.value is not None else None
        if whole is not None and path_of(whole) is not None:
            found = home(r, whole, there, depth + 1)
            return Home((*found.path, ENTRY, *path[1:]), found.scope, found.at) if found is not None else None
        if event.kind is not Kind.MUTATION:
            return Home(path, there.source.scope(event.node), there)
    return None


def first_known(r: Resolver, node: ast.expr, at: Where) -> tuple[ast.expr, Where]:
    """The expression, with its frame, by which methods that call one another on ``self`` came to know their object.

    What its properties give in all those frames is found out once: where 14 read one another (the Greeks of an option),
    3 300 expressions were looked at, and now 840.
    """
    while isinstance(node, ast.Name):
        method = at.source.scope(node)
        if not isinstance(method, FUNCTIONS) or not is_method(method, at.source):
            break
        own = [p.arg for p in method.args.args][:1] == [node.id] and len(at.reaching.of(node.id, method)) == 1
        found = receiver(r, method, at) if own else None
        if found is None:
            break
        node, at = found
    return node, at


def _gives_entry(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ENTRIES


def standing(frame: Where, node: ast.AST, at: Where) -> ast.AST | None:
    """Where a frame stands while ``node`` in ``at`` is evaluated, if that was called from it."""
    if frame.source is at.source and frame.chain == at.chain:
        return node
    for i, (file, place) in enumerate(at.chain or ()):
        if file == frame.file and (at.chain or ())[i + 1 :] == frame.chain:
            return frame.source.node(place)
    return None
