"""Functions and a class as a user has them in a module of their own; the programs import them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def totals(keys: Iterable[Any], values: Iterable[Any]) -> dict[Any, Any]:
    """The sum of the values of each key."""
    found: dict[Any, Any] = {}
    add(found, keys, values)
    return found


def add(to: dict[Any, Any], keys: Iterable[Any], values: Iterable[Any]) -> None:
    """Add values to those of their keys."""
    for key, value in zip(keys, values, strict=True):
        to[key] = to.get(key, 0) + value


class Rules:
    """Writes what it decides into a dict that it is given."""

    def decide(self, into: dict[Any, Any], keys: Iterable[Any], values: Iterable[Any]) -> None:
        """Whether each value is large."""
        for key, value in zip(keys, values, strict=True):
            into[key] = value > 1
