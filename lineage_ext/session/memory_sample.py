"""What the sampler tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory at a moment: ``time`` in ns since the epoch, ``rss`` in bytes."""

    time: int
    rss: int
