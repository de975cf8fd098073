"""What the worker does with records: decode, find what untracked arguments came from, explain, make Runs.

Calls inside a user callback arrive before the call that ran it; they wait for it, so that the objects pandas handed to
the callback can be linked to what they were cut from. Imports the rules: ``interpreter`` imports this on the worker.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import chain
from typing import Any

import lineage_ext.rules.marks  # noqa: F401  # registers its words
from lineage_ext import guard
from lineage_ext.capture import identity
from lineage_ext.capture.budget import BUDGET
from lineage_ext.capture.caller import HANDED
from lineage_ext.capture.decode import Decoder, Raw
from lineage_ext.capture.derivation import Derivation
from lineage_ext.capture.externals import Externals, Found, made_since
from lineage_ext.capture.handed import Inside, same_slots
from lineage_ext.capture.log import CALL, COUNTED, LABELS, LEARNT, PIECES, REPEATED, SEPARATED, UNSEEN
from lineage_ext.capture.noting import UNTRACKABLE, Noting
from lineage_ext.capture.opaque import Values
from lineage_ext.capture.repetition import Made, Repetition
from lineage_ext.capture.sampling import LONG, Sampling
from lineage_ext.capture.site import Site
from lineage_ext.model import (
    ROWS,
    Block,
    ColumnMap,
    Confidence,
    DatasetKind,
    ErrorFacet,
    Facet,
    NamesFacet,
    OpaqueFacet,
    Run,
    RunState,
    Transformation,
)
from lineage_ext.rules.algebra import values_of
from lineage_ext.rules.call import CONTENT, Call, State
from lineage_ext.rules.explain import Explainer
from lineage_ext.rules.files import read_as
from lineage_ext.rules.op import Op
from lineage_ext.rules.pandas.words import words
from lineage_ext.rules.records import TURNS
from lineage_ext.rules.titles import named, title
from lineage_ext.session import Session

_CONTAINERS = frozenset({list, tuple, dict, slice})
CELL_GETTERS = frozenset({"__getitem__", "get", "item", "pop", "squeeze"})
HOLDING_CELLS = frozenset({DatasetKind.SERIES, DatasetKind.ROW, DatasetKind.INDEX, DatasetKind.ARRAY})
COUNTED_ONLY = "over budget: only counted"
ANY = "what was put into the database may be in any of its tables"
MODULE_LEVEL = "<module>"
NOT_RECORDED = "over budget: perhaps made by an operation that was only counted"
MOST_WAITING = 10_000  # records of one callback


class Explaining:
    """Explains the records of one session, one at a time and in order."""

    def __init__(self, session: Session, noting: Noting) -> None:
        words()
        self._session = session
        self._states, self._sites, self._runs = noting.states, noting.sites, noting.runs
        self._decoder = Decoder(self._states)
        self._explainer = Explainer(self._states.intern)
        self.values = Values(self._sites, session.sources, self._new_state, self._decoder.indexes)
        self._sampling = Sampling(self._new_state)
        self._counted = False  # whether some operations were only counted
        self._waiting: dict[int, list[Raw]] = {}  # callback serial → records made inside it
        self._pieces: dict[int, Any] = {}  # callback serial → what the iterator gave that ran in it
        self._serials: dict[int, int] = {}  # callback serial → run number given to its children beforehand
        self._externals = Externals(self._states, identity.next_number)
        self._files: dict[str, int] = {}  # file → the cell run last seen to execute it
        self._latest: Made | None = None  # the operation explained last
        self._repetition = Repetition(self._states, session, self._runs.offset)
        self._held: dict[str, int] = {}  # variable → number of what it held when a cell ended
        self.current: dict[int, int] = {}  # number of an object → the one it has got by a condition

    def record(self, record: list[Any]) -> Iterator[Run]:
        """What one record tells."""
        tag, *atoms = record[1:]
        if tag is CALL or tag is UNSEEN:
            raw = self._decoder.raw(record) if tag is CALL else Raw.unseen(record)
            if raw.within and self._waits(raw):
                for out in raw.outs:
                    self._states.pin(out)
                self._waiting.setdefault(raw.within, []).append(raw)
            else:
                yield from self._one(raw)
        elif tag is LABELS:
            self._states.labels.name(*atoms)
        elif tag is LEARNT:
            atoms[0].made = self._latest
        elif tag is REPEATED:
            made = self._repetition.again(*atoms)
            if made is not None:
                self._saw(made.call, made.site)
        elif tag is SEPARATED:
            yield from self._repetition.separated(*atoms)
        elif tag is COUNTED:
            yield self._only_counted(*atoms)
        elif tag is PIECES:
            _, within, part = atoms
            self._pieces[within] = part

    def repeated(self) -> Iterator[Run]:
        """The calls that were only counted since last asked."""
        return self._repetition.runs()

    def ended(self, cell: Run) -> Iterator[Run]:
        """A cell ended: what its variables hold may have been decided by conditions, in branches not taken too."""
        names = cell.facet(NamesFacet)
        self._held.update(names.names if names is not None else ())
        numbers: dict[int, int] = {}
        with guard.guarded("values"):
            made, numbers = self.values.ended(self._file_of(cell.no), self._held, self._states)
            at = (cell.ended or cell.started) - self._runs.offset
            for derivation in made:
                yield self._runs.derived(derivation, Raw(cell.no, started=at, ended=at))
        self.current.update(numbers)
        if names is not None and numbers:
            held = NamesFacet(tuple((name, numbers.get(no, no)) for name, no in names.names))
            cell = cell.with_(facets=tuple(held if f is names else f for f in cell.facets))
        yield cell

    def _file_of(self, cell: int | None) -> str:
        files = self._session.files
        names = list(files)  # at once: the user's thread compiles the next cell meanwhile
        return next((name for name in reversed(names) if files[name] == cell), "")

    # -- records ---------------------------------------------------------------------------------------------------
    def _only_counted(self, run: int, op: Op, value: str | None, times: int, at: int) -> Run:
        self._counted = True
        kind = None if value is None else DatasetKind(value)
        raw = Raw(run, op, started=at, ended=at)
        facets = (OpaqueFacet(COUNTED_ONLY),)
        return self._runs.of(raw, None, named(op, kind), (), (), ColumnMap(), facets=facets).with_(count=times)

    def _waits(self, raw: Raw) -> bool:
        return len(self._waiting.get(raw.within, ())) < MOST_WAITING

    def _one(self, raw: Raw) -> Iterator[Run]:
        if raw.op is None:
            root = self._states.add(raw.outs[0], None)
            self.values.unseen.met(root)
            if self._counted:  # made or changed by one of those, perhaps
                facets = (OpaqueFacet(NOT_RECORDED),)
                yield self._runs.of(raw, None, "pandas", (), (root,), ColumnMap(), facets=facets)
            return
        children = self._waiting.pop(raw.serial, []) if raw.serial else []
        call = self._decoder.call(raw)
        no = next(self._session.numbers)
        within = self._serials.get(raw.within) if raw.within else None
        if children:
            self._serials[raw.serial] = no
            yield from self._callback(call, children, no)
            self._serials.pop(raw.serial, None)
        if raw.serial in self._pieces:
            call.args["objs"] = self._decoder.argument(self._pieces.pop(raw.serial))
        yield from self._call(call, raw, no, within)

    def _indexes(self, raw: Raw, call: Call, made: list[Derivation]) -> Iterator[Run]:
        """Tables' indexes that were used as values have an operation of their own."""
        used = chain(*map(call.states, call.args.values()), *(d.inputs for d in made))
        for index, whole, column_map in self._decoder.indexes.told(used):
            yield self._runs.of(raw, None, "pandas.index", (whole,), (index,), column_map)

    def _callback(self, parent: Call, children: list[Raw], no: int) -> Iterator[Run]:
        """The records made inside a user function, and what the parent learns from them."""
        inside = Inside(parent, self._states)
        for child in children:
            if child.op is None:  # an object no recorded operation made; with a known frame's columns, a part of it
                state = self._states.add(child.outs[0], inside.source)
                inside.handed(state)
                if inside.source is not None and state.no:
                    yield self._handed(state, inside.source, child, no)
                elif inside.source is None:
                    self.values.unseen.met(state)  # ``concat(map(f, groups))`` was given neither groups nor frames
                continue
            read = self._decoder.call(child)
            made = list(self._one(child))
            yield from made
            inside.made(read, made)
        inside.tell()

    def _handed(self, state: State, source: State, raw: Raw, no: int) -> Run:
        """pandas cut ``state`` from ``source`` and handed it to the user's function."""
        blocks = ColumnMap(tuple(same_slots(state, source)))
        return self._runs.of(raw, None, "pandas.callback argument", (source,), (state,), blocks, within=no)

    # -- calls -----------------------------------------------------------------------------------------------------
    def _call(self, call: Call, raw: Raw, no: int, within: int | None) -> Iterator[Run]:
        self._latest = None
        site = self._sites.site(raw.frames)
        self._executes(site, raw.run)
        if raw.error is not None:
            yield from self._indexes(raw, call, [])
            yield self._failed(call, raw, site, no, within)
            return
        offset = self._runs.offset
        made = self._derive(call, site, raw.run, raw.ended + offset)
        yield from self._indexes(raw, call, made)
        for derivation in made:
            if derivation.out is call.derived.get(CONTENT):
                call.content = tuple(state.no for state in derivation.inputs)
            yield self._runs.derived(derivation, raw)
        if call.op.name in TURNS and isinstance(call.this, State) and call.this.records is not None:
            call.records = tuple(map(self._states.get, dict.fromkeys(call.this.records.numbers)))
        call.inputs = _inputs(call)
        if not call.outs and _gave_none(call):
            call.outs.append(self._new_state(DatasetKind.SCALAR))
        shape = self._explainer.explain(call)
        taken = raw.started + offset, raw.ended + offset
        external, column_map = self._externals.settle(call, shape.column_map, *taken)
        yield from self._fed(call, raw, site, external)
        column_map = _without_text(call, column_map)
        if not call.inputs and all(o.kind in UNTRACKABLE for o in call.outs):
            for out in call.outs:  # of plain values or labels of columns: ``pd.isna(3)``, ``df.columns.str.lower()``
                self._states.drop(out)
            return
        for out in call.outs:
            self._states.settle(out)
        site = self._stands(call, raw, site)
        self._saw(call, site)
        facets: tuple[Facet, ...] = (OpaqueFacet(reason),) if (reason := shape.reason or call.lacking) else ()
        run = self._runs.of(
            raw, no, title(call), tuple(call.inputs), tuple(call.outs), column_map, site.place,
            within=within, facets=facets, external=external,
        )  # fmt: skip
        self._latest = Made(call, site, run)
        yield run

    def _fed(self, call: Call, raw: Raw, site: Site, external: Found) -> Iterator[Run]:
        """The file, or tables, that a call reads were written by the program itself."""
        text = call.derived.get(CONTENT)
        files = [s for s in call.inputs if s.external is not None and s.no in external]
        for file in files:
            column_map = _written_as(file, text, self._session.run.started) if text is not None else None
            if text is not None and column_map is not None and not self._externals.wrote(file):
                yield self._runs.of(
                    raw, None, "python.write", (text,), (file,), column_map, site.place, external=external
                )

    def _failed(self, call: Call, raw: Raw, site: Site, no: int, within: int | None) -> Run:
        kind, _, text = (raw.error or "").partition(": ")
        return self._runs.of(
            raw, no, title(call), tuple(_inputs(call)), (), ColumnMap(), self._stands(call, raw, site).place,
            within=within, facets=(ErrorFacet(kind, text),), state=RunState.FAIL,
        )  # fmt: skip

    def _stands(self, call: Call, raw: Raw, site: Site) -> Site:
        """Where it was called, or given to the thread that called it."""
        if site.places or raw.frames[0][0] is not HANDED.f_code:
            return site
        place = self.values.handed_over(call.op, self._file_of(raw.run))
        return Site((place,)) if place is not None else site

    def _executes(self, site: Site, run: int | None) -> None:
        file = site.places[-1].file if site.places else ""
        if file and site.places[-1].function != MODULE_LEVEL:
            file = self._file_of(run) or file  # a thread runs what a cell defined that ran long ago
        if run is not None and file and self._files.get(file) != run:
            with guard.guarded("values"):
                self._precede(run)
                self._files[file] = run
                self.values.executed(file)

    def _precede(self, run: int) -> None:
        """The cells without operations that ran before that one, perhaps again."""
        ran = dict(self._session.files)  # at once: the user's thread adds to them
        before = [(no, file) for file, no in ran.items() if no < run and self._files.get(file) != no]
        for no, file in sorted(before):
            self._files[file] = no
            self.values.preceded(file)

    def _derive(self, call: Call, site: Site, run: int | None, ended: int) -> list[Derivation]:
        try:
            call.known = self._externals.written(self._explainer.reads(call), ended)
            call.written = self._externals.labels
            if run is not None and self.values.steps > LONG:
                BUDGET.long(run)
            if BUDGET.sampling(run):
                spent = self.values.steps > 2 * LONG
                call.derived, derivations = self._sampling.derive(call, site, self.values, spent)
            else:
                call.derived, derivations = self.values.derive(call, site)
            return derivations
        except Exception as error:  # an unresolved value is a missing edge, a lost record would be many
            guard.report("values", error)
            return []

    def _saw(self, call: Call, site: Site) -> None:
        with guard.guarded("values"):
            self.values.saw(call, site)

    def _new_state(
        self,
        kind: DatasetKind,
        labels: tuple[Hashable, ...] = (None,),
        index: tuple[Hashable, ...] = (),
        rows: int | None = None,
        rowset: int = 0,
    ) -> State:
        return self._states.new(identity.next_number(), kind, labels, index, rows, rowset)


