"""Operations on labels: columns into the index and back, other names, other order of labels, turned axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    ORDER,
    ROWS,
    Call,
    K,
    Param,
    State,
    T,
    Word,
    become,
    by_label,
    by_position,
    influence_rows,
    keep_rows,
    values_of,
)
from lineage_ext.rules.call import Function, Opaque
from lineage_ext.rules.keys import (
    Key,
    given,
    is_columns,
    keys_of,
    level_keys,
    level_numbers,
    levels_from,
    rows_by,
)
from lineage_ext.rules.rows import GIVEN
from lineage_ext.rules.spread import listed


@dataclass(frozen=True, slots=True)
class SetIndex(Word):
    """Columns, series or arrays become index levels."""

    keys: Param = "keys"
    params_of: ClassVar[tuple[str, ...]] = ("keys",)
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """One level per key, after the levels kept by ``append``; the rest by label."""
        source = call.this
        by_label(call, source)
        call.rows_from(source)
        kept = level_keys(source, None) if given(call, "append") is True else []
        levels_from(call, [*kept, *keys_of(source, given(call, self.keys))])


@dataclass(frozen=True, slots=True)
class ResetIndex(Word):
    """Index levels become the first columns, or are dropped."""

    level: Param = "level"
    params_of: ClassVar[tuple[str, ...]] = ("level",)
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """Levels in the index's order, then the columns by position."""
        source, out = call.this, call.out
        if source.kind is K.ROW:
            call.link(out.columns[-1:], source, source.columns, cross=True)
            call.rows_from(source)
            return
        taken = sorted(set(level_numbers(source, given(call, self.level))))
        left = [i for i in range(len(source.levels)) if i not in taken]
        new = [] if given(call, "drop") is True else taken
        call.link(range(len(new)), source, [source.levels[i] for i in new])
        rest = out.columns[len(new) :]
        call.link(rest, source, values_of(source)[: len(rest)])
        call.rows_from(source)
        if left:
            levels_from(call, [Key(source, (source.levels[i],)) for i in left])


@dataclass(frozen=True, slots=True)
class Relabel(Word):
    """The same columns over the same rows under other labels.

    ``index`` are parameters that map the index's labels, ``mapper`` one that maps those of ``axis``; ``affix``
    likewise, but on the columns of a frame unless told otherwise.
    """

    index: tuple[Param, ...] = ()
    mapper: Param = ""
    affix: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("index", "mapper", "affix")
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """Columns by position; a mapped index is computed from the old one."""
        source, out = call.this, call.out
        _places(call, source)
        mapping = self._mapping(call, source)
        if out.kind is K.ROW and _name(call):
            mapping = None
        if mapping is None:
            keep_rows(call, source)
            return
        call.rows_from(source)
        for i in level_numbers(source, given(call, "level")):
            call.link(out.levels[i : i + 1], source, source.levels[i : i + 1], T.TRANSFORMATION)
        for state in call.states(mapping):
            call.link(out.levels, state, values_of(state), T.TRANSFORMATION, cross=True)

    def _mapping(self, call: Call, source: State) -> Any:
        """What maps the index's labels, if anything does."""
        if self.affix:
            sideways = is_columns(given(call, "axis", 1 if source.kind is K.FRAME else 0))
            return None if sideways or (given(call, "axis") is None and source.kind is K.FRAME) else True
        values = [given(call, p) for p in self.index]
        if self.mapper and not is_columns(given(call, "axis", 0)):
            values.append(given(call, self.mapper))
        return next((v for v in values if isinstance(v, dict | Function | State | Opaque)), None)


def _name(call: Call) -> bool:
    """Whether a record is given a value as its name."""
    for state in (s for v in (*call.args.values(), *call.derived.values()) for s in call.states(v)):
        if state is not call.this and state.kind in (K.SCALAR, K.VALUE):
            call.out.schema = replace(call.out.schema, keys=GIVEN)
            call.link(call.out.keys, state, (*values_of(state), ROWS), cross=True)
            return True
    return False


