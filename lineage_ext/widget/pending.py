"""What the panel hasn't been sent yet: of each record the newest, in order of change."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator

from lineage_ext.widget import protocol
from lineage_ext.widget.protocol import GoneRecord, Key, Record


class Pending:
    """Collects until ``take``. Not thread-safe."""

    def __init__(self) -> None:
        self._records: OrderedDict[Key, Record] = OrderedDict()  # a plain dict searches for its first item
        self._gone: dict[str, list[int]] = {}
        self.times = array("d")
        self.rss = array("d")

    def __len__(self) -> int:
        return len(self._records)

    def __bool__(self) -> bool:
        return bool(self._records or self._gone or self.times)

    @property
    def urgent(self) -> bool:
        """Whether there is more than samples, which come 20 times a second and can wait for company."""
        return bool(self._records or self._gone)

    def put(self, record: Record) -> None:
        """A record changed."""
        self._records[record.key] = record
        self._records.move_to_end(record.key)

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
        pieces: list[bytes] = []
        left = most_bytes
        for piece in protocol.encode_records(self._oldest()):
            pieces.append(piece)
            left -= len(piece)
            if left <= 0:
                break
        if not self._records:  # what goes is told after what came before it went
            pieces += protocol.encode_records(GoneRecord(kind, tuple(nos)) for kind, nos in self._gone.items())
            self._gone.clear()
        samples = [self.times.tobytes(), self.rss.tobytes()]
        self.times, self.rss = array("d"), array("d")
        return [protocol.array(pieces), *samples]

    def _oldest(self) -> Iterator[Record]:
        while self._records:
            yield self._records.popitem(last=False)[1]
