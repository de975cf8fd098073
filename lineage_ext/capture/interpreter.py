"""From the flat log to Runs: decode, find what untracked arguments came from, explain, number, hand on.

Runs on the worker thread with recording muted. Calls inside a user callback arrive before the call that ran it; they
wait for it, so that the objects pandas handed to the callback can be linked to what they were cut from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from time import perf_counter_ns
from typing import Any, TypeGuard

import lineage_ext.rules.marks  # noqa: F401  # registers its words
from lineage_ext import guard
from lineage_ext.capture import identity
from lineage_ext.capture.budget import BUDGET
from lineage_ext.capture.compiled import language
from lineage_ext.capture.decode import Decoder, Raw
from lineage_ext.capture.externals import Externals, Found
from lineage_ext.capture.log import CALL, COUNTED, LABELS, LEARNT, REPEATED, SEPARATED, UNSEEN
from lineage_ext.capture.meter import METER
from lineage_ext.capture.opaque import Derivation, Values
from lineage_ext.capture.recorder import muted
from lineage_ext.capture.repeats import tell
from lineage_ext.capture.repetition import Made, Repetition
from lineage_ext.capture.sampling import Sampling
from lineage_ext.capture.shared import SESSIONS, WITH_RUN
from lineage_ext.capture.site import Place, Site, Sites
from lineage_ext.capture.states import States
from lineage_ext.model import (
    ORDER,
    ROWS,
    Block,
    ColumnMap,
    Confidence,
    Dataset,
    DatasetKind,
    ErrorFacet,
    Facet,
    Job,
    NamesFacet,
    OpaqueFacet,
    Position,
    Run,
    RunKind,
    RunState,
    Transformation,
)
from lineage_ext.rules.call import Call, Op, State
from lineage_ext.rules.explain import Explainer
from lineage_ext.rules.pandas import words
from lineage_ext.rules.titles import named, title
from lineage_ext.session import Session

_CONTAINERS = frozenset({list, tuple, dict, slice})
UNTRACKABLE = {DatasetKind.ARRAY, DatasetKind.INDEX, DatasetKind.SCALAR, DatasetKind.VALUE}
COUNTED_ONLY = "over budget: only counted"
NOT_RECORDED = "over budget: perhaps made by an operation that was only counted"
MOST_RETURNED = 8
READS = {"__getitem__", "__getattr__", "get", "xs"}


class Interpreter:
    """Explains what capture recorded. ``drain`` is called by the session's worker, one thread at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._log: list[Any] = []  # taken, but of cells that are to be announced first
        self._offset = session.clock.now() - perf_counter_ns()  # the recorder's clock → epoch
        self._states = States(identity.first)
        self._sites = Sites(session.sources, session.parts)
        self._decoder = Decoder(self._states)
        self._explainer = Explainer(self._states.intern)
        self._values = Values(self._sites, session.sources, self._new_state)
        self._sampling = Sampling(self._new_state)
        self._counted = False  # whether some operations were only counted
        self._waiting: dict[int, list[Raw]] = {}  # callback serial → records made inside it
        self._serials: dict[int, int] = {}  # callback serial → run number given to its children beforehand
        self._externals = Externals(self._states, identity.next_number)
        self._positions: dict[Place, Position] = {}
        self._jobs: dict[str, Job] = {}
        self._files: dict[str, int] = {}  # file → the cell run last seen to execute it
        self._spaces = session.job.name
        self._latest: Made | None = None  # the operation explained last
        self._repetition = Repetition(self._states, session, self._offset)
        self._held: dict[str, int] = {}  # variable → number of what it held when a cell ended
        self._current: dict[int, int] = {}  # number of an object → the one it has got by a condition

    def status(self) -> str:
        """In which language the hooks run and what a record takes; what the budget had them leave out."""
        line = f"recording   in {language()}, {METER.each() / 1e3:.1f} µs an operation"
        left_out = BUDGET.status()
        return f"{line}\n  degraded    {left_out}" if left_out else line

    def drain(self) -> Iterator[Run]:
        """Explain everything recorded since the last call, oldest first."""
        words()  # the worker reads the rules before there is anything to explain: a kill loses 0.5 s at most
        with muted():
            identity.trim()
            tell()
            for record in self._take():
                try:
                    yield from self._record(record)
                except Exception as error:
                    guard.report("interpreter", error)
                    if guard.strict():
                        raise
            yield from self._repetition.runs()

    def waiting(self) -> bool:
        """Whether something was recorded since ``drain``; operations that are only counted aren't looked at."""
        return SESSIONS.waiting(self._session)

    def _take(self) -> Iterator[list[Any]]:
        """The records of cells whose start was passed on, in order.

        Where the worker lags, a cell may have ended and the next one recorded before the first one's end is told.
        """
        log = self._log + SESSIONS.take(self._session)
        self._log = []
        at = 0
        while at < len(log):
            length = log[at]
            record = log[at : at + length]
            if record[1] in WITH_RUN and record[2] in self._session.unannounced:
                self._log = log[at:]
                return
            at += length
            yield record

    def ended(self, cell: Run) -> Iterator[Run]:
        """A cell ended: what its variables hold may have been decided by conditions, in branches not taken too."""
        names = cell.facet(NamesFacet)
        self._held.update(names.names if names is not None else ())
        with muted():
            numbers: dict[int, int] = {}
            try:
                made, numbers = self._values.ended(self._file_of(cell), self._held, self._states)
                for derivation in made:
                    yield self._derived(derivation, Raw(cell.no, started=self._ending(cell), ended=self._ending(cell)))
            except Exception as error:
                guard.report("values", error)
        self._current.update(numbers)
        if names is not None and numbers:
            held = NamesFacet(tuple((name, numbers.get(no, no)) for name, no in names.names))
            cell = cell.with_(facets=tuple(held if f is names else f for f in cell.facets))
        yield cell

    def current(self, number: int) -> int:
        """The number that the object of this number is known by."""
        return self._current.get(number, number)

    def _file_of(self, cell: Run) -> str:
        files = self._session.files
        return next((file for file in reversed(files) if files[file] == cell.no), "")

    def _ending(self, cell: Run) -> int:
        return (cell.ended or cell.started) - self._offset

    def _record(self, record: list[Any]) -> Iterator[Run]:
        tag, *atoms = record[1:]
        if tag is CALL or tag is UNSEEN:
            raw = self._decoder.raw(record) if tag is CALL else Raw.unseen(record)
            if raw.within and self._waits(raw):
                self._waiting.setdefault(raw.within, []).append(raw)
            else:
                yield from self._one(raw)
        elif tag is LABELS:
            self._states.name_labels(*atoms)
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

    def _only_counted(self, run: int, op: Op, kind: DatasetKind | None, times: int, at: int) -> Run:
        self._counted = True
        raw = Raw(run, op, started=at, ended=at)
        facets = (OpaqueFacet(COUNTED_ONLY),)
        return self._run(raw, None, named(op, kind), (), (), ColumnMap(), None, facets=facets).with_(count=times)

    def _waits(self, raw: Raw) -> bool:
        return len(self._waiting.get(raw.within, ())) < 10_000

    def _one(self, raw: Raw) -> Iterator[Run]:
        if raw.op is None:
            root = self._root(raw, None)
            if self._counted:  # made or changed by one of those, perhaps
                yield self._run(
                    raw, None, "pandas", (), (root,), ColumnMap(), None, facets=(OpaqueFacet(NOT_RECORDED),)
                )
            return
        children = self._waiting.pop(raw.serial, []) if raw.serial else []
        call = self._decoder.call(raw)
        yield from self._indexes(raw)
        no = next(self._session.numbers)
        within = self._serials.get(raw.within) if raw.within else None
        if children:
            self._serials[raw.serial] = no
            yield from self._callback(call, raw, children, no)
            self._serials.pop(raw.serial, None)
        yield from self._call(call, raw, no, within)

    def _indexes(self, raw: Raw) -> Iterator[Run]:
        """Frames' indexes that were used as values have an operation of their own."""
        for index, whole in self._decoder.taken:
            n = min(len(index.levels), len(whole.levels))
            own = tuple(index.columns)
            blocks = (
                Block(0, 0, own, own, Transformation.IDENTITY),
                Block(0, 0, index.levels[:n], whole.levels[:n], Transformation.IDENTITY),
                Block(0, 0, (ROWS, ORDER), (ROWS, ORDER), Transformation.IDENTITY),
            )
            yield self._run(raw, None, "pandas.index", (whole,), (index,), ColumnMap(blocks), None)
        self._decoder.taken.clear()

    # -- callbacks -------------------------------------------------------------------------------------------------
    def _callback(self, parent: Call, raw: Raw, children: list[Raw], no: int) -> Iterator[Run]:
        """The records made inside a user function, and what the parent learns from them."""
        source = (
            parent.this if isinstance(parent.this, State) else next(parent.states(list(parent.args.values())), None)
        )
        born: set[int] = set()
        touched: dict[Hashable, None] = {}
        foreign: dict[int, State] = {}
        last: list[Run | None] = [None]  # of each time the function ran
        for child in children:
            if child.op is None:
                state = self._root(child, source)
                born.add(state.no)
                last.append(None)
                if source is not None and state.no:
                    yield self._handed(state, source, child, no)
                continue
            read = self._decoder.call(child)
            _note_touched(read, touched)
            inside = False
            for run in self._one(child):
                yield run
                inside = inside or any(made_of.no in born for made_of in run.inputs)
                born.update(out.no for out in run.outputs)
                last[-1] = run
            if not inside:
                foreign.update((o.no, self._states.get(o.no)) for o in read.outs if o.no in self._states)
        parent.touched = tuple(touched)
        parent.seen = tuple(foreign.values())[:50]
        parent.returned = tuple(self._states.get(run.outputs[0].no) for run in last[-MOST_RETURNED:] if _is_record(run))

    def _handed(self, state: State, source: State, raw: Raw, no: int) -> Run:
        """pandas cut ``state`` from ``source`` and handed it to the user's function."""
        blocks = tuple(_same_slots(state, source))
        return self._run(raw, None, "pandas.callback argument", (source,), (state,), ColumnMap(blocks), None, within=no)

    def _root(self, raw: Raw, parent: State | None) -> State:
        """An object no recorded operation made. One with a known frame's columns is a part of that frame."""
        return self._states.add(raw.outs[0], parent)

    # -- calls -----------------------------------------------------------------------------------------------------
    def _call(self, call: Call, raw: Raw, no: int, within: int | None) -> Iterator[Run]:
        self._latest = None
        site = self._sites.site(raw.frames)
        self._executes(site, raw.run)
        if raw.error is not None:
            yield self._failed(call, raw, site, no, within)
            return
        for derivation in self._derive(call, site, raw.run):
            yield self._derived(derivation, raw)
        call.inputs = _inputs(call)
        shape = self._explainer.explain(call)
        external, column_map = self._externals.settle(call, shape.column_map, raw.started + self._offset)
        if not call.inputs and all(o.kind in UNTRACKABLE for o in call.outs):
            for out in call.outs:  # of plain values or labels of columns: ``pd.isna(3)``, ``df.columns.str.lower()``
                self._states.drop(out)
            return
        for out in call.outs:
            self._states.settle(out)
        self._saw(call, site)
        facets: tuple[Facet, ...] = (OpaqueFacet(shape.reason),) if shape.reason else ()
        run = self._run(
            raw, no, title(call), tuple(call.inputs), tuple(call.outs), column_map, site.place,
            within=within, facets=facets, external=external,
        )  # fmt: skip
        self._latest = Made(call, site, run)
        yield run

    def _executes(self, site: Site, run: int | None) -> None:
        file = site.places[-1].file if site.places else ""
        if run is not None and file and self._files.get(file) != run:
            self._files[file] = run
            with guard.guarded("values"):
                self._values.executed(file)

    def _derive(self, call: Call, site: Site, run: int | None) -> list[Derivation]:
        try:
            if BUDGET.sampling(run):
                call.derived, derivations = self._sampling.derive(call, site, self._values.derive)
            else:
                call.derived, derivations = self._values.derive(call, site)
            return derivations
        except Exception as error:  # an unresolved value is a missing edge, a lost record would be many
            guard.report("values", error)
            return []

    def _saw(self, call: Call, site: Site) -> None:
        with guard.guarded("values"):
            self._values.saw(call, site)

    def _new_state(
        self,
        kind: DatasetKind,
        labels: tuple[Hashable, ...] = (None,),
        index: tuple[Hashable, ...] = (),
        rows: int | None = None,
        rowset: int = 0,
    ) -> State:
        return self._states.new(identity.next_number(), kind, labels, index, rows, rowset)

    # -- runs ------------------------------------------------------------------------------------------------------
    def _run(
        self,
        raw: Raw,
        no: int | None,
        title: str,
        inputs: tuple[State, ...],
        outputs: tuple[State, ...],
        column_map: ColumnMap,
        place: Place | None,
        *,
        within: int | None = None,
        facets: tuple[Facet, ...] = (),
        external: Found | None = None,
        state: RunState = RunState.COMPLETE,
    ) -> Run:
        session = self._session
        run = raw.run or 0
        return Run(
            no if no is not None else next(session.numbers),
            session.clock.uuid7(),
            RunKind.OPERATION,
            state,
            self._job(title),
            raw.started + self._offset,
            raw.ended + self._offset,
            session.cell_ids.get(run, session.id),
            tuple(self._dataset(s, external) for s in inputs),
            tuple(self._dataset(s, external) for s in outputs),
            column_map,
            self._position(place),
            within,
            facets=facets,
        )

    def _failed(self, call: Call, raw: Raw, site: Site, no: int, within: int | None) -> Run:
        kind, _, text = (raw.error or "").partition(": ")
        return self._run(
            raw, no, title(call), tuple(_inputs(call)), (), ColumnMap(), site.place,
            within=within, facets=(ErrorFacet(kind, text),), state=RunState.FAIL,
        )  # fmt: skip

    def _derived(self, d: Derivation, raw: Raw) -> Run:
        self._states.settle(d.out)
        return self._run(raw, None, d.title, d.inputs, (d.out,), ColumnMap(d.blocks), d.place)

    def _dataset(self, state: State, external: Found | None) -> Dataset:
        if external and state.no in external:
            namespace, name, facets = external[state.no]
            return Dataset(state.no, state.kind, state.schema, namespace, name, state.rows, state.of, facets)
        return Dataset(
            state.no, state.kind, state.schema, "inmemory://", f"{self._spaces}/{state.no}", state.rows, state.of
        )

    def _job(self, title: str) -> Job:
        known = self._jobs.get(title)
        if known is None:
            known = self._jobs[title] = Job(self._session.job.namespace, title)
        return known

    def _position(self, place: Place | None) -> Position | None:
        if place is None:
            return None
        known = self._positions.get(place)
        if known is None:
            if len(self._positions) > 20_000:
                self._positions.clear()
            known = self._positions[place] = self._sites.position(place)
        return known


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
    for state in (*call.derived.values(), *call.seen, *captured, *call.returned, *call.decided):
        found.setdefault(state.no, state)
    return list(found.values())


