"""What the compiler can't be told: that a handler puts the frame back where the exception came from, and code without
a place in the source.

A handler that ends with ``raise`` leaves ``frame.f_lineno`` at itself; tracebacks keep their own line, but IPython
shows frames of files over 10 000 lines at the frame's. The handler of a ``with`` has a remedy: its entry in the
exception table asks for the raising instruction's offset on the stack (*lasti*), and RERAISE 2 goes back to it.
``unwinding`` gives that to our handler. See CPython's Objects/exception_handling_notes.txt and Objects/locations.md.
"""

from __future__ import annotations

import opcode
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

NOWHERE = 1 << 20
"""The line of nodes that are to have none: to tracers (pdb, coverage) they are part of what came before."""

_LONG, _NO_COLUMNS, _NO_LOCATION = 14, 13, 15
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
    plain = code.replace(co_linetable=_without_nowhere(code.co_linetable, code.co_firstlineno))
    units = bytearray(code.co_code)
    entries = list(_entries(code.co_exceptiontable))
    lines = (position[0] for position in code.co_positions())
    raises = [at for at, line in enumerate(lines) if line == NOWHERE and units[2 * at] == _RAISE]
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


def _without_nowhere(table: bytes, first: int) -> bytes:
    """The line table with NOWHERE's instructions at no line; lines are told as steps from the one before."""
    made = bytearray()
    line = told = first
    for entry in _places(table):
        kind = entry[0] >> 3 & 15
        step, rest = _step(kind, entry)
        line += step
        if line == NOWHERE:
            made.append(128 | _NO_LOCATION << 3 | entry[0] & 7)
            continue
        back = line - step == NOWHERE  # by a long step, which only two of the forms hold
        made += bytes((entry[0],)) + _signed(line - told) + entry[rest:] if back else entry
        told = line
    return bytes(made)


def _places(table: bytes) -> Iterator[bytes]:
    """Entries begin with a byte over 127."""
    starts = [at for at, byte in enumerate(table) if byte & 128]
    for start, end in zip(starts, [*starts[1:], len(table)], strict=True):
        yield table[start:end]


def _step(kind: int, entry: bytes) -> tuple[int, int]:
    """By how many lines an entry goes on, and where in it that number ends."""
    if 10 <= kind <= 12:
        return kind - 10, 1
    if kind not in {_LONG, _NO_COLUMNS}:
        return 0, 1
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
