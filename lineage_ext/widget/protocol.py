"""What the kernel tells the panel: frozen values, each sent again whole when it changes. ``docs/panel-protocol.md``.

A record's ``to_json`` is ``[kind, {field: value}]``; its ``key`` says which earlier record it replaces. Times are
milliseconds since the epoch, durations ms, sizes bytes. ``js/src/protocol.ts`` has the same nouns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

VERSION = 1
Key = tuple[str, object]
"""Kind and number."""
Slots = Sequence[int | Sequence[int]]
"""Slots in order; three and more that follow each other upwards as one ``[first, last]``."""
BlockJson = tuple[int, int, Slots, Slots, str, str, int, str, int]
"""Output, input, target slots, source slots, transformation, confidence, cross, reason, masking."""

_NAMES = {"what": "kind"}
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))  # ASCII: lone surrogates in labels pass, too


@dataclass(frozen=True, slots=True)
class Record:
    """Base of everything that is told."""

    kind: ClassVar[str]

    @property
    def key(self) -> Key:
        """A record replaces the earlier one of the same key."""
        return self.kind, getattr(self, "no", None)

    def named(self) -> Iterable[Key]:
        """The records this one can't be shown without."""
        return ()

    def to_json(self) -> list[Any]:
        """``[kind, {field: value}]``; ``what`` is called ``kind`` there, which is taken here."""
        fields: tuple[str, ...] = self.__slots__
        return [self.kind, {_NAMES.get(name, name): getattr(self, name) for name in fields}]


@dataclass(frozen=True, slots=True)
class SessionRecord(Record):
    """The session itself; there is one."""

    kind = "session"
    id: str
    name: str
    host: str
    notebook: str
    started: float
    ended: float | None
    state: str
    version: str


@dataclass(frozen=True, slots=True)
class SchemaRecord(Record):
    """Columns of datasets, sent once before the first dataset that has them; ``more`` columns aren't listed."""

    kind = "schema"
    no: int
    what: str
    labels: tuple[str, ...]
    types: tuple[str, ...]
    index: tuple[str, ...]
    keys: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class DatasetRecord(Record):
    """A dataset version: ``op`` made it, ``of`` is the version of the same object before.

    ``what`` is its DatasetKind; ``name`` is empty in memory. ``bytes`` is what ``memory_usage(deep=False)`` says of its
    columns (8 for an object) but for ``unsized`` ones, whose dtype doesn't tell; None where nothing is known.
    """

    kind = "dataset"
    no: int
    what: str
    schema: int
    namespace: str
    name: str
    rows: int | None
    of: int | None
    bytes: int | None
    unsized: int
    op: int | None

    def named(self) -> Iterable[Key]:
        """Its schema."""
        return ((SchemaRecord.kind, self.schema),)


@dataclass(frozen=True, slots=True)
class MapRecord(Record):
    """Which slots fed which, sent once before the first operation that names it."""

    kind = "map"
    no: int
    blocks: tuple[BlockJson, ...]


@dataclass(frozen=True, slots=True)
class CellRecord(Record):
    """A cell run. ``rss`` is start, end, peak and whether the peak is exact; ``code`` the source positions refer to,
    where magics made it another than ``source``; ``error`` type, message, traceback; ``result`` type, text, dataset.
    """

    kind = "cell"
    no: int
    id: str
    cell_id: str
    what: str
    count: int | None
    state: str
    started: float
    ended: float | None
    source: str
    code: str | None
    error: tuple[str, str, str] | None
    cpu: float | None
    rss: tuple[int, int, int, bool] | None
    own: float | None
    operations: int
    result: tuple[str, str, int | None] | None


