"""Numbers for the files and tables that calls read and write, so that what is read back is what was written.

What is read keeps one number as long as the same columns are read and the file doesn't change; a write makes the next
version. A read of columns that this session wrote reads that version, whichever of its columns, in whichever order,
unless somebody else has changed the file since.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from lineage_ext.capture.birth import was_there
from lineage_ext.capture.states import States
from lineage_ext.fingerprint import Found as Seen
from lineage_ext.fingerprint import look
from lineage_ext.model import ROWS, Block, ColumnMap, DatasetKind, ExternalFacet, Facet, Transformation
from lineage_ext.rules.call import Call, External, State
from lineage_ext.rules.naming import IN_MEMORY

Found = dict[int, tuple[str, str, tuple[Facet, ...]]]  # number → namespace, name, facets


class Externals:
    """The external datasets of a session."""

    def __init__(self, states: States, number: Callable[[], int]) -> None:
        self._states = states
        self._number = number
        self._read: dict[tuple[Hashable, ...], int] = {}  # namespace, name, schema, content, what the user says
        self._written: dict[tuple[str, str], list[_Part]] = {}  # what was written last, in the order of the file

    def wrote(self, file: State) -> bool:
        """Whether a recorded operation wrote this version of a file."""
        assert file.external is not None
        return any(part.state.no == file.no for part in self._parts(file.external))

    def written(self, reads: Sequence[tuple[tuple[str, str], Sequence[Hashable]]], ended: int) -> bool:
        """Whether recorded operations wrote these columns there, and nobody since, as far as a look tells that comes
        after ``ended``, when they were read."""
        return bool(reads) and all(self._holds(namespace, name, labels, ended) for (namespace, name), labels in reads)

    def _holds(self, namespace: str, name: str, labels: Sequence[Hashable], ended: int) -> bool:
        parts = self._written.get((namespace, name)) or self._written.get((namespace, name.lower()), [])
        seen = look(name) if namespace == "file" and parts else Seen()
        kept = (part.state for part in parts if part.may_be(seen, ended))
        return any(all(state.at(label) for label in labels) for state in kept)

    def labels(self, namespace: str, name: str) -> tuple[Hashable, ...]:
        """The columns of a table that recorded operations wrote."""
        return tuple(label for part in self._written.get((namespace, name.lower()), ()) for label in part.state.labels)

    def _parts(self, external: External) -> list[_Part]:
        return self._written.get(_key(external), [])

    def settle(self, call: Call, column_map: ColumnMap, started: int, ended: int) -> tuple[Found, ColumnMap]:
        """Number the external datasets of a call. Returns their names, and the map onto the versions they are.

        The call took from ``started`` to ``ended``, ns since the epoch.
        """
        touched: list[tuple[State, External, Seen]] = []
        for i, state in enumerate(call.inputs):
            if state.external is not None and not state.no:
                seen = _look(state.external)
                then = Seen() if seen.since(ended) else seen  # what was read is gone
                column_map = self._source(call, i, state, state.external, column_map, seen, then, ended)
                touched.append((call.inputs[i], state.external, then))
        for i, state in enumerate(call.outs):
            if state.external is not None and not state.no:
                inputs, seen = len(call.inputs), _look(state.external)
                column_map = self._sink(call, i, state, state.external, column_map, seen)
                touched += [(s, state.external, seen) for s in (state, *call.inputs[inputs:])]
        return {state.no: self._noted(state, external, seen, started) for state, external, seen in touched}, column_map

    def _noted(self, state: State, external: External, seen: Seen, started: int) -> tuple[str, str, tuple[Facet, ...]]:
        state.rowset = state.no
        self._states.settle(state)
        facets = (_facet(external, state, seen, started), *external.facets)
        return external.namespace, external.name, facets

    def _source(
        self, call: Call, i: int, state: State, external: External, column_map: ColumnMap, seen: Seen, then: Seen,
        ended: int,
    ) -> ColumnMap:  # fmt: skip
        parts = self._parts(external)
        kept = [part for part in parts if part.may_be(seen, ended)]
        for part in kept:
            part.left = part.left or seen
        place = sum(s.external is not None for s in call.inputs[:i])
        places_in = _slots_named if external.sql else _slots_by_label
        fitting = ((p.state, places_in(state, p.state)) for p in _likely(kept, external, place))
        written, places = next((found for found in fitting if found[1] is not None), (None, None))
        if written is None or places is None:
            state.schema = self._states.intern(state.schema)
            told = external.version, external.facets, call.content
            key = (external.namespace, external.name, id(state.schema), then.content, *told)
            state.no = self._read[key] = self._read.get(key) or self._number()
            return column_map
        call.inputs[i] = _copy(written)
        return column_map if places == [(slot,) for slot in range(len(places))] else _moved(column_map, i, places)

    def _sink(
        self, call: Call, i: int, state: State, external: External, column_map: ColumnMap, seen: Seen
    ) -> ColumnMap:
        parts = self._parts(external)
        before = parts[-1].state if parts else None
        state.no = self._number()
        state.rows = None if external.appends else _rows_written(call, i, column_map)
        if before is not None:
            state.of = before.no
            if external.appends:
                column_map = _kept(call, i, state, _copy(before), column_map)
        beside = [p for p in parts if p.name != external.part and p.left is None] if external.beside else []
        left = None if external.beside else seen
        self._written[_key(external)] = [*beside, _Part(state, left, external.part)]
        return column_map


@dataclass(slots=True)
class _Part:
    """The version of a file, or of a named table in it, that was written last, and what that ``left``: None until it is
    read, if its writer was still open."""

    state: State
    left: Seen | None
    name: str

    def may_be(self, seen: Seen, ended: int) -> bool:
        """Whether it is what a call read that ended then, if a later look has ``seen`` the file like this.

        The worker looks when it comes to it: by then the cell may have removed the file, or written the next one.
        """
        same = self.left is None or self.left.content == seen.content
        return same or not seen.version or seen.since(ended)


def _likely(parts: list[_Part], external: External, place: int) -> Iterator[_Part]:
    """The tables of a file of which a read one may be any: by its name, by its place, the latest first."""
    named = [p for p in parts if external.part and p.name == external.part]
    yield from named or (*parts[place : place + 1], *reversed(parts))


def _key(external: External) -> tuple[str, str]:
    """Where it lives; small and capital letters of a table's name are the same."""
    return external.namespace, external.name.lower() if external.format == "sql" else external.name


