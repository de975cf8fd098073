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
        return uuid7(self.now(), os.urandom(10))


def uuid7(time_ns: int, entropy: bytes) -> str:
    """UUIDv7 of a time (ns since the epoch) and 10 bytes. RFC 9562, section 5.7."""
    time, text = f"{time_ns // 1_000_000 & (1 << 48) - 1:012x}", entropy.hex()
    variant = "89ab"[entropy[2] >> 4 & 3]
    return f"{time[:8]}-{time[8:]}-7{text[1:4]}-{variant}{text[5:8]}-{text[8:]}"