@dataclass(frozen=True, slots=True)
class OperationRecord(Record):
    """An operation. ``at`` is line, end line, column, end column (UTF-8 bytes) in the cell's ``code`` or ``source``,
    ``rows`` of its first input and output, ``times`` how many calls it stands for, ``within`` the operation whose
    callback it ran in.
    """

    kind = "operation"
    no: int
    id: str
    cell: int | None
    within: int | None
    name: str
    state: str
    started: float
    ended: float | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    map: int | None
    at: tuple[int, int, int, int] | None
    text: str
    rows: tuple[int | None, int | None]
    times: int
    confidence: str
    reason: str
    error: tuple[str, str, str] | None

    def named(self) -> Iterable[Key]:
        """Its datasets and its map."""
        datasets = [(DatasetRecord.kind, no) for no in dict.fromkeys((*self.inputs, *self.outputs))]
        return datasets if self.map is None else (*datasets, (MapRecord.kind, self.map))


@dataclass(frozen=True, slots=True)
class NamesRecord(Record):
    """Variables that a cell left bound to other dataset versions than before."""

    kind = "names"
    cell: int
    names: tuple[tuple[str, int], ...]

    @property
    def key(self) -> Key:
        """One per cell."""
        return self.kind, self.cell

    def named(self) -> Iterable[Key]:
        """The datasets."""
        return [(DatasetRecord.kind, no) for _, no in self.names]


@dataclass(frozen=True, slots=True)
class StaleRecord(Record):
    """Cells (number, why) and datasets that a later run of another cell has outdated. Replaces the one before."""

    kind = "stale"
    cells: tuple[tuple[int, str], ...]
    datasets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeletedRecord(Record):
    """Runs of cells that are no longer in the notebook, where the host tells. Replaces the one before."""

    kind = "deleted"
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProgressRecord(Record):
    """What a running cell does now; ``operations`` and ``rows`` (of their outputs) so far, ``elapsed`` ms.

    ``at``, ``text`` and ``name`` tell the place in the cell and the operation that has been running for ``since`` ms,
    if one has been for long. ``bars`` are the user's progress bars: id, label, n, total, rate (1/s), parent bar.
    ``parent`` is the run this is part of, for runs that nest.
    """

    kind = "progress"
    cell: int
    parent: int | None
    operations: int
    rows: int
    elapsed: float
    at: tuple[int, int, int, int] | None
    text: str
    name: str
    since: float
    bars: tuple[tuple[str, str, float, float | None, float | None, str | None], ...]

    @property
    def key(self) -> Key:
        """One per cell."""
        return self.kind, self.cell


@dataclass(frozen=True, slots=True)
class StatusRecord(Record):
    """The session in numbers. ``own_ms`` is our CPU in cells, ``own_share`` its part of the cells' CPU, ``beside_ms``
    our CPU on other threads; ``dropped`` counts records that were let go; ``degraded`` names parts that failed;
    ``queued`` are records the panel hasn't been sent yet.
    """

    kind = "status"
    cells: int
    operations: int
    datasets: int
    opaque: int
    inferred: int
    coverage: float
    own_ms: float
    own_share: float | None
    beside_ms: float
    dropped: int
    degraded: tuple[str, ...]
    queued: int
    notes: tuple[str, ...]
    paused: bool


@dataclass(frozen=True, slots=True)
class GoneRecord(Record):
    """Records of kind ``what`` that fell out of the bounded memory."""

    kind = "gone"
    what: str
    nos: tuple[int, ...]


def encode(value: Any) -> bytes:
    """A JSON value in ASCII."""
    return _ENCODER.encode(value).encode()


def encode_records(records: Iterable[Record]) -> Iterator[bytes]:
    """Records in pieces of a JSON array, without its brackets and outer commas: many at a time, as it is faster."""
    for some in batched(records, 100):
        yield encode([record.to_json() for record in some])[1:-1]


def array(pieces: Iterable[bytes]) -> bytes:
    """A JSON array of its pieces."""
    return b"[" + b",".join(pieces) + b"]"


def batched(records: Iterable[Record], n: int) -> Iterator[list[Record]]:
    """``itertools.batched`` of Python 3.12."""
    left = iter(records)
    while some := list(islice(left, n)):
        yield some
