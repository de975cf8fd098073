"""Arguments that stand for columns: labels, index levels, series, arrays, indexes and groupers, as one thing, a Key."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from lineage_ext.model import Transformation
from lineage_ext.rules.algebra import Call, K, NoRule, State, T, influence_rows, labels_of, named, values_of
from lineage_ext.rules.call import Function, Grouper, Opaque

UNSET = frozenset({"_NoDefault", "NoDefault"})  # pandas' own sentinel for "not passed"


@dataclass(frozen=True, slots=True)
class Key:
    """``slots`` of ``state`` hold the key. ``name`` is its label; None for an array, an index or an unnamed series.

    ``how`` is TRANSFORMATION when the key was computed from the slots (a function, a Grouper's frequency).
    """

    state: State
    slots: tuple[int, ...]
    name: Hashable = None
    how: Transformation = T.IDENTITY


def given(call: Call, name: str, default: Any = None) -> Any:
    """An argument; ``default`` when it wasn't passed or holds pandas' sentinel for that."""
    value = call.get(name, default) if name else default
    return default if isinstance(value, Opaque) and value.type in UNSET else value


def source_of(call: Call) -> State:
    """What a function of pandas was given first, or what that was made of. Raises NoRule if neither is tracked."""
    found = next(call.states(call.get(call.op.params[0])), None)
    if found is None:
        raise NoRule("what it was given isn't tracked")
    return found


def is_columns(axis: Any) -> bool:
    """Whether an axis argument means columns."""
    return axis in (1, "columns") and axis is not True


def keys_of(state: State, value: Any) -> list[Key]:
    """The keys that an argument names: each item of a list, or the one it is. An unknown key has no slots."""
    if value is None:
        return []
    if isinstance(value, Opaque) or are_values(state, value):
        return [Key(state, ())]
    return [key for item in labels_of(state, value) for key in _key(state, item)]


def are_values(state: State, value: Any) -> bool:
    """Whether a list holds a key's values rather than labels: one for each row, and not only labels."""
    if not isinstance(value, list) or len(value) != state.rows:
        return False
    return any(isinstance(item, str) and not state.at_or_level(item) for item in value)


def _key(state: State, item: Any) -> list[Key]:
    if isinstance(item, State):
        return _of_state(item)
    if isinstance(item, Grouper):
        return [Key(k.state, k.slots, k.name, T.TRANSFORMATION) for k in _grouped(state, item)]
    if isinstance(item, Function):
        return [Key(state, state.levels[:1], None, T.TRANSFORMATION)]
    if isinstance(item, Opaque):
        return [Key(state, ())]
    return [Key(state, named(state, item), item)]


def _of_state(item: State) -> list[Key]:
    """A frame in place of a key is its index: that is how capture shows an Index."""
    if item.kind in (K.FRAME, K.INDEX):
        return [Key(item, (slot,), name) for slot, name in zip(item.levels, item.schema.index, strict=True)]
    return [Key(item, values_of(item), item.labels[0] if item.kind is K.SERIES and item.labels else None)]


def _grouped(state: State, grouper: Grouper) -> list[Key]:
    if grouper.key is not None:
        return keys_of(state, grouper.key)
    return level_keys(state, grouper.level if grouper.level is not None else 0)


def level_keys(state: State, value: Any) -> list[Key]:
    """Index levels named by name or number, or a list of them; all of them for None."""
    return [Key(state, (state.levels[i],), state.schema.index[i]) for i in level_numbers(state, value)]


def level_numbers(state: State, value: Any) -> list[int]:
    """The same as numbers counted from 0."""
    names = state.schema.index
    if value is None:
        return list(range(len(names)))
    found = []
    for item in value if isinstance(value, list | tuple) and value not in names else [value]:
        if item in names:
            found.append(names.index(item))
        elif isinstance(item, int) and -len(names) <= item < len(names):
            found.append(item % len(names))
        elif isinstance(item, str):
            found += [i for i, slot in enumerate(state.levels) if slot in named(state, item)]
    return found


def link_keys(
    call: Call, targets: Sequence[int], keys: Sequence[Key], how: Transformation | None = None, *, out: int = 0
) -> None:
    """Every target from every key's slots; by what each key is unless ``how`` is given."""
    for key in keys:
        call.link(targets, key.state, key.slots, how or key.how, out=out, cross=True)


def levels_from(call: Call, keys: Sequence[Key], *, first: int = 0, out: int = 0) -> None:
    """The index levels from number ``first`` on come from one key each."""
    for target, key in zip(call.outs[out].levels[first:], keys, strict=False):
        link_keys(call, (target,), [key], out=out)


def rows_by(call: Call, keys: Sequence[Key], how: Transformation, *, out: int = 0) -> None:
    """The keys decide which rows there are; keys with rows of their own bring what chose those."""
    for key in keys:
        influence_rows(call, key.state, key.slots, how, out=out)


def level_at(state: State, i: int, name: Hashable) -> tuple[int, ...]:
    """The index level of that name, else (among unnamed or single ones) the one at that place."""
    names = state.schema.index
    if name is not None and name in names:
        return (state.levels[names.index(name)],)
    return state.levels[i : i + 1] if name is None or len(names) == 1 else ()
