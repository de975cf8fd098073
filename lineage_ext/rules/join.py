"""Joins: two frames side by side, their rows matched by keys."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, ClassVar

from lineage_ext.rules.algebra import ORDER, ROWS, Call, Confidence, NoRule, Param, State, T, Word, influence_rows
from lineage_ext.rules.concat import beside
from lineage_ext.rules.keys import Key, given, keys_of, level_at, link_keys, rows_by

RIGHT = frozenset({"right", "right_anti"})
VALIDATED = (("1:1", "1:m", "one_to_one", "one_to_many"), ("1:1", "m:1", "one_to_one", "many_to_one"))
"""What ``validate`` may be where no key is twice on the left; on the right."""


@dataclass(frozen=True, slots=True)
class Merge(Word):
    """Two frames joined on keys. ``indexed``: on the right index, and on the left one where no key is named.

    ``how`` is what the ``how`` argument can't change: ``asof`` (each row of the left exactly once).
    """

    left: Param = "left"
    right: Param = "right"
    on: Param = "on"
    left_on: Param = "left_on"
    right_on: Param = "right_on"
    by: tuple[Param, ...] = ()  # further keys: for both, for the left, for the right
    groups: tuple[Param, ...] = ()  # keys of one side only: each of its groups is joined by itself
    suffixes: tuple[Param, ...] = ("suffixes",)
    indexed: bool = False
    ordered: bool = False
    how: str = ""
    params_of: ClassVar[tuple[str, ...]] = ("left", "right", "on", "left_on", "right_on", "by", "groups", "suffixes")

    def explain(self, call: Call) -> None:
        """Columns by the labels pandas gives them, rows from both sides and the keys."""
        left, right = given(call, self.left), given(call, self.right)
        if isinstance(left, State) and isinstance(right, list):
            beside(call, [left, *call.states(right)], str(given(call, "how", "left")))
            return
        if not isinstance(left, State) or not isinstance(right, State):
            raise NoRule("one of the two frames isn't tracked")
        joined = self._joined(call, left, right)
        joined.columns(call)
        joined.index(call)
        joined.rows(call, sort=self.ordered or given(call, "sort") is True)

    def once(self, call: Call) -> State | None:
        """The side that has each of its rows once."""
        left, right = given(call, self.left), given(call, self.right)
        if not isinstance(left, State) or not isinstance(right, State):
            return None
        found = self._joined(call, left, right).kept()
        return found and found[0]

    def _joined(self, call: Call, left: State, right: State) -> Joined:
        how = self.how or str(given(call, "how", "inner"))
        on = given(call, self.on)
        left_on, right_on = (on if given(call, p) is None else given(call, p) for p in (self.left_on, self.right_on))
        indexed = self.indexed and how != "cross"
        left_index = given(call, "left_index") is True or (indexed and left_on is None)
        right_index = given(call, "right_index") is True or indexed
        if on is None and left_on is None and right_on is None and not left_index and not right_index:
            left_on = right_on = [label for label in dict.fromkeys(left.labels) if right.at(label)]
        by = [given(call, p) for p in self.by] or [None, None, None]
        if left_index and right_index and _shared_levels(left, right):
            left_on = right_on = _shared_levels(left, right)
        lefts = side_keys(left, by[0] if by[1] is None else by[1], left_on, left_index and left_on is None)
        rights = side_keys(right, by[0] if by[2] is None else by[2], right_on, right_index and right_on is None)
        groups = [k for side, p in zip((left, right), self.groups, strict=False) for k in keys_of(side, given(call, p))]
        pairs = [] if how == "cross" else list(zip_longest(lefts, rights))
        indicator = given(call, "indicator")
        return Joined(
            left, right, how, pairs, left_index, right_index, self._suffixes(call),
            "_merge" if indicator is True else indicator or None, groups, str(given(call, "validate") or ""),
        )  # fmt: skip

    def _suffixes(self, call: Call) -> tuple[Any, Any]:
        both = given(call, "suffixes")
        if isinstance(both, list | tuple) and len(both) == 2:
            return both[0], both[1]
        if len(self.suffixes) == 2:
            return given(call, self.suffixes[0], ""), given(call, self.suffixes[1], "")
        return "_x", "_y"


def _shared_levels(left: State, right: State) -> list[Hashable]:
    """What two indexes are joined on when one has several levels: the names that both have."""
    if len(left.levels) == len(right.levels) == 1:
        return []
    return [name for name in left.schema.index if name is not None and name in right.schema.index]


def side_keys(side: State, by: Any, on: Any, index: bool) -> list[Key]:
    """One side's keys. Only its own columns and levels have names: an index or a series given as key has none."""
    keys = [Key(side, (slot,)) for slot in side.levels] if index else keys_of(side, on)
    return [k if k.state is side else Key(k.state, k.slots) for k in (*keys_of(side, by), *keys)]


