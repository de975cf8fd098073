"""Parameters of a batch run: papermill injects a cell of plain assignments that begins with ``# Parameters``.

https://papermill.readthedocs.io/en/latest/usage-parameterize.html
"""

from __future__ import annotations

import ast

from lineage_ext.parsing import parse

MOST = 100


def parameters(source: str, shown: str) -> dict[str, str]:
    """Name → text of the value, of a cell of parameters; empty for any other cell.

    ``shown`` is the source as others may see it: a value that was taken out of it is "".
    """
    if not source.lstrip().startswith("# Parameters"):
        return {}
    visible = _assigned(shown)
    return {name: value if visible.get(name) == value else "" for name, value in _assigned(source).items()}


def _assigned(source: str) -> dict[str, str]:
    try:
        body = parse(source).body
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    for node in body[:MOST]:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.unparse(node.value)
    return found
