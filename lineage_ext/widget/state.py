"""What the panel shows, kept within bounds.

At most MOST_OPERATIONS operations and MOST_CELLS cells are kept, the newest; datasets, schemas and maps go with the
last record that names them. About 1 kB an operation. Not thread-safe: ``Stream`` holds the lock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import chain

from lineage_ext.graph.samples import Samples
from lineage_ext.widget import protocol
from lineage_ext.widget.protocol import (
    CellRecord,
    DatasetRecord,
    Key,
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
ORDER = tuple(
    kind.kind for kind in (SessionRecord, SchemaRecord, MapRecord, CellRecord, DatasetRecord, OperationRecord)
)
"""Kinds in an order in which what is named comes before what names it; the others follow."""
BULKY = frozenset({OperationRecord.kind, DatasetRecord.kind, SchemaRecord.kind, MapRecord.kind})


class State:
    """The newest record of each key."""

    def __init__(
        self, samples: Samples | None = None, most_operations: int = MOST_OPERATIONS, most_cells: int = MOST_CELLS
    ) -> None:
        self.samples = samples or Samples()
        self.most = {OperationRecord.kind: most_operations, CellRecord.kind: most_cells}
        self.tables: dict[str, OrderedDict[object, Record]] = {kind: OrderedDict() for kind in ORDER}
        self.dropped = 0
        self._names: dict[Key, tuple[Key, ...]] = {}  # record → the records it names
        self._named: dict[Key, int] = {}  # record → how many name it

    def put(self, record: Record) -> list[Key]:
        """Keep a record. Returns the keys of those that had to go for it."""
        key = kind, no = record.key
        table = self.tables.setdefault(kind, OrderedDict())
        table[no] = record
        gone: list[Key] = []
        for unnamed in self._link(key, tuple(record.named())):
            gone.extend(self._drop(unnamed))
        most = self.most.get(kind)
        while most is not None and len(table) > most:
            self.dropped += 1
            gone.extend(self._drop((kind, next(iter(table)))))
        return gone

    def remove(self, key: Key) -> None:
        """Take a record away that ended with what it told of (progress)."""
        if key[0] in self.tables:
            self.tables[key[0]].pop(key[1], None)

    # -- what goes -------------------------------------------------------------------------------------------------
    def _link(self, key: Key, names: tuple[Key, ...]) -> list[Key]:
        """Note what a record names; keys that nothing names any more."""
        count = self._named
        for name in names:
            count[name] = count.get(name, 0) + 1
        before = self._names.pop(key, ())
        if names:
            self._names[key] = names
        unnamed = []
        for name in before:
            count[name] -= 1
            if not count[name]:
                del count[name]
                unnamed.append(name)
        return unnamed

    def _drop(self, key: Key) -> Iterator[Key]:
        """Drop a record, what tells of the same cell, and what only it named."""
        self.tables[key[0]].pop(key[1], None)
        yield key
        for unnamed in self._link(key, ()):
            yield from self._drop(unnamed)
        if key[0] == CellRecord.kind:
            for kind in (NamesRecord.kind, ProgressRecord.kind):
                if key[1] in self.tables.get(kind, ()):
                    yield from self._drop((kind, key[1]))

    # -- all of it -------------------------------------------------------------------------------------------------
    def all(self) -> Iterable[Record]:
        """Every record, what is named before what names it."""
        return chain.from_iterable(self.tables[kind].values() for kind in self._kinds())

    def snapshot(self, epoch: str, seq: int, most_bytes: int | None = None) -> bytes:
        """The JSON text that rebuilds everything, or the newest part that takes about ``most_bytes``."""
        shown = self.all() if most_bytes is None else self.newest(most_bytes)
        records = protocol.array(protocol.encode_records(shown))
        head = protocol.encode({"v": protocol.VERSION, "epoch": epoch, "seq": seq})
        times, rss = self.samples.columns()
        curve = protocol.encode([round(t, 3) for t in times]), protocol.encode([int(r) for r in rss])
        return b'%b,"records":%b,"times":%b,"rss":%b}' % (head[:-1], records, *curve)

    def newest(self, most_bytes: int) -> Iterator[Record]:
        """The same, but only so many operations, the newest, that it takes about ``most_bytes``."""
        kept = self._newest_keys(most_bytes)
        for kind in self._kinds():
            whole = kind not in BULKY
            yield from (record for no, record in self.tables[kind].items() if whole or (kind, no) in kept)

    def _newest_keys(self, most_bytes: int) -> set[Key]:
        others = [(kind, no) for kind in self._kinds() if kind not in BULKY for no in self.tables[kind]]
        kept: set[Key] = set().union(*map(self._with_named, others))  # what variables are bound to, at least
        left = most_bytes - sum(self._size(key) for key in kept)
        for no in reversed(self.tables[OperationRecord.kind]):
            group = self._with_named((OperationRecord.kind, no)) - kept
            left -= sum(map(self._size, group))
            if left < 0:
                break
            kept |= group
        return kept

    def _with_named(self, key: Key) -> set[Key]:
        found = {key}
        for other in self._names.get(key, ()):
            found |= self._with_named(other)
        return found

    def _size(self, key: Key) -> int:
        record = self.tables[key[0]].get(key[1])
        return len(protocol.encode(record.to_json())) if record else 0

    def _kinds(self) -> Iterator[str]:
        yield from ORDER
        yield from (kind for kind in self.tables if kind not in ORDER)
