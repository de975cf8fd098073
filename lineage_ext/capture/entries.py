"""Variables that hold an entry of a dict or list, or another variable's object: what is changed through them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from lineage_ext.capture.events import Event, Kind
from lineage_ext.capture.written import TEXTS, entry_target, put_for, root_name


def entry_of(event: Event) -> ast.expr | None:
    """Where the object that a name is bound to is an entry: ``m[k]`` for ``x = m[k]``, ``x = m[k] = {}`` and
    ``x = m.setdefault(k, [])``; the other name for ``x = m``."""
    if event.kind is not Kind.VALUE or event.path:
        return None
    targets = event.node.targets if isinstance(event.node, ast.Assign) else []
    stored = [t for t in targets if isinstance(t, ast.Subscript)]
    value = stored[0] if stored else event.value
    if isinstance(value, ast.Call):  # as if it went on: ``m.setdefault(k, [])._``
        entry = entry_target(ast.copy_location(ast.Attribute(value, "_", ast.Load()), value))
        value = entry.value if isinstance(entry, ast.Attribute) and entry.value is not value else None
    return value if isinstance(value, ast.Name | ast.Subscript) else None


def through(event: Event, name: str, entry: ast.expr | None) -> Iterator[tuple[str, Event]]:
    """What a change of the object that ``name`` holds does to that of which it is an entry: after ``x = m[k]``,
    ``x.append(1)`` is ``m[k].append(1)``."""
    root = root_name(entry)
    if entry is not None and event.kind is Kind.MUTATION and event.target is not None and root and root != name:
        target = put_for(event.target, entry)
        yield root, replace(event, target=target, entry=not isinstance(entry, ast.Name))


def writes(event: Event) -> bool:
    """Whether an event writes into what its name holds, if that is a buffer, and else leaves it alone."""
    call = event.value
    function = call.func if isinstance(call, ast.Call) and event.target is None else None
    return isinstance(function, ast.Attribute) and function.attr.startswith(TEXTS)
