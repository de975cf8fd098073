"""Making frames and series from what isn't one: constructors, conversions, ``from_dict``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from lineage_ext.rules.algebra import (
    COLUMNAR,
    ORDER,
    ROWS,
    Call,
    Confidence,
    K,
    Param,
    State,
    T,
    Word,
    by_label,
    by_position,
    influence_rows,
    keep_index,
    values_of,
)
from lineage_ext.rules.records import columns_are
from lineage_ext.rules.rows import make_record, name_of
from lineage_ext.rules.spread import labelled


@dataclass(frozen=True, slots=True)
class Make(Word):
    """A new frame or series from ``data``: a dict of columns, one State, a list of them; nothing tracked: a root."""

    data: Param = "data"
    params_of: ClassVar[tuple[str, ...]] = ("data",)

    def explain(self, call: Call) -> None:
        """Columns from the data's parts by label or position, rows from all parts."""
        data = call.get(self.data)
        if isinstance(data, dict) and call.args.get("orient") == "index":
            data = _turned(data, call.out.labels)
        parts = data if isinstance(data, dict) else _labelled(call, data) if call.out.kind is not K.FRAME else None
        for i, out in enumerate(call.outs):
            if parts is not None and out.kind is K.SERIES and _single(call, parts):
                make_record(out, tuple(parts))
            if parts is not None:
                self._columns(call, parts, i)
            elif isinstance(data, State):
                self._whole(call, data, i)
            else:
                self._mixed(call, list(call.states(data)), i)
            self._index(call, i)

    def _columns(self, call: Call, parts: dict[Any, Any], i: int) -> None:
        out = call.outs[i]
        for label, value in parts.items():
            states = list(call.states(value))
            for state in states:
                targets = out.at(label) if out.kind in COLUMNAR else values_of(out)
                one = T.IDENTITY if isinstance(value, State) else T.TRANSFORMATION
                call.link(targets, state, values_of(state), one, out=i, cross=True)
                if state.kind in CELLS:  # what chose its rows decided its value, not the rows made here
                    call.link(targets, state, (ROWS,), T.FILTER, out=i, cross=True)
            if isinstance(value, State) and value.kind is K.ROW and out.kind is K.FRAME:  # its labels are the index
                call.rows_from(value, out=i)
        columns_are(out, [v for v in parts.values() if isinstance(v, State)], named=False)
        _together(call, list({s.no: s for s in call.states(parts)}.values()), i)

    def _whole(self, call: Call, data: State, i: int) -> None:
        out = call.outs[i]
        derived = call.derived.get(self.data) is data
        if data.kind is K.VALUE and len(data.labels) > 1 and all(data.at(label) for label in out.labels):
            for slot, label in enumerate(out.labels):  # what ``to_dict`` made
                call.link(
                    (slot,), data, data.at(label), out=i, cross=True, confidence=Confidence.INFERRED, reason="by label"
                )  # fmt: skip
            _rows(call, data, i, single=True)
            return
        several = data.kind in (K.VALUE, K.ARRAY) and len(data.labels) > 1  # ``to_dict("records")``, ``to_numpy()``
        beside = data.kind is K.ARRAY and len(out.labels) == len(data.labels)  # its columns have numbers at most
        columnar = data.kind in COLUMNAR or (several and (beside or data.kind is K.VALUE))
        if data.kind is K.ROW and out.kind is K.FRAME and not derived and not set(out.labels) <= set(data.labels):
            call.link(out.columns, data, data.columns, out=i, cross=True)  # the labels of a record are the index
            columns_are(out, [data], named=call.get("columns") is None)
            call.rows_from(data, out=i)
        elif columnar and out.kind in COLUMNAR and not derived:
            named = not beside and set(out.labels) <= set(data.labels)
            by_label(call, data, out=i) if named else by_position(call, data, out=i)
        elif derived and data.kind is K.ROW and len(out.labels) == len(data.labels):  # tuples of ``itertuples``
            call.link(out.columns, data, data.columns, out=i, confidence=Confidence.INFERRED)
        else:
            how = T.TRANSFORMATION if out.kind in COLUMNAR and len(out.labels) > 1 else T.IDENTITY
            sure = Confidence.INFERRED if derived else Confidence.EXACT
            call.link(values_of(out), data, values_of(data), how, out=i, cross=True, confidence=sure)
        _rows(call, data, i, single=True)

    def _mixed(self, call: Call, states: list[State], i: int) -> None:
        out = call.outs[i]
        for state in states:
            name_of(call, state, out.levels, i)
            if state.kind in CELLS:
                own = [slot for label in state.labels for slot in out.at(label)] if out.kind in COLUMNAR else ()
                call.link(own or values_of(out), state, (ROWS,), T.FILTER, out=i, cross=True)
            if state.kind in COLUMNAR and out.kind in COLUMNAR and by_label(call, state, T.IDENTITY, out=i) == []:
                _rows(call, state, i, single=len(states) == 1)
                continue
            call.link(
                values_of(out),
                state,
                values_of(state),
                T.TRANSFORMATION,
                out=i,
                cross=True,
                confidence=Confidence.INFERRED,
            )
            _rows(call, state, i, single=len(states) == 1)

    def _index(self, call: Call, i: int) -> None:
        out = call.outs[i]
        for state in call.states(call.get("index")):
            slots = values_of(state)
            call.link(out.levels, state, slots, out=i, cross=len(slots) != len(out.levels))
            influence_rows(call, state, (ROWS,), T.FILTER, out=i)
        if call.op.name == "from_records":
            self._named_index(call, i)
        for state in call.states(call.get("columns")):  # labels that were computed
            labelled(call, state, (*values_of(state), ROWS), out=i)
            if state.kind in LISTS_OF_VALUES:  # which of them is at the place of a column
                call.link(out.columns, state, (*values_of(state), ORDER), T.CONDITIONAL, out=i, cross=True)

    def _named_index(self, call: Call, i: int) -> None:
        """``from_records(rows, index="k")``: a column of the rows becomes the index."""
        named, out = call.args.get("index"), call.outs[i]
        labels = [named] if isinstance(named, str) else named if isinstance(named, list) else []
        data = call.get(self.data)
        for level, label in zip(out.levels, labels, strict=False):
            parts = data.get(label) if isinstance(data, dict) else data
            for state in call.states(parts):
                found = state.at(label) if state is data else ()
                call.link(
                    (level,), state, found or values_of(state), out=i, cross=True,
                    confidence=Confidence.EXACT if found or parts is not data else Confidence.INFERRED,
                )  # fmt: skip


