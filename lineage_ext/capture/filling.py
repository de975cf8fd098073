"""A template filled with the constants of one function: what every kernel does, for each function it instruments.

``template`` makes the templates; it is needed only where the cache has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Any

TOKEN = ".t"
SLOTS = ("STATE", "OP", "ENTER", "LEAVE", "FAILED", "YIELDED", "RESUMED", "EACH", "VISIBLE")
STATE, OP, ENTER, LEAVE, FAILED, YIELDED, RESUMED, EACH, VISIBLE = (f"\0lineage {slot}" for slot in SLOTS)


def fill(template: CodeType, code: CodeType, constants: Mapping[Any, object]) -> CodeType:
    """The template with ``constants`` in place of the placeholders and the docstring that ``code`` has."""
    consts = template.co_consts
    return share(template, code, map(constants.get, consts, consts))


def share(template: CodeType, code: CodeType, constants: Iterable[object]) -> CodeType:
    """The template with other constants, the docstring (2 MB for all of pandas) taken from ``code``."""
    first, *rest = constants
    mine = next(iter(code.co_consts), None)
    return template.replace(co_consts=(mine if type(mine) is str and first == mine else first, *rest))


def parameters(code: CodeType) -> tuple[str, ...]:
    """Parameter names in order, ``*args`` and ``**kwargs`` with their stars."""
    named, keyword_only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames[: named + keyword_only]
    rest = iter(code.co_varnames[named + keyword_only :])
    star = (f"*{next(rest)}",) if code.co_flags & 0x4 else ()
    return (*names[:named], *star, *names[named:], *((f"**{next(rest)}",) if code.co_flags & 0x8 else ()))
