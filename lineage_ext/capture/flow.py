"""What a Python value came from: slots of recorded States, with how and whether it still has one item per row.

A Flow may know its inside: ``parts`` by key or position (dicts, tuples), ``item`` for what every item came from (lists,
comprehensions). ``state`` is set when the value simply is a recorded output.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from lineage_ext.capture.events import EACH
from lineage_ext.model import COLUMNS, ORDER, ROWS, DatasetKind, Transformation, level
from lineage_ext.rules.algebra import COLUMNAR, values_of
from lineage_ext.rules.call import State
from lineage_ext.rules.spread import each_by_itself

T = Transformation
K = DatasetKind
CHOOSING = frozenset({T.CONDITIONAL, T.JOIN})  # how what decided which value it is influences one
MOST_PARTS = 64
MOST_COLUMNS = 32
LOADED = "loaded again"  # the reason of what a pickle was made of
SINGLE = frozenset({K.SCALAR, K.ROW})
ALIGNED = frozenset({K.FRAME, K.SERIES, K.ARRAY, K.INDEX, K.VALUE})


class Origin(NamedTuple):
    """``slots`` of ``state`` fed a value. ``aligned``: the value has one item per row of the state, in order.

    ``masking``: it was hashed or counted on the way. ``single``: it is one value of them, as that of a record is. There
    are thousands of them: a tuple is made, copied and compared in a quarter of the time that a dataclass takes.
    """

    state: State
    slots: tuple[int, ...]
    how: Transformation = T.IDENTITY
    aligned: bool = False
    reason: str = ""
    masking: bool = False
    single: bool = False

    @property
    def one(self) -> bool:
        """Whether it is one value, not one of each row."""
        return self.single or self.state.kind in SINGLE

    def unaligned(self) -> Origin:
        """The same, not one item per row any more."""
        if not self.aligned:
            return self
        return Origin(self.state, self.slots, self.how, False, self.reason, self.masking, self.single)


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a value came from; EMPTY when nothing tracked fed it."""

    origins: tuple[Origin, ...] = ()
    state: State | None = None
    parts: Mapping[Hashable, Flow] | None = None
    item: Flow | None = None
    values: Flow | None = None  # of a dict with computed keys, which are its items
    count: tuple[Origin, ...] = ()  # what decided which items there are
    one: bool = False  # it is a single item, not something that has items
    columns: tuple[Flow, ...] | None = None  # of an array, or what an aggregation along its rows made of each

    def __bool__(self) -> bool:
        return bool(self.origins or self.count or self.item or (self.parts and any(self.parts.values())))

    def through(
        self,
        how: Transformation,
        *,
        aligned: bool = True,
        reason: str = "",
        masking: bool = False,
        axis: object = None,
    ) -> Flow:
        """The value after an operation that influences by ``how``, keeps one item per row or not, and masks or not.

        ``axis`` 0: it works on each column of an array by itself, as does what keeps one item per row and is told no
        axis; 1: on each row, of which there are as many as before. What is done for a ``reason`` may mix columns.
        """
        if not self:
            return EMPTY
        columns = None
        apart = axis == 0 or (axis is None and aligned and how is not T.AGGREGATION)
        if self.columns is not None and apart and not reason:
            columns = tuple(c.through(how, aligned=aligned, reason=reason, masking=masking) for c in self.columns)
        by_row = axis == 1 and how is T.AGGREGATION
        aligned = aligned or by_row
        origins = tuple(
            Origin(
                o.state,
                o.slots,
                o.how.then(how),
                o.aligned and aligned,
                o.reason or reason,
                o.masking or masking,
                o.single,
            )
            for o in self.origins
        )
        count = self.counts()
        if how is T.AGGREGATION and not by_row:  # which items there are is now part of the value
            return Flow((*origins, *count), columns=columns)
        if by_row:  # there are as many as there were rows, which may be windows of items
            count = _unique((*count, *(Origin(o.state, (whole(o),), T.FILTER) for o in self.origins if not o.one)))
        return Flow(origins, count=count, one=self.one, columns=columns)

    def counts(self) -> tuple[Origin, ...]:
        """What decided which items there are, in it and in its parts."""
        if not self.parts and self.item is None:
            return self.count
        return _unique((*self.count, *self.each().count))

    def counted(self, by: Flow) -> Flow:
        """The same, where ``by`` decided which items there are."""
        if not by:
            return self
        decided = by.through(T.FILTER, aligned=False)
        return replace(self, state=None, count=_unique((*self.count, *decided.origins, *decided.count)))

    def under(self, by: Flow, how: Transformation = T.CONDITIONAL) -> Flow:
        """The same, where ``by`` decided which of several values it is: a condition, or (JOIN) the key of an entry."""
        if not by:
            return self
        decided = by.through(how)
        return Flow(
            _unique((*self.origins, *decided.origins)),
            None,
            {key: part.under(by, how) for key, part in self.parts.items()} if self.parts is not None else None,
            self.item.under(by, how) if self.item is not None else None,
            self.values.under(by, how) if self.values is not None else None,
            _unique((*self.count, *decided.count)),
            self.one,
            tuple(c.under(by, how) for c in self.columns) if self.columns is not None else None,
        )

    def unaligned(self) -> Flow:
        """The same items, not one per row any more, and in any order."""
        origins = tuple([o.unaligned() for o in self.origins])
        columns = tuple(c.unaligned() for c in self.columns) if self.columns is not None else None
        parts = {key: part.unaligned() for key, part in self.parts.items()} if self.parts is not None else None
        item = self.item.unaligned() if self.item is not None else None
        values = self.values.unaligned() if self.values is not None else None
        return replace(self, state=None, origins=origins, columns=columns, parts=parts, item=item, values=values)

    def gone_through(self) -> tuple[Origin, ...]:
        """What decides how many items there are to go through: of a dict its keys, too."""
        return self.counted(self.item).count if self.values is not None and self.item is not None else self.count

    def each(self) -> Flow:
        """One item of the value."""
        if self.item is not None:
            return self.item
        if self.parts:
            return union((*self.parts.values(), self.values or EMPTY))
        if self.columns is not None:
            return gathered(dict(enumerate(self.columns)))
        return Flow(self.origins, one=all(len(o.slots) == 1 for o in self.origins))

    def part(self, key: Hashable) -> Flow:
        """The item at a constant key: a part, a column of that label, else any item."""
        if self.parts is not None and key in self.parts:
            return self.parts[key]
        inside = self.values or self.item
        if inside is not None and (inside.parts is not None or inside.item is not None or not isinstance(key, str)):
            return inside
        if inside is not None:
            return inside.part(key)
        found = tuple(_labelled(o, key) for o in self.origins)
        return Flow(found, one=bool(found) and all(o.one for o in found))

    def follow(self, path: Iterable[int | str]) -> Flow:
        """The part at the end of a path of positions and ``each``."""
        found = self
        for step in path:
            found = found.each() if step == EACH else found.part(step)
        return found

    def rows(self) -> Flow:
        """What only depends on which items there are; of a text or list in a cell, or one of several, which it is."""
        if self.values is not None and self.item is not None:
            return Flow(count=self.count).counted(self.item).rows()
        found = {(o.state.no, whole(o)): o.state for o in self.origins if not o.one}
        plain = self.item is None and not self.parts
        which = (Origin(o.state, o.slots, T.FILTER) for o in self.origins if plain and (self.one or o.how in CHOOSING))
        return Flow(_unique((*(Origin(s, (slot,), T.FILTER) for (_, slot), s in found.items()), *which, *self.count)))

    def places(self) -> Flow:
        """What decides at which place an item stands: which there are, and their order."""
        which = self.rows().origins
        return Flow(tuple(o._replace(slots=(ROWS, ORDER)) if o.slots == (ROWS,) else o for o in which))

    def length(self) -> Flow:
        """Its ``len``: how many items there are, or what one item is itself."""
        return self.through(T.TRANSFORMATION) if self.one else self.rows()

    def loaded(self) -> Flow:
        """The same inside, made anew of bytes: no part is the object itself any more."""
        origins = tuple(o._replace(reason=o.reason or LOADED) for o in self.origins)
        columns = tuple(c.loaded() for c in self.columns) if self.columns is not None else None
        parts = {key: part.loaded() for key, part in self.parts.items()} if self.parts is not None else None
        item = self.item.loaded() if self.item is not None else None
        values = self.values.loaded() if self.values is not None else None
        return replace(self, state=None, origins=origins, columns=columns, parts=parts, item=item, values=values)

    def level(self, key: ast.expr) -> Flow:
        """One level of an index, by its name or number."""
        wanted = key.value if isinstance(key, ast.Constant) else None
        chosen = [o._replace(slots=_level(o.state, wanted) or o.slots) for o in self.origins]
        return replace(self, state=None, origins=tuple(chosen))

    def index(self) -> Flow:
        """The index of a frame or series. That of a record are its labels: what decided which ones it has."""
        found = ((o, _labels(o.state) if o.state.kind is K.ROW else o.state.levels) for o in self.origins)
        return Flow(tuple(o._replace(slots=slots) for o, slots in found if slots))


