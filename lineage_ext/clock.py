"""Time and ids. Everything that needs either takes a Clock, so tests can replay a session to the letter."""

from __future__ import annotations

import os
import time
from typing import Protocol


class Clock(Protocol):
    """Where time and ids come from."""

    def now(self) -> int:
        """Wall time, ns since the epoch."""
        ...

    def uuid7(self) -> str:
        """A new UUIDv7."""
        ...


class SystemClock:
    """The machine's clock. Wall times are one ``time_ns`` reading plus the monotonic clock, so they never go back."""

    def __init__(self) -> None:
        self.offset = time.time_ns() - time.perf_counter_ns()

    def now(self) -> int:
        """Wall time, ns since the epoch."""
        return self.offset + time.perf_counter_ns()

    def uuid7(self) -> str:
        """A new UUIDv7."""
        return uuid7(self.now(), entropy())


AT_ONCE = 256
_spare: list[bytes] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_spare.clear)  # else a child would give its parent's ids


def entropy() -> bytes:
    """10 random bytes, read for many ids at once.

    Reading gives up the GIL, and beside a cell that computes a thread has it back only after 4 ms: for the demo's 160
    operations the worker waited 0.57 s, and the cells took up to a tenth longer.
    """
    try:
        return _spare.pop()
    except IndexError:
        many = os.urandom(10 * AT_ONCE)
        _spare.extend(many[at : at + 10] for at in range(10, len(many), 10))
        return many[:10]


def uuid7(time_ns: int, entropy: bytes) -> str:
    """UUIDv7 of a time (ns since the epoch) and 10 bytes. RFC 9562, section 5.7."""
    time, text = f"{time_ns // 1_000_000 & (1 << 48) - 1:012x}", entropy.hex()
    variant = "89ab"[entropy[2] >> 4 & 3]
    return f"{time[:8]}-{time[8:]}-7{text[1:4]}-{variant}{text[5:8]}-{text[8:]}"
