"""What the file system tells of a local file that was read or written, without opening it. On the worker thread."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from lineage_ext.capture.birth import birth_ns

MOST_FILES = 1_000  # of a directory; a larger one is told without numbers
TICK = 11_000_000  # ns: file systems stamp with the kernel's coarse clock, up to 10 ms late


@dataclass(frozen=True, slots=True)
class Found:
    """``size`` in bytes, the number of ``files``, and a ``version`` that changes when their content may have."""

    size: int | None = None
    files: int | None = None
    version: str = ""


def look(path: str) -> Found:
    """What is at ``path`` now; empty if nothing is, or too much."""
    try:
        status = os.stat(path)
        parts = [status] if not stat.S_ISDIR(status.st_mode) else list(_parts(path))
    except (OSError, ValueError):
        return Found()
    if not parts or len(parts) > MOST_FILES:
        return Found()
    size = sum(s.st_size for s in parts)
    return Found(size, len(parts), f"{max(s.st_mtime_ns for s in parts)}-{size}")


def _parts(folder: str) -> Iterator[os.stat_result]:
    count = 0
    for root, _, names in os.walk(folder):
        for name in names:
            count += 1
            if count > MOST_FILES + 1:
                return
            yield os.stat(os.path.join(root, name))


def was_there(path: str, started: int) -> bool | None:
    """Whether a file that a write left was there before it began, at ``started`` ns; None if that can't be known."""
    born = birth_ns(path)
    return None if born is None else born < started - TICK
