"""The steps of a Path into a container: ``rows[-1]``, ``orders[k]``, what a loop runs over, what is put in.

An entry at a constant key is told apart from those at others; one at a computed key, or of a loop, may be any of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage_ext.capture.changing_methods import PLACES
from lineage_ext.capture.source import called

ENTRY = "[]"  # the step from a container to an object in it, whichever
SAME = frozenset({"sorted", "reversed", "list", "tuple", "set", "deque", "iter", "copy"})  # of the same objects
Part = tuple[ast.expr, ast.expr]  # a container and what is in it


def step_of(key: ast.expr) -> str:
    """The step that a key is."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str | int):
        return f"[{key.value!r}]"
    return ENTRY


def fits(step: object, other: object) -> bool:
    """Whether two steps may lead to the same object."""
    if step == other:
        return True
    entries = isinstance(step, str) and isinstance(other, str) and step[:1] == other[:1] == "["
    return entries and ENTRY in (step, other)


def begins(path: tuple[object, ...], start: tuple[object, ...]) -> bool:
    """Whether a Path may go on from where another one ends."""
    return len(path) >= len(start) and all(map(fits, path, start))


def keys_of(node: ast.expr | None) -> Iterator[ast.expr]:
    """The computed keys by which an object is reached."""
    while node is not None:
        key: ast.expr | None = None
        if isinstance(node, ast.Subscript):
            key, node = node.slice, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            key, node = node.args[0] if node.args else None, node.func.value
        else:
            node = node.value if isinstance(node, ast.Attribute) else None
        if key is not None and step_of(key) == ENTRY and not isinstance(key, ast.UnaryOp):
            yield key


def looped(value: ast.expr, place: tuple[int | str, ...]) -> ast.expr | None:
    """The container whose entries stand at ``place`` of the items of a value: ``d`` for ``d.items()`` at 1."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and not value.args:
        if value.func.attr == "values":
            return value.func.value if not place else None
        if value.func.attr == "items":
            return value.func.value if place == (1,) else None
    name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    if isinstance(value, ast.Call) and name in SAME and value.args:
        return looped(value.args[0], place)
    if isinstance(value, ast.Call) and name == "enumerate" and value.args:
        return looped(value.args[0], place[1:]) if place[:1] == (1,) else None
    if isinstance(value, ast.Call) and name == "zip" and place and isinstance(place[0], int):
        return looped(value.args[place[0]], place[1:]) if place[0] < len(value.args) else None
    return value if not place else None


def inside(value: ast.expr | None) -> Iterator[ast.expr]:
    """What is in a container that is written out."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        yield from value.elts
    elif isinstance(value, ast.Dict):
        yield from value.values
    elif isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        yield value.elt
    elif isinstance(value, ast.DictComp):
        yield value.value
    elif isinstance(value, ast.Call) and called(value) == "defaultdict" and value.args:
        made = value.args[0]
        yield made.body if isinstance(made, ast.Lambda) else ast.copy_location(ast.Call(made, [], []), made)
    elif isinstance(value, ast.Call) and called(value) in SAME and value.args:
        yield from inside(value.args[0])


def put_in(node: ast.AST | None) -> Part | None:
    """What a call puts into a container: ``x`` of ``rows.append(x)``, the default of ``d.setdefault(k, x)``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.keywords:
        return None
    place = PLACES.get(node.func.attr)
    return (node.func.value, node.args[place]) if place is not None and len(node.args) == place + 1 else None
