"""What a user means by a word on a magic's line: names, attributes and subscripts are looked up, nothing is called."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Mapping
from typing import Any

from lineage_ext.errors import UnknownName, UsageError
from lineage_ext.hosts.results import Identify
from lineage_ext.parsing import parse

MOST = 5_000
_OPEN, _CLOSE = "([{", ")]}"


def words(line: str, *, whole: bool = True) -> list[str]:
    """The words of a line; spaces within quotes and brackets don't part them, quotes stay on.

    ``whole`` False is for a line that is still being typed. Raises UsageError for a quote that doesn't end.
    """
    found: list[str] = []
    word, quote, depth = "", "", 0
    for char in line:
        if char.isspace() and not quote and depth == 0:
            found += [word] if word else []
            word = ""
            continue
        word += char
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        else:
            depth += (char in _OPEN) - (char in _CLOSE)
    if whole and quote:
        raise UsageError(f"a quote {quote} isn't closed in: {line.strip()}")
    return found + ([word] if word else [])


def quoted(word: str) -> str:
    """The text of a word, without its quotes."""
    if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"":
        return word[1:-1]
    return word


def evaluate(text: str, namespace: Mapping[str, Any], identify: Identify) -> Any:
    """The value of ``df``, ``frames['a']``, ``model.data[0]``. Raises UsageError, UnknownName."""
    try:
        tree = parse(text, mode="eval").body
    except SyntaxError:
        raise UsageError(f"{text!r} isn't a name; give a variable, or something like frames['a']") from None
    return _value(tree, text, namespace, identify)


def looked_up(text: str, namespace: Mapping[str, Any], identify: Identify) -> tuple[Any, Any]:
    """The value, and None; of a column that isn't kept (``df["a"]``, ``df.a``) the frame it belongs to, and its label.

    Raises as ``evaluate`` does.
    """
    value = evaluate(text, namespace, identify)
    tree = parse(text, mode="eval").body
    if identify(value) is None and isinstance(tree, ast.Attribute | ast.Subscript):
        owner = _value(tree.value, text, namespace, identify)
        label = tree.attr if isinstance(tree, ast.Attribute) else ast.literal_eval(tree.slice)
        if identify(owner) is not None and isinstance(label, Hashable) and label in getattr(owner, "columns", ()):
            return owner, label
    return value, None


def literal(text: object) -> Any:
    """What a text stands for that is written as a number or a tuple; None if it's neither."""
    try:
        value = ast.literal_eval(parse(text.lstrip(" \t"), mode="eval")) if isinstance(text, str) else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, int | float | tuple) else None


def _value(node: ast.expr, text: str, namespace: Mapping[str, Any], identify: Identify) -> Any:
    if isinstance(node, ast.Name):
        if node.id not in namespace:
            raise UnknownName("variable", node.id, tracked_names(namespace, identify))
        return namespace[node.id]
    try:
        if isinstance(node, ast.Attribute):
            return getattr(_value(node.value, text, namespace, identify), node.attr)
        if isinstance(node, ast.Subscript):
            return _value(node.value, text, namespace, identify)[ast.literal_eval(node.slice)]
    except (UnknownName, UsageError):
        raise
    except Exception as error:
        raise UsageError(f"{text} can't be looked up: {type(error).__name__}: {error}") from None
    raise UsageError(f"{text!r} would have to be computed; give a name, attribute or element")


def tracked_names(namespace: Mapping[str, Any], identify: Identify) -> list[str]:
    """Variables that hold something tracked."""
    names = list(namespace)[-MOST:]
    return sorted(n for n in names if not n.startswith("_") and identify(namespace[n]) is not None)
