"""When a file was made. ``os.stat`` tells on macOS and Windows; on Linux the kernel does, when asked by ``statx``."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from functools import cache
from typing import Any

AT_FDCWD = -100
STATX_BTIME = 0x800
_MASK = struct.Struct("I")
_BTIME = struct.Struct("qI")  # at byte 80: struct statx_timestamp stx_btime. Linux, include/uapi/linux/stat.h
_SIZE, _BTIME_AT = 256, 80


TICK = 11_000_000  # ns: file systems stamp with the kernel's coarse clock, up to 10 ms late


def was_there(path: str, started: int) -> bool | None:
    """Whether a file that a write left was there before it began, at ``started`` ns; None if that can't be known."""
    born = birth_ns(path)
    return None if born is None else born < started - TICK


def birth_ns(path: str) -> int | None:
    """ns since the epoch; None where the system doesn't know."""
    if not sys.platform.startswith("linux"):
        return _from_stat(path)
    statx = _statx()
    buffer = ctypes.create_string_buffer(_SIZE)
    if statx is None or statx(AT_FDCWD, os.fsencode(path), 0, STATX_BTIME, buffer) != 0:
        return None
    if not _MASK.unpack_from(buffer)[0] & STATX_BTIME:
        return None
    seconds, ns = _BTIME.unpack_from(buffer, _BTIME_AT)
    return int(seconds) * 1_000_000_000 + int(ns)


def _from_stat(path: str) -> int | None:
    try:
        seconds = getattr(os.stat(path), "st_birthtime", None)
    except OSError:
        return None
    return None if seconds is None else int(seconds * 1_000_000_000)


@cache
def _statx() -> Any:
    """glibc's function (2.28 and later), or None."""
    try:
        return ctypes.CDLL(None).statx
    except (OSError, AttributeError):
        return None