def _places(call: Call, source: State, labels: Any = None) -> None:
    """Columns by position. A record stays one, under the labels given or recorded."""
    out = call.out
    if source.kind is K.ROW and out.kind is K.SERIES:
        labels = labels if isinstance(labels, list) else out.row or source.labels
        become(out, K.ROW, labels if len(labels) == len(source.labels) else source.labels)
    by_position(call, source)


@dataclass(frozen=True, slots=True)
class SetAxis(Word):
    """``columns = …``, ``index = …``, ``set_axis``. ``inner``: a frame's axis 0 is its columns, as in its manager."""

    labels: Param = "labels"
    inner: bool = False
    params_of: ClassVar[tuple[str, ...]] = ("labels",)
    thins: ClassVar[bool] = True

    def explain(self, call: Call) -> None:
        """Columns by position; a new index from what was given."""
        source, value = call.this, given(call, self.labels)
        _places(call, source, value)
        if self._sideways(call, source):
            keep_rows(call, source)
            return
        call.rows_from(source)
        levels_from(call, [k for state in call.states(value) for k in keys_of(state, state)])

    def _sideways(self, call: Call, source: State) -> bool:
        axis = given(call, "axis", 0)
        return source.kind is K.FRAME and axis in (0, "columns") if self.inner else is_columns(axis)


@dataclass(frozen=True, slots=True)
class Levels(Word):
    """Index levels dropped or in another order. On the columns' axis only labels change."""

    drop: Param = ""
    swap: tuple[Param, ...] = ()
    order: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("drop", "swap", "order")

    def explain(self, call: Call) -> None:
        """Columns by position, levels from where they were."""
        source = call.this
        if not source.levels:  # an index that is known as a value only
            by_label(call, source)
            keep_rows(call, source)
            return
        by_position(call, source)
        if is_columns(given(call, "axis", 0)):
            keep_rows(call, source)
            return
        call.rows_from(source)
        levels_from(call, [Key(source, (source.levels[i],)) for i in self._arranged(call, source)])

    def _arranged(self, call: Call, source: State) -> list[int]:
        numbers = list(range(len(source.levels)))
        if self.drop:
            gone = level_numbers(source, given(call, self.drop))
            return [i for i in numbers if i not in gone]
        if self.order:
            return level_numbers(source, given(call, self.order))
        a, b = (level_numbers(source, given(call, p, -2 + n))[0] for n, p in enumerate(self.swap))
        numbers[a], numbers[b] = b, a
        return numbers


@dataclass(frozen=True, slots=True)
class Reindex(Word):
    """Rows and columns looked up by given labels. ``like`` names a frame that has them."""

    index: tuple[Param, ...] = ("index", "labels")
    like: Param = ""
    params_of: ClassVar[tuple[str, ...]] = ("index", "like")

    def explain(self, call: Call) -> None:
        """Columns by label; rows found by the index, which is then the given one."""
        source = call.this
        by_label(call, source)
        for state in call.states(given(call, "columns")):
            listed(call, state)
        target = self._target(call, source)
        if target is None:
            keep_rows(call, source)
            return
        call.rows_from(source)
        influence_rows(call, source, source.levels, T.JOIN)
        wanted = [k for state in call.states(target) for k in keys_of(state, state)]
        levels_from(call, wanted)
        rows_by(call, wanted, T.JOIN)
        for state in {k.state.no: k.state for k in wanted}.values():
            call.link((ROWS, ORDER), state, (ROWS, ORDER))
        if given(call, "method") is not None:
            call.link(values_of(call.out), source, (ORDER,), T.WINDOW, cross=True)

    def _target(self, call: Call, source: State) -> Any:
        """The labels given for the rows, None if there are none."""
        if self.like:
            return given(call, self.like)
        for param in self.index:
            value = given(call, param)
            if value is not None and not (param == "labels" and is_columns(given(call, "axis"))):
                return value
        return None
