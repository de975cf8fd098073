"""Labels that are objects of the user's classes: what is kept of one is a word for it.

pandas takes whatever can be hashed for a label of a column or row, or for a name. An object of the user's may hold
data, may tell when it goes, and does what it likes when it is hashed, compared or printed. So it isn't kept: it would
live as long as the session, and its code would run on our thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lineage_ext.capture.caller import users
from lineage_ext.capture.compiled import HOOKS
from lineage_ext.kinds import kept, name_of, static

PLAIN = frozenset({str, int, float, bool, type(None)})


@dataclass(frozen=True, slots=True)
class Own:
    """Stands for a label of the user's. Where its class says which are equal, all of the class count as one."""

    word: str
    no: int = 0

    def __str__(self) -> str:
        return self.word


def as_label(label: Any) -> Any:
    """The label as it is kept: itself, unless it, or a part of it, is of a class of the user's."""
    kind = type(label)
    if type(kind) is type and kind in PLAIN:
        return label
    if kind is tuple:
        return tuple(map(as_label, label))
    return _own(label, kind) if users(kind) else label


def _all_plain(labels: list[Any]) -> bool:
    """Whether each is of a type that most labels have."""
    kinds = list(map(type, labels))
    return not {*map(type, kinds)} - {type} and PLAIN.issuperset(kinds)


all_plain = _all_plain if HOOKS is None else HOOKS.all_plain


def _own(label: Any, kind: type) -> Any:
    # the base class's methods, because the user's class may have its own
    if issubclass(kind, str):
        return str.__str__(label)
    if issubclass(kind, int):
        return int.__int__(label)
    if issubclass(kind, float):
        return float.__float__(label)
    if issubclass(kind, tuple):
        return tuple(map(as_label, tuple.__iter__(label)))
    member = kept(label, "_name_")  # of an Enum
    word = f"{name_of(kind)}.{member}" if type(member) is str else str(name_of(kind))
    return Own(word, id(label) if static(kind, "__eq__") is object.__eq__ else 0)