def _is_record(run: Run | None) -> TypeGuard[Run]:
    """Whether a run made a record each of whose labels is explained."""
    if run is None or len(run.outputs) != 1 or run.outputs[0].kind is not DatasetKind.ROW:
        return False
    explained = {slot for block in run.column_map.blocks for slot in block.targets}
    return explained.issuperset(range(len(run.outputs[0].schema.labels)))


def _note_touched(read: Call, touched: dict[Hashable, None]) -> None:
    if read.op.name in READS and len(read.op.params) > 1:
        wanted = read.args.get(read.op.params[1])
        for label in wanted if isinstance(wanted, list) else [wanted]:
            if isinstance(label, str | int | tuple) and not isinstance(label, bool):
                try:
                    touched[label] = None
                except TypeError:
                    continue


def _same_slots(part: State, whole: State) -> Iterator[Block]:
    """A part that pandas cut out of a whole: slots by label, rows by grouping or position."""
    pairs = [(t, s) for t, label in enumerate(part.labels) for s in whole.at(label)] if len(whole.labels) > 1 else []
    targets, sources = (
        ([t for t, _ in pairs], [s for _, s in pairs]) if pairs else (list(part.columns), list(whole.columns))
    )
    how = Transformation.IDENTITY
    yield Block(0, 0, tuple(targets), tuple(sources), how, cross=not pairs)
    yield Block(0, 0, part.levels, whole.levels, how, Confidence.INFERRED, cross=True)
    yield Block(0, 0, (ROWS,), (ROWS,), how)