LISTS_OF_VALUES = frozenset({K.SERIES, K.ARRAY, K.INDEX})
CELLS = frozenset({K.SCALAR, K.ROW})
ONE_VALUE = frozenset({K.SCALAR, K.VALUE})


def _turned(rows: dict[Any, Any], labels: tuple[Any, ...]) -> Any:
    """A dict of rows (lists or dicts of cells) as a dict of columns; of others a list of the rows."""
    columns: dict[Any, list[Any]] = {label: [] for label in labels}
    for row in rows.values():
        if isinstance(row, State):
            return list(rows.values())
        cells = (
            row.items()
            if isinstance(row, dict)
            else zip(labels, row if isinstance(row, list | tuple) else [row], strict=False)
        )
        for label, cell in cells:
            columns.setdefault(label, []).append(cell)
    return columns


def _labelled(call: Call, data: Any) -> dict[Any, Any] | None:
    """``Series([x, y], index=["a", "b"])`` as a dict of its values."""
    labels = call.args.get("index")
    if not (isinstance(data, list) and isinstance(labels, list) and len(data) == len(labels)):
        return None
    if any(isinstance(label, list | dict | set) for label in labels):  # ``index=[["x", "y"], [1, 2]]``: a list a level
        return None
    return dict(zip(labels, data, strict=True))


def _single(call: Call, parts: dict[Any, Any]) -> bool:
    """Whether a dict holds single values, some of them tracked: a record."""
    states = list(call.states(parts))
    return bool(states) and all(s.kind in ONE_VALUE for s in states)


def _rows(call: Call, source: State, i: int, *, single: bool) -> None:
    if call.outs[i].kind is K.ROW or (source.kind in CELLS and call.outs[i].kind is K.FRAME):
        return
    call.rows_from(source, out=i)
    if single and source.kind in (K.FRAME, K.SERIES):
        keep_index(call, source, out=i)
    if single and source.kind in (K.FRAME, K.SERIES, K.ARRAY) and call.outs[i].rows in (None, source.rows):
        call.outs[i].rowset = source.rowset


def _together(call: Call, states: list[State], i: int) -> None:
    """Rows of several parts: the same ones, or, for different ones, the union of their indexes."""
    aligned = [s for s in states if s.kind in (K.FRAME, K.SERIES)]
    single = len({s.rowset for s in aligned}) == 1
    for state in states:
        _rows(call, state, i, single=single or len(states) == 1)
        if state in aligned and not single:
            keep_index(call, state, out=i)
            influence_rows(call, state, state.levels, T.JOIN, out=i)
