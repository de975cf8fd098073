"""Labels of several levels: the columns below ``df["sat"]``, those that ``xs`` takes, those met in arithmetic."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any

from lineage_ext.rules.algebra import State
from lineage_ext.rules.meaning import means


def parts_of(label: Hashable) -> tuple[Hashable, ...]:
    """A label's parts: those of a tuple, else the label alone."""
    return label if isinstance(label, tuple) else (label,)


def below(state: State, key: Any) -> tuple[int, ...]:
    """Columns whose label begins with ``key``; of ``(slice(None), "s2")`` and lists, those that fit part by part.

    Nothing where it also names a range: which labels lie in that isn't known here.
    """
    wanted = key if isinstance(key, tuple) else (key,)
    if any(isinstance(part, slice) and part != slice(None) for part in wanted):
        return ()
    labels = enumerate(state.labels)
    return tuple(s for s, own in labels if isinstance(own, tuple) and _fits(wanted, own))


def _fits(wanted: Sequence[Any], own: tuple[Hashable, ...]) -> bool:
    return len(wanted) <= len(own) and all(map(_is, wanted, own))


def _is(wanted: Any, part: Hashable) -> bool:
    if isinstance(wanted, slice):
        return True
    return any(means(one, part) for one in wanted) if isinstance(wanted, list) else means(wanted, part)


def under(state: State, key: Any, rest: Hashable) -> tuple[int, ...]:
    """Columns below ``key`` of whose label ``rest`` is left once the key came off."""
    left = parts_of(rest)
    first = len(key) if isinstance(key, tuple) else 1
    return tuple(s for s in below(state, key) if _all_mean(left, parts_of(state.labels[s])[first:]))


def _all_mean(parts: Sequence[Any], own: Sequence[Hashable]) -> bool:
    return len(parts) == len(own) and all(map(means, parts, own))


def without(state: State, key: Any, level: Any) -> dict[Hashable, tuple[int, ...]]:
    """What is left of labels → their columns, once ``key`` has come off ``level``, or off any where that is a name."""
    values = key if isinstance(level, list | tuple) and isinstance(key, list | tuple) else (key,)
    levels = level if isinstance(level, list | tuple) else (level,)
    found: dict[Hashable, tuple[int, ...]] = {}
    for slot, label in enumerate(state.labels):
        own = parts_of(label)
        for places in _places(own, values, levels):
            rest = tuple(part for i, part in enumerate(own) if i not in places)
            left = rest[0] if len(rest) == 1 else rest
            found[left] = (*found.get(left, ()), slot)
    return found


def _places(own: tuple[Hashable, ...], values: Sequence[Any], levels: Sequence[Any]) -> list[tuple[int, ...]]:
    """Where in a label the values may stand."""
    if all(isinstance(one, int) for one in levels):
        places = tuple(one % len(own) for one in levels)
        return [places] if all(means(value, own[i]) for i, value in zip(places, values, strict=False)) else []
    every = combinations(range(len(own)), len(values))
    return [places for places in every if _same(values, [own[i] for i in places])]


def _same(values: Sequence[Any], parts: list[Hashable]) -> bool:
    """In any order: which name belongs to which level isn't known."""
    return all(any(means(v, p) for p in parts) for v in values) and all(any(means(v, p) for v in values) for p in parts)


def meeting(label: Hashable, other: State) -> tuple[int, ...]:
    """Columns of ``other`` whose label is part of this one, or has it as a part (``sub(other, level=1)``)."""
    own = parts_of(label)
    return tuple(
        s for s, theirs in enumerate(other.labels) if _part(parts_of(theirs), own) or _part(own, parts_of(theirs))
    )


def _part(parts: tuple[Hashable, ...], whole: tuple[Hashable, ...]) -> bool:
    return all(part in whole for part in parts)