EMPTY = Flow()


def whole(origin: Origin) -> int:
    """What decided how many items there are in what came from there: columns are the items of a list of labels."""
    return COLUMNS if origin.slots == (COLUMNS,) else ROWS


def _labels(record: State) -> tuple[int, ...]:
    return (*record.columns, ROWS) if each_by_itself(record) else (ROWS, ORDER)


def _labelled(origin: Origin, key: Hashable) -> Origin:
    whole = origin.state.kind in COLUMNAR and len(origin.slots) > 1
    slots = tuple(s for s in origin.state.at(key) if s in origin.slots) if whole else ()
    return origin._replace(slots=slots) if slots else origin


def _level(state: State, wanted: object) -> tuple[int, ...]:
    names = state.schema.index
    number = wanted if isinstance(wanted, int) else names.index(wanted) if wanted in names else None
    return () if number is None else (level(number % max(len(names), 1)),)


def of(state: State) -> Flow:
    """A value that is a recorded output."""
    origin = whole_of(state)
    columns = None
    if state.kind is K.ARRAY and 1 < len(origin.slots) <= MOST_COLUMNS:
        columns = tuple(Flow((Origin(state, (slot,), T.IDENTITY, origin.aligned),)) for slot in origin.slots)
    return Flow((origin,), state, one=state.kind is K.SCALAR, columns=columns)


