"""The keys of groups: what ``by``, ``level`` and ``on`` say, as the slots each key is made of."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lineage_ext.model import level
from lineage_ext.rules.algebra import ROWS, Call, K, Opaque, Param, State, T, feed, same_rows, values_of
from lineage_ext.rules.call import Expression, Function, Grouper
from lineage_ext.rules.expressions import names_in

Feed = tuple[State, Sequence[int], T]


@dataclass(frozen=True, slots=True)
class Key:
    """What a key is called and made of; no feeds: a constant, or something nothing is known of."""

    name: Hashable
    feeds: tuple[Feed, ...] = ()

    def binned(self) -> Key:
        """The same key cut into bins."""
        return Key(self.name, tuple((s, slots, T.TRANSFORMATION) for s, slots, _ in self.feeds))


def feed_key(call: Call, slot: int, made: Key) -> None:
    """Link what a key is made of to its slot of the output."""
    for source, slots, how in made.feeds:
        feed(call, (slot,), source, how, slots=slots)
        if source.kind is K.SERIES and not same_rows(source, call.out):  # aligned by index
            call.link((slot,), source, source.levels, T.JOIN, cross=True)
            call.link((slot,), call.this, call.this.levels, T.JOIN, cross=True)


def keys_by(call: Call, source: State, part: Any, param: Param) -> Iterator[Key]:
    """The keys one item of ``by`` stands for."""
    if isinstance(part, Opaque) and part.type != "dict" and isinstance(call.get(param), State):
        part = call.get(param)
    if isinstance(part, State):
        yield state_key(part)
    elif isinstance(part, Function | dict) or (isinstance(part, Opaque) and part.type == "dict"):  # of index values
        mapping = [(s, (*values_of(s), ROWS), T.TRANSFORMATION) for s in (call.derived.get(param),) if s is not None]
        call.used.add(param)
        yield Key(None, ((source, source.levels, T.TRANSFORMATION), *mapping))
    elif isinstance(part, Grouper):
        made = [column_key(source, part.key)] if part.key is not None else level_keys(source, part.level, default=0)
        yield from (k.binned() for k in made)
    elif isinstance(part, Expression):
        yield Key(None, ((source, names_in(source, part.text), T.TRANSFORMATION),))
    else:
        yield column_key(source, part)


def state_key(part: State) -> Key:
    """The key a series, an array or an index makes."""
    if part.kind in (K.FRAME, K.INDEX):  # a frame can't be a key: it stands for its index
        return Key(part.schema.index[0] if part.schema.index else None, ((part, part.levels, T.IDENTITY),))
    return Key(part.labels[0] if part.kind is K.SERIES else None, ((part, values_of(part), T.IDENTITY),))


def column_key(source: State, label: Any) -> Key:
    """The key a column or level of that name makes; a key without a name when there is none."""
    found = source.at_or_level(label)
    return Key(label, ((source, found, T.IDENTITY),)) if found else Key(None)


def level_keys(source: State, wanted: Any, default: int | None = None) -> Iterator[Key]:
    """Keys for ``level=``: numbers, names, or a list of them; ``default`` where None is given."""
    if wanted is None or missing(wanted):
        wanted = default
    for part in wanted if isinstance(wanted, list | tuple) else [] if wanted is None else [wanted]:
        i = _level_number(source, part)
        if i is not None:
            yield Key(source.schema.index[i], ((source, (level(i),), T.IDENTITY),))


def _level_number(source: State, part: Any) -> int | None:
    names = source.schema.index
    if part in names:
        return names.index(part)
    return part % len(names) if isinstance(part, int) and -len(names) <= part < len(names) else None


def argument(call: Call, name: str, position: int = -1) -> Any:
    """An argument that pandas 2 takes through ``*args, **kwargs`` and pandas 3 by name."""
    if name in call.args:
        return call.get(name)
    named = call.args.get("**kwargs")
    if isinstance(named, dict) and name in named:
        return named[name]
    rest = call.args.get("*args")
    return rest[position] if isinstance(rest, tuple | list) and 0 <= position < len(rest) else None


def missing(value: Any) -> bool:
    """Whether an argument is pandas' own "not given"."""
    return isinstance(value, Opaque) and value.type == "_NoDefault"
