"""Numbers for the files and tables that calls read and write, so that what is read back is what was written.

What is read keeps one number as long as the same columns are read; a write makes the next version. A read of columns
that this session wrote reads that version, whichever of its columns, in whichever order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lineage_ext.capture import files
from lineage_ext.capture.states import States
from lineage_ext.model import ROWS, Block, ColumnMap, DatasetKind, ExternalFacet, Facet, Transformation
from lineage_ext.rules.call import Call, External, State

Found = dict[int, tuple[str, str, Facet]]  # number → namespace, name, facet


class Externals:
    """The external datasets of a session."""

    def __init__(self, states: States, number: Callable[[], int]) -> None:
        self._states = states
        self._number = number
        self._read: dict[tuple[str, str, int], int] = {}  # namespace, name, schema
        self._written: dict[tuple[str, str], State] = {}  # the version last written

    def settle(self, call: Call, column_map: ColumnMap, started: int) -> tuple[Found, ColumnMap]:
        """Number the external datasets of a call. Returns their names, and the map onto the versions they are.

        The call began at ``started``, ns since the epoch.
        """
        touched: list[tuple[State, External]] = []
        for i, state in enumerate(call.inputs):
            if state.external is not None and not state.no:
                column_map = self._source(call, i, state, state.external, column_map)
                touched.append((call.inputs[i], state.external))
        for i, state in enumerate(call.outs):
            if state.external is not None and not state.no:
                inputs = len(call.inputs)
                column_map = self._sink(call, i, state, state.external, column_map)
                touched += [(s, state.external) for s in (state, *call.inputs[inputs:])]
        return {state.no: self._noted(state, external, started) for state, external in touched}, column_map

    def _noted(self, state: State, external: External, started: int) -> tuple[str, str, Facet]:
        state.rowset = state.no
        self._states.settle(state)
        return external.namespace, external.name, _facet(external, state, started)

    def _source(self, call: Call, i: int, state: State, external: External, column_map: ColumnMap) -> ColumnMap:
        written = self._written.get((external.namespace, external.name))
        places = None if written is None else slots_by_label(state, written)
        if written is None or places is None:
            state.schema = self._states.intern(state.schema)
            key = (external.namespace, external.name, id(state.schema))
            state.no = self._read[key] = self._read.get(key) or self._number()
            return column_map
        call.inputs[i] = _copy(written)
        return column_map if places == list(range(len(places))) else _moved(column_map, i, places)

    def _sink(self, call: Call, i: int, state: State, external: External, column_map: ColumnMap) -> ColumnMap:
        before = self._written.get((external.namespace, external.name))
        state.no = self._number()
        state.rows = None if external.appends else _rows_written(call, i, column_map)
        if before is not None:
            state.of = before.no
            if external.appends:
                column_map = _kept(call, i, state, _copy(before), column_map)
        self._written[external.namespace, external.name] = state
        return column_map


def _facet(external: External, state: State, started: int) -> ExternalFacet:
    local = external.namespace == "file"
    seen = files.look(external.name) if local else files.Found()
    change = external.change
    if external.access == "write" and not change:
        change = "overwrite" if state.of is not None else _change(external.name, started) if local else ""
    return ExternalFacet(external.format, external.access, seen.version, external.sql, change, seen.size, seen.files)


def _change(path: str, started: int) -> str:
    return {True: "overwrite", False: "create", None: ""}[files.was_there(path, started)]


def slots_by_label(part: State, whole: State) -> list[int] | None:
    """Where each column of ``part`` stands in ``whole``; None if one doesn't."""
    seen: dict[object, int] = {}
    places = []
    for label in part.labels:
        n = seen[label] = seen.get(label, -1) + 1
        at = whole.at(label)
        if n >= len(at):
            return None
        places.append(at[n])
    return places


def _copy(state: State) -> State:
    return State(state.no, DatasetKind.EXTERNAL, state.schema, state.rows, state.no, state.of, external=state.external)


def _moved(column_map: ColumnMap, i: int, places: list[int]) -> ColumnMap:
    """The same map with the columns of input ``i`` where ``places`` tells."""
    return ColumnMap(
        tuple(
            replace(b, sources=tuple(places[s] if s >= 0 else s for s in b.sources)) if b.input == i else b
            for b in column_map.blocks
        )
    )


def _kept(call: Call, i: int, state: State, before: State, column_map: ColumnMap) -> ColumnMap:
    """What is appended to keeps its rows: the version before is an input, too."""
    call.inputs.append(before)
    pairs = [(t, at[0]) for t, label in enumerate(state.labels) if (at := before.at(label))]
    source = len(call.inputs) - 1
    same = Block(i, source, tuple(t for t, _ in pairs), tuple(s for _, s in pairs), Transformation.IDENTITY)
    rows = Block(i, source, (ROWS,), (ROWS,), Transformation.IDENTITY)
    return ColumnMap((*column_map.blocks, same, rows))


def _rows_written(call: Call, i: int, column_map: ColumnMap) -> int | None:
    whole = (b for b in column_map.blocks if b.output == i and ROWS in b.targets)
    return next((call.inputs[b.input].rows for b in whole), None)