def whole_of(state: State) -> Origin:
    """All values of a recorded output."""
    return Origin(state, values_of(state), T.IDENTITY, state.kind in ALIGNED)


def labels_of(frame: State) -> Flow:
    """The column labels of a frame, as far as they were values, or values chose them.

    Those of dummies and of parts of a text have no more than the columns themselves to tell what they came from.
    """
    spread = frame.schema.spread
    own = tuple(s for s in spread if s >= 0)
    whole = (Origin(frame, (COLUMNS,)),) if COLUMNS in spread else ()
    origins = (*whole, *((Origin(frame, own, single=True),) if own else ()))
    if not origins:
        return EMPTY
    count = tuple(o._replace(how=T.FILTER) for o in origins if o.single)
    return Flow(origins, item=Flow(origins, one=True), count=count)


def is_label(o: Origin) -> bool:
    """Whether it is of the labels of a frame, see ``labels_of``."""
    known = o.state.schema.spread if o.single and o.state.kind is K.FRAME else ()
    return o.slots == (COLUMNS,) or all(s >= 0 and s in known for s in o.slots)


def union(flows: Iterable[Flow]) -> Flow:
    """A value that came from any or all of these."""
    some = [f for f in flows if f]
    if len(some) <= 1:
        return some[0] if some else EMPTY
    state = some[0].state
    same = state is not None and all(f.state is state for f in some)
    values = [f.values for f in some if f.values is not None]
    inside = union(values) if len(values) == len(some) else None
    count = _unique(o for f in some for o in f.count)
    one = all(f.one for f in some)
    return Flow(_origins(some), state if same else None, _merged(some), _item(some), inside, count, one, _beside(some))


def alike(one: Flow | None, other: Flow | None) -> bool:
    """Whether two values came from the same, in whatever order that was found."""
    if one is other or not one or not other:
        return bool(one) == bool(other)
    if one.state is not other.state or set(one.origins) != set(other.origins) or set(one.count) != set(other.count):
        return False
    parts, others = one.parts or {}, other.parts or {}
    beside = zip(one.columns or (), other.columns or (), strict=False)
    return (
        parts.keys() == others.keys()
        and all(alike(part, others[key]) for key, part in parts.items())
        and alike(one.item, other.item)
        and alike(one.values, other.values)
        and all(alike(a, b) for a, b in beside)
    )


def together(value: Flow, operator: ast.operator) -> Flow:
    """What ``+`` or ``|`` makes of lists, sets and dicts: one with all that was in them. Else a value made of both."""
    if value.item is None and not value.parts:
        return value.through(T.TRANSFORMATION)
    if isinstance(operator, ast.Add):
        return replace(value, state=None, parts=None, item=value.each())
    if isinstance(operator, ast.Sub | ast.BitAnd) and value.values is not None:  # counters: what is left of them
        return replace(value, state=None).counted(union((value.item or EMPTY, value.values)))
    return replace(value, state=None) if isinstance(operator, ast.BitOr) else value.through(T.TRANSFORMATION)


def _merged(flows: list[Flow]) -> Mapping[Hashable, Flow] | None:
    if any(f.parts is None for f in flows):
        return None
    keys = dict.fromkeys(k for f in flows for k in f.parts or ())
    return {k: union(f.parts[k] for f in flows if f.parts and k in f.parts) for k in keys}


def _beside(flows: list[Flow]) -> tuple[Flow, ...] | None:
    """Column by column; what has none went into all of them."""
    several = [f.columns for f in flows if f.columns is not None]
    if not several or any(len(columns) != len(several[0]) for columns in several):
        return None
    return tuple(union(f.columns[i] if f.columns is not None else f for f in flows) for i in range(len(several[0])))


def _item(flows: list[Flow]) -> Flow | None:
    items = [f.each() for f in flows if f.item is not None or f.parts is not None]
    return union(items) if len(items) == len(flows) else None


def gathered(parts: Mapping[Hashable, Flow]) -> Flow:
    """A dict or tuple of these."""
    kept = parts if len(parts) <= MOST_PARTS else None
    return Flow(_origins(parts.values()), None, kept, None if kept is not None else union(parts.values()))


def sequence(item: Flow) -> Flow:
    """A list whose items came from ``item``."""
    return Flow(item.origins, item=item)


def distinct(item: Flow) -> Flow:
    """A list of the different values of ``item``: they decide how many there are."""
    return sequence(item).unaligned().counted(item)


def mapping(key: Flow, value: Flow) -> Flow:
    """A dict: its values, found by its keys. Equal ones are one entry."""
    if key:
        key, value = key.unaligned(), value.unaligned()
    return Flow(_origins((value, key.through(T.JOIN))), item=key, values=value)


def _origins(flows: Iterable[Flow]) -> tuple[Origin, ...]:
    return _unique(o for f in flows for o in f.origins)


def _unique(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origins))