def _written_as(file: State, text: State, since: int) -> ColumnMap | None:
    """What was written went into a file by columns, into a database anyhow. None if that may hold other tables."""
    inferred, rows = Confidence.INFERRED, Block(0, 0, (ROWS,), (ROWS,), Transformation.IDENTITY, Confidence.INFERRED)
    if file.external is None or file.external.format != "sql":
        made = [Block(0, 0, t, s, Transformation.TRANSFORMATION, inferred, cross=True) for t, s in read_as(file, text)]
        return ColumnMap((*made, rows))
    if not made_since(file.external, since):
        return None
    columns, values = tuple(file.columns), values_of(text)
    changed = Block(0, 0, columns, values, Transformation.TRANSFORMATION, inferred, True, ANY)
    chosen = Block(0, 0, (ROWS,), values, Transformation.FILTER, inferred, True, ANY)
    return ColumnMap((changed, chosen, rows))


def _gave_none(call: Call) -> bool:
    """Whether a None, of which nothing is written down, was a value in the data. A frame says so of missing columns."""
    whole = isinstance(call.this, State) and call.this.kind not in HOLDING_CELLS
    return call.op.name in CELL_GETTERS and not (whole and "indexer" not in call.args)


def _without_text(call: Call, column_map: ColumnMap) -> ColumnMap:
    """What a file was written from is no input of the call that reads the file: its columns come from the file."""
    text = call.derived.get(CONTENT)
    at = next((i for i, state in enumerate(call.inputs) if state is text), None)
    if at is None or any(block.input == at for block in column_map.blocks):
        return column_map
    del call.inputs[at]
    return ColumnMap(tuple(b._replace(input=b.input - (b.input > at)) for b in column_map.blocks))


def _inputs(call: Call) -> list[State]:
    """The States of a call in a fixed order, each once: arguments, derived values, what callbacks saw."""
    found: dict[int, State] = {}
    for value in call.args.values():
        if type(value) is State:
            found.setdefault(value.no, value)
        elif type(value) in _CONTAINERS:
            for state in call.states(value):
                found.setdefault(state.no, state)
    captured = () if call.captured is None else (call.captured,)
    for state in (*call.derived.values(), *call.seen, *captured, *call.returned, *call.decided, *call.records):
        found.setdefault(state.no, state)
    return list(found.values())
