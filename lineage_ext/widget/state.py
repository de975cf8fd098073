"""What the panel shows, kept within bounds: records in the form they are sent in.

At most MOST_OPERATIONS operations and MOST_CELLS cells are kept, the newest; datasets, schemas and maps go with the
last record that names them. Some 700 bytes an operation. Not thread-safe: ``Stream`` holds the lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from lineage_ext.graph.samples import Samples
from lineage_ext.widget import protocol
from lineage_ext.widget.protocol import (
    CellRecord,
    DatasetRecord,
    MapRecord,
    NamesRecord,
    OperationRecord,
    ProgressRecord,
    Record,
    SchemaRecord,
    SessionRecord,
)

MOST_OPERATIONS = 20_000
MOST_CELLS = 2_000

Key = tuple[str, object]
ORDER = (
    SessionRecord.kind,
    SchemaRecord.kind,
    MapRecord.kind,
    CellRecord.kind,
    DatasetRecord.kind,
    OperationRecord.kind,
)
"""Kinds in an order in which what is named comes before what names it; the others follow."""


class State:
    """The newest record of each key, encoded."""

    def __init__(
        self, samples: Samples | None = None, most_operations: int = MOST_OPERATIONS, most_cells: int = MOST_CELLS
    ) -> None:
        self.samples = samples or Samples()
        self.most = {OperationRecord.kind: most_operations, CellRecord.kind: most_cells}
        self.tables: dict[str, dict[object, bytes]] = {kind: {} for kind in ORDER}
        self.dropped = 0
        self._names: dict[Key, tuple[Key, ...]] = {}  # record → the records it names
        self._named: Counter[Key] = Counter()  # record → how many name it

    def put(self, record: Record) -> tuple[bytes, list[Key]]:
        """Keep a record. Returns it encoded, and the keys of those that had to go for it."""
        kind, no = record.key
        encoded = protocol.encode(record.to_json())
        self.tables.setdefault(kind, {})[no] = encoded
        unnamed = self._link(record.key, tuple(named(record)))
        return encoded, [*chain.from_iterable(map(self._drop, unnamed)), *self._evict(kind)]

    def remove(self, key: Key) -> None:
        """Take a record away that ended with what it told of (progress)."""
        self.tables.get(key[0], {}).pop(key[1], None)
        self._link(key, ())

    # -- what goes -------------------------------------------------------------------------------------------------
    def _link(self, key: Key, names: tuple[Key, ...]) -> list[Key]:
        """Note what a record names; keys that nothing names any more."""
        self._named.update(names)
        before = self._names.pop(key, ())
        if names:
            self._names[key] = names
        self._named.subtract(before)
        unnamed = [old for old in before if self._named[old] <= 0]
        for old in unnamed:
            del self._named[old]
        return unnamed

    def _evict(self, kind: str) -> Iterator[Key]:
        table = self.tables[kind]
        while len(table) > self.most.get(kind, len(table)):
            self.dropped += 1
            yield from self._drop((kind, next(iter(table))))

    def _drop(self, key: Key) -> Iterator[Key]:
        """Drop a record, what tells of the same cell, and what only it named."""
        self.tables[key[0]].pop(key[1], None)
        yield key
        for unnamed in self._link(key, ()):
            yield from self._drop(unnamed)
        if key[0] == CellRecord.kind:
            for kind in (NamesRecord.kind, ProgressRecord.kind):
                if key[1] in self.tables.get(kind, {}):
                    yield from self._drop((kind, key[1]))

    # -- all of it -------------------------------------------------------------------------------------------------
    def all(self) -> Iterable[bytes]:
        """Every record, what is named before what names it."""
        others = (kind for kind in self.tables if kind not in ORDER)
        return chain.from_iterable(self.tables[kind].values() for kind in chain(ORDER, others))

    def snapshot(self, epoch: str, seq: int, most_bytes: int | None = None) -> bytes:
        """The JSON text that rebuilds everything, or the newest part that takes about ``most_bytes``."""
        records = protocol.array(self.all() if most_bytes is None else self.newest(most_bytes))
        head = protocol.encode({"v": protocol.VERSION, "epoch": epoch, "seq": seq})
        times, rss = self.samples.columns()
        curve = protocol.encode([round(t, 3) for t in times]), protocol.encode([int(r) for r in rss])
        return b'%b,"records":%b,"times":%b,"rss":%b}' % (head[:-1], records, *curve)

    def newest(self, most_bytes: int) -> Iterator[bytes]:
        """The same, but only so many operations, the newest, that it takes about ``most_bytes``."""
        kept = self._newest_keys(most_bytes)
        for kind in chain(ORDER, (kind for kind in self.tables if kind not in ORDER)):
            whole = kind not in _BULKY
            yield from (record for no, record in self.tables[kind].items() if whole or (kind, no) in kept)

    def _newest_keys(self, most_bytes: int) -> set[Key]:
        left = most_bytes - sum(
            len(record) for kind, table in self.tables.items() if kind not in _BULKY for record in table.values()
        )
        kept: set[Key] = set()
        for no in reversed(self.tables[OperationRecord.kind]):
            group = self._with_named((OperationRecord.kind, no)) - kept
            left -= sum(len(self.tables[kind].get(n, b"")) for kind, n in group)
            if left < 0:
                break
            kept |= group
        return kept

    def _with_named(self, key: Key) -> set[Key]:
        found = {key}
        for other in self._names.get(key, ()):
            found |= self._with_named(other)
        return found


_BULKY = {OperationRecord.kind, DatasetRecord.kind, SchemaRecord.kind, MapRecord.kind}


def named(record: Record) -> Iterator[Key]:
    """The records that ``record`` can't be shown without."""
    match record:
        case OperationRecord():
            yield from ((DatasetRecord.kind, no) for no in {*record.inputs, *record.outputs})
            if record.map is not None:
                yield MapRecord.kind, record.map
        case DatasetRecord():
            yield SchemaRecord.kind, record.schema
        case NamesRecord():
            yield from ((DatasetRecord.kind, no) for _, no in record.names)