def made_since(external: External, since: int) -> bool:
    """Whether the database that a table is in was made since then, so that nothing else is in it."""
    if external.namespace == IN_MEMORY:
        return True
    path = external.namespace.removeprefix("sqlite://")
    return path != external.namespace and was_there(path, since) is False


def _look(external: External) -> Seen:
    return look(external.name) if external.namespace == "file" else Seen()


def _facet(external: External, state: State, seen: Seen, started: int) -> ExternalFacet:
    local = external.namespace == "file"
    change = external.change
    if external.access == "write" and not change:
        change = "overwrite" if state.of is not None else _change(external.name, started) if local else ""
    version = external.version or seen.version
    return ExternalFacet(
        external.format, external.access, version, external.sql, change, seen.size, seen.files, seen.digest
    )


def _change(path: str, started: int) -> str:
    return {True: "overwrite", False: "create", None: ""}[was_there(path, started)]


Places = list[tuple[int, ...]]


def _slots_by_label(part: State, whole: State) -> Places | None:
    """Where each column of ``part`` stands in ``whole``; None if one doesn't."""
    seen: dict[object, int] = {}
    places: Places = []
    for label in part.labels:
        n = seen[label] = seen.get(label, -1) + 1
        at = whole.at(label)
        if n >= len(at):
            return None
        places.append((at[n],))
    return places


def _slots_named(part: State, whole: State) -> Places | None:
    """The same for a table of a query, where small and capital letters are the same. None if it has none of them.

    A name that is perhaps another table's may be in none. One that must be this table's was added to it by others
    since: it may come from all that was there.
    """
    assert part.external is not None
    lower = {str(label).lower(): slot for slot, label in enumerate(whole.labels)}
    found = [lower.get(str(label).lower()) for label in part.labels]
    if part.labels and "*" not in part.labels and not any(slot is not None for slot in found):
        return None
    perhaps = part.external.perhaps
    return [
        (slot,) if slot is not None else () if label in perhaps and label != "*" else tuple(whole.columns)
        for slot, label in zip(found, part.labels, strict=True)
    ]


def _copy(state: State) -> State:
    return State(state.no, DatasetKind.EXTERNAL, state.schema, state.rows, state.no, state.of, external=state.external)


def _moved(column_map: ColumnMap, i: int, places: Places) -> ColumnMap:
    """The same map with the columns of input ``i`` where ``places`` tells."""

    def moved(slots: Sequence[int]) -> tuple[int, ...]:
        return tuple(place for s in slots for place in (places[s] if s >= 0 else (s,)))

    blocks = (b._replace(sources=moved(b.sources)) if b.input == i else b for b in column_map.blocks)
    return ColumnMap(tuple(b for b in blocks if b.sources))


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