@dataclass(slots=True)
class Joined:
    """What a merge was asked to do. ``pairs`` are the keys that must be equal; one side may lack a partner."""

    left: State
    right: State
    how: str
    pairs: list[tuple[Key | None, Key | None]]
    left_index: bool
    right_index: bool
    suffixes: tuple[Any, Any]
    indicator: Hashable = None
    groups: Sequence[Key] = ()
    validated: str = ""

    def kept(self) -> tuple[State, State] | None:
        """The side that has each of its rows once, whatever the other holds, then the other; None if none has."""
        if self.how == "asof" or (self.how == "left" and self._at_most_one(self.right, 1)):
            return self.left, self.right
        return (self.right, self.left) if self.how == "right" and self._at_most_one(self.left, 0) else None

    def _at_most_one(self, side: State, which: int) -> bool:
        """Whether a row has no more than one partner on a side: pandas saw to it, or its keys tell its rows apart."""
        if self.validated in VALIDATED[which]:
            return True
        keys = {slot for pair in self.pairs if (k := pair[which]) and k.state is side for slot in k.slots}
        return bool(side.schema.unique) and keys.issuperset(side.schema.unique)

    def columns(self, call: Call) -> None:
        """Each output column from the column pandas made it of; keys from the side that has all their values."""
        keys, waiting = self._named_keys(), self._expected()
        found: dict[int, list[tuple[int, int]]] = {0: [], 1: []}
        for slot, label in enumerate(call.out.labels):
            if label in keys:
                link_keys(call, (slot,), keys[label])
            elif waiting.get(label):
                side, source = waiting[label].popleft()
                found[side].append((slot, source))
            elif label == self.indicator:
                link_keys(call, (slot,), self._keys(), T.CONDITIONAL)
            else:
                self._unexpected(call, slot)
        for side, absent in ((0, "right_anti"), (1, "left_anti")):
            if self.how != absent:
                call.link([t for t, _ in found[side]], (self.left, self.right)[side], [s for _, s in found[side]])

    def index(self, call: Call) -> None:
        """Index levels from the index joined on; from no one where pandas numbers the rows anew."""
        sides = self._index_sides()
        for i, name in enumerate(call.out.schema.index):
            named = [k for k in self._keys() if name is not None and k.name == name]
            if not sides:
                link_keys(call, (call.out.levels[i],), named)
                continue
            found = [(side, level_at(side, i, name)) for side in sides]
            for side, slots in found if self.how == "outer" else [pair for pair in found if pair[1]][:1]:
                call.link((call.out.levels[i],), side, slots)

    def rows(self, call: Call, *, sort: bool) -> None:
        """Rows and order of both sides, decided by the keys."""
        if kept := self.kept():
            self._looked_up(call, *kept)
        else:
            call.rows_from(self.left, self.right)
            rows_by(call, self._keys(), T.JOIN)
            rows_by(call, self.groups, T.GROUP_BY)
        if sort or self.how == "outer":
            for key in self._keys():
                influence_rows(call, key.state, key.slots, T.SORT, target=(ORDER,))
        if self.how == "asof":
            call.out.rowset = self.left.rowset

    def _looked_up(self, call: Call, kept: State, other: State) -> None:
        """The keys decide what stands beside a row, not which rows there are. Asof, the last of equals does."""
        at = call.index(other)
        beside = sorted({t for b in call.blocks if b.input == at for t in b.targets})
        call.rows_from(kept)
        link_keys(call, beside, self._keys(), T.JOIN)
        call.link(beside, other, (ROWS, ORDER) if self.how == "asof" else (ROWS,), T.FILTER, cross=True)

    def _keys(self) -> list[Key]:
        return [k for pair in self.pairs for k in pair if k is not None]

    def _named_keys(self) -> dict[Hashable, list[Key]]:
        """Output label → the keys whose values that column holds."""
        if self.left_index and self.right_index:
            return {}
        found = {k.name: [k] for k in self.groups}
        for i, (a, b) in enumerate(self.pairs):
            if a is None or b is None or not _one_column(a.name, b.name):
                continue
            name = b.name if a.name is None else a.name
            found[f"key_{i}" if name is None else name] = self._values(a, b, name)
        return found

    def _values(self, a: Key, b: Key, name: Hashable) -> list[Key]:
        """Matched rows have equal keys, so one side is the source unless the join keeps unmatched rows of both."""
        if self.how == "asof" and name in self.right.labels and name not in self.left.labels:
            return [b, a]  # asof keys aren't equal: the right one, where there is one
        if self.how == "outer":
            return [a, b]
        return [b] if self.how in RIGHT or (self.how == "inner" and a.name is None) else [a]

    def _expected(self) -> dict[Hashable, deque[tuple[int, int]]]:
        """Output label → (side, column) in the order pandas puts them."""
        dropped = {b.name for a, b in self.pairs if a and b and a.name is not None and a.name == b.name}
        right = [(label, i) for i, label in enumerate(self.right.labels) if label not in dropped]
        overlap = set(self.left.labels) & {label for label, _ in right}
        found: dict[Hashable, deque[tuple[int, int]]] = {}
        for side, columns in ((0, [(label, i) for i, label in enumerate(self.left.labels)]), (1, right)):
            for label, i in columns:
                suffix = self.suffixes[side]
                renamed = f"{label}{suffix}" if label in overlap and suffix is not None else label
                found.setdefault(renamed, deque()).append((side, i))
        return found

    def _unexpected(self, call: Call, slot: int) -> None:
        for state in (self.left, self.right):
            call.link(
                (slot,), state, state.columns, cross=True, confidence=Confidence.INFERRED,
                reason="a column of the join that matches no label",
            )  # fmt: skip

    def _index_sides(self) -> list[State]:
        if self.left_index and self.right_index:
            return [self.right, self.left] if self.how in RIGHT else [self.left, self.right]
        if self.right_index or (self.left_index and self.how == "asof"):
            return [self.left]
        return [self.right] if self.left_index else []


def _one_column(left: Hashable, right: Hashable) -> bool:
    """Whether pandas makes one column of both keys: unless both are texts that differ."""
    return left == right if isinstance(left, str) and isinstance(right, str) else True
