"""What a class is called and made of, read past its metaclass: one of the user's may watch what is asked of it.

Any class of an object that isn't ours is read this way.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

_module_of, name_of, qualname_of, bases_of, members_of = (
    type.__dict__[name].__get__ for name in ("__module__", "__name__", "__qualname__", "__mro__", "__dict__")
)

args_of, trace_of, cause_of, context_of, is_alone = (
    BaseException.__dict__[name].__get__
    for name in ("args", "__traceback__", "__cause__", "__context__", "__suppress_context__")
)
"""What an exception was made with, and what belongs to it; a class of the user's may have its own ``args``."""


_HASH, _EQ = (object.__dict__[name] for name in ("__hash__", "__eq__"))


def module_of(cls: type) -> str:
    """The module a class is defined in; "" if it tells another of each object (functions of Cython), or none."""
    try:
        found = _module_of(cls)
    except AttributeError:
        return ""
    return found if type(found) is str else ""


def hashes(cls: type) -> bool:
    """Whether a look-up by the class runs code of its metaclass's: its ``__hash__`` (which is None, and fails, where
    it defines no other than ``__eq__``), or ``__eq__`` where there is no hash."""
    of = type(cls)
    return of is not type and not (static(of, "__hash__") is _HASH and static(of, "__eq__") is _EQ)


def among(cls: type, known: Container[type]) -> bool:
    """Whether it is one of the classes, all of which have plain metaclasses: its own isn't asked."""
    return not hashes(cls) and cls in known


def library_of(cls: type) -> str:
    """The package a class is defined in: ``pandas``."""
    return module_of(cls).partition(".")[0]


def static(cls: type, name: str) -> Any:
    """What the class or one of its bases has under a name, as it lies there; None if none has it."""
    for base in bases_of(cls):  # asked of each argument of a reader: a generator takes three times as long
        members = members_of(base)
        if name in members:
            return members[name]
    return None


def kept(value: Any, name: str) -> Any:
    """An attribute that no code is run for: a class's constant, or what only the object has; else None.

    ``vars`` would have CPython make the object a dict, which it has none of before somebody asks.
    """
    of_class = static(type(value), name)
    if of_class is not None:
        return None if hasattr(type(of_class), "__get__") else of_class
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return None
