"""What the compiler can't be told: that a handler puts the frame back where the exception came from, and code without
a place in the source.

A handler that ends with ``raise`` leaves ``frame.f_lineno`` at itself; tracebacks keep their own line, but IPython
shows frames of files over 10 000 lines at the frame's. The handler of a ``with`` has a remedy: its entry in the
exception table asks for the raising instruction's offset on the stack (*lasti*), and RERAISE 2 goes back to it.
``unwinding`` gives that to our handler. See CPython's Objects/exception_handling_notes.txt and Objects/locations.md.
"""

from __future__ import annotations

import opcode
import re
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

NOWHERE = 1 << 20
"""The line of nodes that are to have none: to tracers (pdb, coverage) they are part of what came before."""

_NO_LOCATION = 15
_NOP, _POP_TOP, _PUSH_EXC_INFO, _RAISE, _RERAISE = (
    opcode.opmap[name] for name in ("NOP", "POP_TOP", "PUSH_EXC_INFO", "RAISE_VARARGS", "RERAISE")
)


class _Entry(NamedTuple):
    """Of an exception table: the code units from ``start`` on are handled at ``target``, at that stack depth."""

    start: int
    length: int
    target: int
    depth: int
    lasti: bool


def unwinding(code: CodeType) -> CodeType:
    """The code with its last handler, whose ``raise`` is at NOWHERE, made to put the frame back; then without NOWHERE.

    Where the compiler lays handlers out in another way the code is left as it is, but for the lines.
    """
    plain = code.replace(co_linetable=_without_nowhere(code.co_linetable))
    units = bytearray(code.co_code)
    entries = list(_entries(code.co_exceptiontable))
    ours_at = (at for start, end, line in code.co_lines() if line == NOWHERE for at in range(start // 2, end // 2))
    raises = [at for at in ours_at if units[2 * at] == _RAISE]
    if len(raises) != 1:
        return plain
    end = raises[0]
    start = max((entry.target for entry in entries if entry.target < end), default=-1)
    ours = [entry for entry in entries if entry.target == start]
    as_known = start >= 0 and bytes(units[2 * start : 2 * start + 4 : 2]) == bytes((_PUSH_EXC_INFO, _POP_TOP))
    if not as_known or any(entry.depth or entry.lasti for entry in ours):
        return plain
    units[2 * start + 2] = _NOP  # the exception stays on the stack: ``raise`` finds it elsewhere, RERAISE there
    units[2 * end : 2 * end + 2] = _RERAISE, 2
    table = b"".join(_encoded(_one_deeper(entry, start, end)) for entry in entries)
    return plain.replace(co_code=bytes(units), co_exceptiontable=table, co_stacksize=code.co_stacksize + 2)


def _one_deeper(entry: _Entry, start: int, end: int) -> _Entry:
    """The entry with the offset that lies at the bottom of the stack between ``start`` and ``end``."""
    if entry.target == start:
        return entry._replace(lasti=True)
    return entry._replace(depth=entry.depth + 1) if start <= entry.start <= end else entry


def _entries(table: bytes) -> Iterator[_Entry]:
    numbers = iter(_numbers(table))
    for start in numbers:
        length, target, depth = next(numbers), next(numbers), next(numbers)
        yield _Entry(start, length, target, depth >> 1, bool(depth & 1))


def _numbers(table: bytes) -> Iterator[int]:
    """Six bits a byte, the highest first; 64 means that more follow, 128 begins an entry."""
    value = 0
    for byte in table:
        value = value << 6 | byte & 63
        if not byte & 64:
            yield value
            value = 0


def _encoded(entry: _Entry) -> bytes:
    numbers = (entry.start, entry.length, entry.target, entry.depth << 1 | entry.lasti)
    made = bytearray(b"".join(map(_number, numbers)))
    made[0] |= 128
    return bytes(made)


def _number(value: int) -> bytes:
    made = [value & 63]
    while value := value >> 6:
        made.append(value & 63 | 64)
    return bytes(reversed(made))


def _without_nowhere(table: bytes) -> bytes:
    """The line table with NOWHERE's instructions at no line.

    Lines are told as steps from the entry before. Only one long step leads to NOWHERE, and one back: what lies between
    gets no line, and the step back what remains of both.
    """
    made = bytearray()
    done = away = 0  # away: by which step the entries since are NOWHERE
    for far in _FAR.finditer(table):
        entry = far[0]
        between = table[done : far.start()]
        made += _nowhere(between) if away else between
        step, rest = _step(entry)
        done = far.end()
        if not away:
            away = step
            made += _nowhere(entry)
        else:
            made += entry[:1] + _signed(away + step) + entry[rest:]
            away = 0
    return bytes(made) + (_nowhere(table[done:]) if away else table[done:])


def _nowhere(entries: bytes) -> bytes:
    """The same instructions with no line. Entries begin with a byte over 127, whose lowest bits tell how many."""
    return bytes(128 | _NO_LOCATION << 3 | byte & 7 for byte in entries if byte & 128)


_FAR = re.compile(rb"[\xe8-\xf7][\x40-\x7f]{3}[\x00-\x3f][\x00-\x7f]*")
"""An entry of the two forms that tell steps of any size, with one of 18 to 23 bits: NOWHERE has 21 with its sign."""


def _step(entry: bytes) -> tuple[int, int]:
    """By how many lines such an entry goes on, and where in it that number ends."""
    value = shift = 0
    at = 1
    while True:  # six bits a byte, the lowest first; 64 means that more follow; the lowest bit is the sign
        value |= (entry[at] & 63) << shift
        shift += 6
        at += 1
        if not entry[at - 1] & 64:
            break
    return -(value >> 1) if value & 1 else value >> 1, at


def _signed(value: int) -> bytes:
    value = (-value << 1 | 1) if value < 0 else value << 1
    made = bytearray()
    while value > 63:
        made.append(64 | value & 63)
        value >>= 6
    return bytes((*made, value))
