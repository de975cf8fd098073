"""The memory curve of a session: time and resident bytes of every sample, thinned out when there are too many."""

from __future__ import annotations

from array import array

from lineage_ext.session import Sample

MOST = 20_000


class Samples:
    """At most ``most`` samples (16 bytes each). Of two neighbours the higher one stays. Read without a lock."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._values = array("d")  # ms since the epoch, bytes, ms, bytes …

    def add(self, sample: Sample) -> None:
        """Keep one."""
        self._values.extend((sample.time / 1e6, float(sample.rss)))
        if len(self._values) > 2 * self.most:
            self._values = _halved(self._values)

    def columns(self) -> tuple[array[float], array[float]]:
        """(times in ms since the epoch, resident bytes)."""
        values = self._values[:]
        return values[0::2], values[1::2]


def _halved(values: array[float]) -> array[float]:
    kept = array("d")
    for at in range(0, len(values) - 2, 4):
        higher = at if values[at + 1] >= values[at + 3] else at + 2
        kept.extend(values[higher : higher + 2])
    return kept
