"""What is written into: the target of a change, the argument that a function fills, the file that a method writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage_ext.capture.passing import path_of

TEXTS = "to_"  # methods that may write into a buffer: ``df.to_csv(buffer)``
ENTRIES = frozenset({"setdefault", "get"})  # methods of a dict that give an entry to be changed
FILLING = frozenset({
    "heappush", "shuffle", "copyto", "put", "place", "putmask", "at", "fill_diagonal", "insort", "save", "savez",
    "savez_compressed", "savetxt",
})  # fmt: skip
DUMPING = frozenset({"dump"})  # ``json.dump(value, file)``


def root_name(node: ast.AST | None) -> str | None:
    """``m`` for ``m``, ``m[k]``, ``m.a[k].append``."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def root_of(node: ast.expr) -> str | None:
    """The same; of a file that is opened there the variable that holds its path, or the file itself."""
    path = path_of(node)
    root = path[0] if path is not None else root_name(node)
    return root if isinstance(root, str) else None


def filled(call: ast.Call) -> ast.expr | None:
    """What a function, known to do so, writes its other arguments into."""
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    out = next((k.value for k in call.keywords if k.arg == "out"), None)
    if out is not None:  # ``np.sqrt(x, out=buffer)``
        return out
    if called in DUMPING:
        return call.args[1] if len(call.args) > 1 else None
    if called == "print":
        return next((k.value for k in call.keywords if k.arg == "file"), None)
    if called == "to_sql":  # ``df.to_sql("orders", con)``
        named = (k.value for k in call.keywords if k.arg == "con")
        return call.args[1] if len(call.args) > 1 else next(named, None)
    return call.args[0] if call.args and (called in FILLING or called.startswith(TEXTS)) else None


def put_for(target: ast.expr, whole: ast.expr) -> ast.expr:
    """The target with ``whole`` in place of the name that it begins with."""
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(put_for(target.value, whole), target.attr, target.ctx), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(put_for(target.value, whole), target.slice, target.ctx), target)
    return whole


def either_object(target: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """``low.append`` and ``high.append`` for ``(low if x < 3 else high).append``, with what decides between them;
    so for entries: ``(low if x < 3 else high)[k]``."""
    base = target.value if isinstance(target, ast.Attribute | ast.Subscript) else None
    if not isinstance(base, ast.IfExp):
        yield target, None
        return
    for one in (base.body, base.orelse):
        if isinstance(target, ast.Attribute):
            yield ast.copy_location(ast.Attribute(one, target.attr, target.ctx), target), base.test
        elif isinstance(target, ast.Subscript):
            yield ast.copy_location(ast.Subscript(one, target.slice, target.ctx), target), base.test


def entry_target(target: ast.expr) -> ast.expr:
    """``m.setdefault(k, []).append`` as ``m[k].append``, ``m.setdefault(k, {})[j]`` as ``m[k][j]``."""
    inner = target.value if isinstance(target, ast.Attribute | ast.Subscript) else None
    if not isinstance(inner, ast.Call) or not inner.args:
        return target
    if not isinstance(inner.func, ast.Attribute) or inner.func.attr not in ENTRIES:
        return target
    entry = ast.copy_location(ast.Subscript(inner.func.value, inner.args[0], ast.Load()), inner)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(entry, target.slice, target.ctx), target)
    assert isinstance(target, ast.Attribute)
    return ast.copy_location(ast.Attribute(entry, target.attr, ast.Load()), target)
