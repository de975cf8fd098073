"""What the panel hasn't been sent yet: of each record the newest, in order of change."""

from __future__ import annotations

from array import array

from lineage_ext.widget import protocol
from lineage_ext.widget.protocol import GoneRecord
from lineage_ext.widget.state import Key


class Pending:
    """Collects until ``take``. Not thread-safe."""

    def __init__(self) -> None:
        self._records: dict[Key, bytes] = {}
        self._gone: dict[str, list[int]] = {}
        self.times = array("d")
        self.rss = array("d")

    def __len__(self) -> int:
        return len(self._records)

    def __bool__(self) -> bool:
        return bool(self._records or self._gone or self.times)

    def put(self, key: Key, encoded: bytes) -> None:
        """A record changed."""
        self._records.pop(key, None)
        self._records[key] = encoded

    def gone(self, kind: str, no: object) -> None:
        """A record is no longer kept."""
        self._records.pop((kind, no), None)
        if isinstance(no, int):
            self._gone.setdefault(kind, []).append(no)

    def sample(self, time_ms: float, rss: float) -> None:
        """A memory sample."""
        self.times.append(time_ms)
        self.rss.append(rss)

    def take(self, most_bytes: int) -> list[bytes]:
        """A JSON array of the oldest records, about ``most_bytes`` long, the times and the sizes of all samples."""
        taken: list[bytes] = []
        left = most_bytes
        while self._records and left > 0:
            key = next(iter(self._records))
            taken.append(self._records.pop(key))
            left -= len(taken[-1])
        if not self._records:  # what goes is told after what came before it went
            taken += [protocol.encode(GoneRecord(kind, tuple(nos)).to_json()) for kind, nos in self._gone.items()]
            self._gone.clear()
        samples = [self.times.tobytes(), self.rss.tobytes()]
        self.times, self.rss = array("d"), array("d")
        return [protocol.array(taken), *samples]
