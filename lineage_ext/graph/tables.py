"""The graph's memory: operations and datasets as columns of numbers, everything that repeats kept once.

An operation with one input and one output takes about 130 bytes; a Run with its Datasets takes 1 500. ``run`` and
``dataset`` build those values again. Rows are in order of arrival and never change, but for what a later sight of a
dataset adds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter

from lineage_ext.graph.encoding import codes
from lineage_ext.graph.interning import Interned, Places, map_key
from lineage_ext.graph.loads import Loads
from lineage_ext.model import (
    ColumnMap,
    Dataset,
    DatasetKind,
    Facet,
    Job,
    NamesFacet,
    Position,
    Run,
    RunKind,
    RunState,
    Schema,
)

KINDS = tuple(DatasetKind)
STATES = tuple(RunState)
_KIND = {k: i for i, k in enumerate(KINDS)}
_STATE = {s: i for i, s in enumerate(STATES)}
UNKNOWN = -1


def uuid_number(text: str) -> int | None:
    """A UUID's 128 bits, None if ``text`` isn't one as ``str(UUID)`` writes it."""
    plain = text.replace("-", "")
    if len(text) != 36 or len(plain) != 32 or text != text.lower():
        return None
    try:
        return int.from_bytes(bytes.fromhex(plain), "big")
    except ValueError:
        return None


class Datasets:
    """One row per dataset version."""

    def __init__(self) -> None:
        self.places = Places()
        self.no = array("q")
        self.kind = array("b")
        self.schema = array("i")
        self.rows = array("q")
        self.of: dict[int, int] = {}
        self.title = array("i")  # twice the position in ``titles``; odd: the number follows after a slash
        self.producer = array("i")  # row of the operation that made it
        self.use = array("i")  # its newest row in ``Operations.read``
        self.external: set[int] = set()
        self.facets: dict[int, tuple[Facet, ...]] = {}
        self.schemas: Interned[Schema] = Interned(attrgetter("identity"))
        self.titles: Interned[tuple[str, str]] = Interned()

    def see(self, dataset: Dataset) -> int:
        """The row of a dataset, added on first sight."""
        at = self.places.get(dataset.no)
        if at < 0:
            return self._add(dataset)
        if dataset.rows is not None and self.rows[at] < 0:
            self.rows[at] = dataset.rows
        if dataset.facets and at not in self.facets:
            self.facets[at] = dataset.facets
        return at

    def _add(self, dataset: Dataset) -> int:
        at = len(self.no)
        self.places.set(dataset.no, at)
        self.no.append(dataset.no)
        self.kind.append(_KIND[dataset.kind])
        self.schema.append(self.schemas.put(dataset.schema))
        self.rows.append(UNKNOWN if dataset.rows is None else dataset.rows)
        self.title.append(self._title(dataset))
        self.producer.append(UNKNOWN)
        self.use.append(UNKNOWN)
        if dataset.of is not None:
            self.of[at] = dataset.of
        if dataset.external:
            self.external.add(at)
        if dataset.facets:
            self.facets[at] = dataset.facets
        return at

    def _title(self, dataset: Dataset) -> int:
        head, slash, tail = dataset.name.rpartition("/")
        numbered = bool(slash) and tail == str(dataset.no)  # as in-memory ones are called: not a text of their own
        name = head if numbered else dataset.name
        return 2 * self.titles.put_key((dataset.namespace, name)) + numbered

    def schema_of(self, at: int) -> Schema:
        """The Schema of a row."""
        return self.schemas[self.schema[at]]

    def kind_of(self, at: int) -> DatasetKind:
        """The kind of a row."""
        return KINDS[self.kind[at]]

    def value(self, at: int) -> Dataset:
        """The Dataset of a row."""
        namespace, name = self.titles[self.title[at] >> 1]
        no, rows = self.no[at], self.rows[at]
        return Dataset(
            no,
            self.kind_of(at),
            self.schema_of(at),
            namespace,
            f"{name}/{no}" if self.title[at] & 1 else name,
            None if rows < 0 else rows,
            self.of.get(at),
            self.facets.get(at, ()),
        )


class Operations:
    """One row per operation; its inputs are ``read[reads[at]:reads[at + 1]]``, its outputs likewise in ``wrote``."""

    def __init__(self, datasets: Datasets) -> None:
        self.datasets = datasets
        self.places = Places()
        self.no = array("q")
        self.id = array("Q")  # two for each row
        self.job = array("i")
        self.parent = array("i")
        self.state = array("b")
        self.started = array("q")
        self.took = array("q")
        self.map = array("i")
        self.position = array("i")
        self.reads = array("i", [0])
        self.wrote = array("i", [0])
        self.read = array("i")  # rows of datasets
        self.reader = array("i")  # row of the operation, for each of ``read``
        self.earlier = array("i")  # the use of the same dataset before, for each of ``read``: a linked list
        self.written = array("i")  # rows of datasets
        self.several: set[int] = set()  # operations with more than one output
        self.late: set[int] = set()  # rows of datasets that were used before they were made
        self.within: dict[int, int] = {}
        self.count: dict[int, int] = {}
        self.facets: dict[int, tuple[Facet, ...]] = {}
        self.odd_ids: dict[int, str] = {}
        self.jobs: Interned[tuple[str, str]] = Interned()
        self.parents: Interned[str | None] = Interned()
        self.maps: Interned[ColumnMap] = Interned(map_key)
        self.codes = codes()
        self.positions: Interned[Position | None] = Interned()
        self.facet_sets: Interned[tuple[Facet, ...]] = Interned()

    def add(self, run: Run) -> int:
        """Remember an operation."""
        at = len(self.no)
        self.places.set(run.no, at)
        self.no.append(run.no)
        self._put_id(at, run.id)
        self.job.append(self.jobs.put_key((run.job.namespace, run.job.name)))
        self.parent.append(self.parents.put_key(run.parent_id))
        self.state.append(_STATE[run.state])
        self.started.append(run.started)
        self.took.append(UNKNOWN if run.ended is None else max(run.ended - run.started, 0))
        self.map.append(self._map(run.column_map))
        self.position.append(self.positions.put(run.position))
        if run.within is not None:
            self.within[at] = run.within
        if run.count != 1:
            self.count[at] = run.count
        if run.facets:
            self.facets[at] = self.facet_sets[self.facet_sets.put_key(run.facets)]
        self._link(at, run)
        return at

    def _map(self, column_map: ColumnMap) -> int:
        count = len(self.maps.values)
        at = self.maps.put(column_map)
        if at == count and self.codes is not None:
            with suppress(Exception):  # a question reads it again, and says what is wrong with it
                self.codes.add(self.maps.values)
        return at

    def _put_id(self, at: int, text: str) -> None:
        number = uuid_number(text)
        if number is None:
            self.odd_ids[at] = text
            number = 0
        self.id.extend((number >> 64, number & (1 << 64) - 1))

    def _link(self, at: int, run: Run) -> None:
        datasets = self.datasets
        inputs = [datasets.see(d) for d in run.inputs]
        known = [datasets.places.get(d.no) >= 0 for d in run.outputs]
        for made in inputs:
            self.earlier.append(datasets.use[made])
            datasets.use[made] = len(self.read)
            self.read.append(made)
            self.reader.append(at)
        for dataset, old in zip(run.outputs, known, strict=True):
            made = datasets.see(dataset)
            self.written.append(made)
            if not old or (datasets.producer[made] < 0 and self._makes(made, inputs)):
                datasets.producer[made] = at
                if old:
                    self.late.add(made)
        if len(run.outputs) > 1:
            self.several.add(at)
        self.reads.append(len(self.read))
        self.wrote.append(len(self.written))

    def _makes(self, made: int, inputs: list[int]) -> bool:
        """Whether a run makes a dataset that was used before. If that is above its inputs, it was only handed on."""
        return made not in inputs and made not in self.above(inputs)

    def above(self, rows: list[int]) -> list[int]:
        """Rows of all datasets that those were made from, each after all it was made from."""
        made_of: dict[int, bool] = {}  # row → whether all above it is listed
        found: list[int] = []
        todo = list(rows)
        while todo:
            row = todo[-1]
            if row not in made_of:
                made_of[row] = False
                maker = self.datasets.producer[row]
                todo += [source for source in (self.inputs(maker) if maker >= 0 else ()) if source not in made_of]
                continue
            todo.pop()
            if not made_of[row]:
                made_of[row] = True
                found.append(row)
        asked = set(rows)
        return [row for row in found if row not in asked]

    def inputs(self, at: int) -> array[int]:
        """Rows of an operation's input datasets."""
        return self.read[self.reads[at] : self.reads[at + 1]]

    def outputs(self, at: int) -> array[int]:
        """Rows of an operation's output datasets."""
        return self.written[self.wrote[at] : self.wrote[at + 1]]

    def uses(self, dataset: int) -> Iterator[tuple[int, int]]:
        """(row of the operation, position among its inputs) wherever a dataset is read, newest first."""
        use = self.datasets.use[dataset]
        while use >= 0:
            reader = self.reader[use]
            yield reader, use - self.reads[reader]
            use = self.earlier[use]

    def id_of(self, at: int) -> str:
        """Run id of a row."""
        odd = self.odd_ids.get(at)
        if odd is not None:
            return odd
        digits = f"{self.id[2 * at]:016x}{self.id[2 * at + 1]:016x}"  # as str(UUID) writes it, in a tenth of its time
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def value(self, at: int) -> Run:
        """The Run of a row."""
        took = self.took[at]
        return Run(
            self.no[at],
            self.id_of(at),
            RunKind.OPERATION,
            STATES[self.state[at]],
            Job(*self.jobs[self.job[at]]),
            self.started[at],
            None if took < 0 else self.started[at] + took,
            self.parents[self.parent[at]],
            tuple(self.datasets.value(d) for d in self.inputs(at)),
            tuple(self.datasets.value(d) for d in self.outputs(at)),
            self.maps[self.map[at]],
            self.positions[self.position[at]],
            self.within.get(at),
            self.count.get(at, 1),
            self.facets.get(at, ()),
        )


class Memory:
    """All of one session: its tables, its cells as they were last told, and what variables held."""

    def __init__(self) -> None:
        self.datasets = Datasets()
        self.operations = Operations(self.datasets)
        self.loads = Loads(self.operations.maps, forward=False)
        self.forward_loads = Loads(self.operations.maps, forward=True)
        self.session: Run | None = None
        self.cells: dict[str, Run] = {}  # run id → its last known state, in order of start
        self.cell_ids: dict[int, str] = {}  # run number → run id
        self.latest: dict[str, int] = {}  # variable → number of the dataset it held last
        self.names: dict[int, tuple[str, ...]] = {}  # dataset number → variables that held it

    def put(self, run: Run) -> None:
        """Remember a session or cell, replacing what was known of it."""
        if run.kind is RunKind.SESSION:
            self.session = run
            return
        self.cells[run.id] = run
        self.cell_ids[run.no] = run.id
        for facet in run.facets:
            if isinstance(facet, NamesFacet):
                self._name(facet)

    def _name(self, facet: NamesFacet) -> None:
        for name, no in facet.names:
            self.latest[name] = no
            if name not in self.names.get(no, ()):
                self.names[no] = (*self.names.get(no, ()), name)
