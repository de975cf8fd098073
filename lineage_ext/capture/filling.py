"""A template filled with the constants of one function: what every kernel does, for each function it instruments.

``template`` makes the templates; it is needed only where the cache has none.
"""

from __future__ import annotations

import opcode
import re
from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Any

TOKEN = ".t"
SLOTS = ("STATE", "OP", "ENTER", "LEAVE", "FAILED", "YIELDED", "RESUMED", "EACH", "VISIBLE")
STATE, OP, ENTER, LEAVE, FAILED, YIELDED, RESUMED, EACH, VISIBLE = (f"\0lineage {slot}" for slot in SLOTS)


def fill(template: CodeType, code: CodeType, constants: Mapping[Any, object]) -> CodeType:
    """The template with ``constants`` in place of the placeholders and the docstring that ``code`` has."""
    consts = template.co_consts
    instructions = _by_truth(template.co_code) if hasattr(type(constants.get(STATE)), "__bool__") else None
    return share(template, code, map(constants.get, consts, consts), instructions)


def share(
    template: CodeType, code: CodeType, constants: Iterable[object], instructions: bytes | None = None
) -> CodeType:
    """The template with other constants, the docstring (2 MB for all of pandas) taken from ``code``."""
    first, *rest = constants
    mine = next(iter(code.co_consts), None)
    consts = (mine if type(mine) is str and first == mine else first, *rest)
    return (
        template.replace(co_consts=consts)
        if instructions is None
        else template.replace(co_consts=consts, co_code=instructions)
    )


_LOAD_ATTR, _JUMP_FORWARD, _NOP = (opcode.opmap[name] for name in ("LOAD_ATTR", "JUMP_FORWARD", "NOP"))
_FIRST_ATTRIBUTE = re.compile(rb"((?:..)*?)" + re.escape(bytes((_LOAD_ATTR, 0))) + rb"((?:\0\0)+)", re.DOTALL)


def _by_truth(instructions: bytes) -> bytes:
    """The same, but whether the guard is up is what ``STATE`` is itself (the hooks in C), not its attribute ``d``.

    CPython's specialised instructions don't know such an attribute, so that to read it takes 60 instructions of the
    processor instead of 20, six times in ``a + b``. It is the first one a template reads; the rest of its place in the
    code is its cache.
    """
    found = _FIRST_ATTRIBUTE.match(instructions)
    if found is None:
        return instructions
    units = len(found[2]) // 2
    skipped = bytes((_JUMP_FORWARD, units)) + bytes((_NOP, 0)) * units
    return found[1] + skipped + instructions[found.end() :]


def parameters(code: CodeType) -> tuple[str, ...]:
    """Parameter names in order, ``*args`` and ``**kwargs`` with their stars."""
    named, keyword_only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames[: named + keyword_only]
    rest = iter(code.co_varnames[named + keyword_only :])
    star = (f"*{next(rest)}",) if code.co_flags & 0x4 else ()
    return (*names[:named], *star, *names[named:], *((f"**{next(rest)}",) if code.co_flags & 0x8 else ()))
