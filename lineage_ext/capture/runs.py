"""The Runs of operations: numbered, named, placed in the source, on the epoch's clock."""

from __future__ import annotations

from time import perf_counter_ns
from types import CodeType
from typing import TYPE_CHECKING

from lineage_ext.model import (
    ColumnMap,
    Dataset,
    Facet,
    Job,
    Position,
    Run,
    RunKind,
    RunState,
)

if TYPE_CHECKING:  # ``Noting`` shall import little
    from lineage_ext.capture.decode import Raw
    from lineage_ext.capture.derivation import Derivation
    from lineage_ext.capture.externals import Found
    from lineage_ext.capture.site import Place, Sites
    from lineage_ext.capture.states import States
    from lineage_ext.rules.call import State
    from lineage_ext.session import Session

MOST_POSITIONS = 20_000


class Runs:
    """Makes the Runs of one session. What they share (jobs, positions) is made once."""

    def __init__(self, session: Session, states: States, sites: Sites) -> None:
        self.offset = session.clock.now() - perf_counter_ns()  # the recorder's clock → epoch
        self._session = session
        self._states = states
        self._sites = sites
        self._positions: dict[Place, Position] = {}
        self._jobs: dict[str, Job] = {}
        self._space = session.job.name

    def of(
        self,
        raw: Raw,
        no: int | None,
        title: str,
        inputs: tuple[State, ...],
        outputs: tuple[State, ...],
        column_map: ColumnMap,
        place: Place | None = None,
        *,
        within: int | None = None,
        facets: tuple[Facet, ...] = (),
        external: Found | None = None,
        state: RunState = RunState.COMPLETE,
    ) -> Run:
        """The Run of a record; with a number of its own where ``no`` is None."""
        session = self._session
        run = raw.run or 0
        return Run(
            no if no is not None else next(session.numbers),
            session.clock.uuid7(),
            RunKind.OPERATION,
            state,
            self._job(title),
            raw.started + self.offset,
            raw.ended + self.offset,
            session.cell_ids.get(run, session.id),
            tuple(self._dataset(s, external) for s in inputs),
            tuple(self._dataset(s, external) for s in outputs),
            column_map,
            self._position(place),
            within,
            facets=facets,
        )

    def derived(self, d: Derivation, raw: Raw) -> Run:
        """The Run of a value that pandas can't carry, made by the statement of ``raw``."""
        self._states.settle(d.out)
        return self.of(raw, None, d.title, d.inputs, (d.out,), ColumnMap(d.blocks), d.place)

    def _dataset(self, state: State, external: Found | None) -> Dataset:
        if external and state.no in external:
            namespace, name, facets = external[state.no]
            return Dataset(state.no, state.kind, state.schema, namespace, name, state.rows, state.of, facets)
        name = f"{self._space}/{state.no}"
        return Dataset(state.no, state.kind, state.schema, "inmemory://", name, state.rows, state.of)

    def _job(self, title: str) -> Job:
        known = self._jobs.get(title)
        if known is None:
            known = self._jobs[title] = Job(self._session.job.namespace, title)
        return known

    def position(self, code: CodeType, lasti: int) -> Position | None:
        """Where an instruction of the user's stands."""
        return self._position(self._sites.place(code, lasti))

    def _position(self, place: Place | None) -> Position | None:
        if place is None:
            return None
        known = self._positions.get(place)
        if known is None:
            if len(self._positions) > MOST_POSITIONS:
                self._positions.clear()
            known = self._positions[place] = self._sites.position(place)
        return known
