"""What ``by``, ``level`` and ``on`` mean for groups: each key and all it is made of."""

from __future__ import annotations

from typing import Any

from lineage_ext.rules.algebra import Call, K, Opaque, Param, State, T, feed, labels_of, same_rows, values_of
from lineage_ext.rules.call import Expression, Function
from lineage_ext.rules.expressions import names_in
from lineage_ext.rules.keys import UNSET, Key, are_values, keys_of, level_keys

Parts = tuple[Key, ...]
"""What one key of a group-by is made of; the first tells its name."""


def keys_by(call: Call, source: State, by: Param, level: Param) -> list[Parts]:
    """The keys of a group-by. A list of values that name nothing is one key."""
    wanted = call.args.get(by)
    if wanted is None or is_unset(wanted):
        return [(k,) for k in levels(source, call.args.get(level))]
    if are_values(source, wanted):
        return [(Key(source, ()),)]
    items = labels_of(source, wanted) if isinstance(wanted, list | tuple) else [wanted]
    found = [key for item in items for key in _parts(call, source, item, by)]
    return found if any(k.slots for key in found for k in key) else [(Key(source, ()),)]


def _parts(call: Call, source: State, item: Any, by: Param) -> list[Parts]:
    derived = call.derived.get(by)
    mapping = isinstance(item, dict | Function) or (isinstance(item, Opaque) and item.type == "dict")
    if derived is not None and (mapping or isinstance(item, Opaque)):
        call.used.add(by)
    if mapping:  # of index values
        looked_up = (*call.seen, *(() if derived is None else (derived,)))
        parts = (Key(s, values_of(s), None, T.TRANSFORMATION) for s in looked_up)
        return [(Key(source, source.levels, None, T.TRANSFORMATION), *parts)]
    if isinstance(item, Opaque) and derived is not None:
        return [(k,) for k in keys_of(source, derived)]
    if isinstance(item, Expression):
        return [(Key(source, names_in(source, item.text), None, T.TRANSFORMATION),)]
    return [(k,) for k in keys_of(source, item)]


def levels(source: State, wanted: Any, default: Any = None) -> list[Key]:
    """Keys for ``level=``; those of ``default`` where nothing is given, none if that is None."""
    if wanted is None or is_unset(wanted):
        wanted = default
    return [] if wanted is None else level_keys(source, wanted)


def binned(key: Key) -> Key:
    """The same key cut into bins."""
    return Key(key.state, key.slots, key.name, T.TRANSFORMATION)


def feed_key(call: Call, slot: int, parts: Parts) -> None:
    """Link what a key is made of to its slot of the output. A series of other rows is aligned by index."""
    for key in parts:
        if not key.slots:
            continue
        feed(call, (slot,), key.state, key.how, slots=key.slots)
        if key.state.kind is K.SERIES and not same_rows(key.state, call.out):
            call.link((slot,), key.state, key.state.levels, T.JOIN, cross=True)
            call.link((slot,), call.this, call.this.levels, T.JOIN, cross=True)


def argument(call: Call, name: str, position: int = -1) -> Any:
    """An argument, or what it was found to come from; pandas 2 takes some through ``*args, **kwargs``."""
    if name in call.args:
        return call.get(name) if isinstance(call.args[name], Opaque) else call.args[name]
    named = call.args.get("**kwargs")
    if isinstance(named, dict) and name in named:
        return named[name]
    rest = call.args.get("*args")
    return rest[position] if isinstance(rest, tuple | list) and 0 <= position < len(rest) else None


def is_unset(value: Any) -> bool:
    """Whether an argument is pandas' own "not given"."""
    return isinstance(value, Opaque) and value.type in UNSET
