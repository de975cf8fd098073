"""What the sampler tells."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """Memory at a moment: ``time`` in ns since the epoch, ``rss`` in bytes."""

    time: int
    rss: int
