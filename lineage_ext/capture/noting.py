"""What can be told of a record without explaining it: which operation, where and when, on what, and what came out.

See ``session.deferral``. To explain an operation takes half a millisecond, and rules that take 0.1 s to import: nothing
here needs them. ``Explaining`` shares what is known of objects and places.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from lineage_ext.capture import identity
from lineage_ext.capture.label_table import LabelTable
from lineage_ext.capture.log import (
    ALIAS,
    CALL,
    COUNTED,
    DICT,
    FIRST_ARGUMENT,
    FRAME,
    GROUPER,
    INDEX_OF,
    INDEXER,
    LABELS,
    LIST,
    REPEATED,
    SERIES,
    SLICE,
    TUPLE,
    UNSEEN,
    outputs,
)
from lineage_ext.capture.points import Repeat
from lineage_ext.capture.runs import Runs
from lineage_ext.capture.site import Sites
from lineage_ext.capture.states import KINDS, States
from lineage_ext.model import DatasetKind
from lineage_ext.rules.op import Op
from lineage_ext.rules.titles import named
from lineage_ext.session import Session
from lineage_ext.session.note import Note, Output

PARTS = frozenset({LIST, TUPLE, DICT, SLICE, INDEXER, INDEX_OF, GROUPER})  # arguments that hold others
UNTRACKABLE = frozenset({DatasetKind.ARRAY, DatasetKind.INDEX, DatasetKind.SCALAR, DatasetKind.VALUE})


class Noting:
    """Tells of the records of one session, in their order. ``labels`` are those of what it told of."""

    def __init__(self, session: Session) -> None:
        self.states = States(identity.first)
        self.sites = Sites(session.sources, session.parts)
        self.runs = Runs(session, self.states, self.sites)
        self._made: dict[int, Output] = {}  # by operations that aren't explained
        self._named = LabelTable()  # its own: what it tells of is explained much later
        self.labels: dict[int, tuple[Hashable, ...]] = {}

    def forget(self) -> None:
        """Everything told of is explained."""
        self._made.clear()

    def note(self, at: int, record: list[Any]) -> Note | None:
        """What record number ``at`` tells; None if that is no operation."""
        tag = record[1]
        if tag is CALL:
            return self._call(at, record)
        if tag is REPEATED:
            return self._repeated(at, *record[2:])
        if tag is COUNTED:
            _, _, run, op, kind, times, when = record
            when += self.runs.offset
            return Note(at, run, named(op, kind and DatasetKind(kind)), when, when, times=times)
        if tag is LABELS:
            self._named.name(record[2], record[3])
        elif tag is UNSEEN:
            self._output(record[4:])
        return None

    def _call(self, at: int, record: list[Any]) -> Note | None:
        end = FIRST_ARGUMENT + len(record[3].params)
        started, ended, error = record[end : end + 3]
        made = tuple(map(self._output, outputs(record, end + 3)))
        return self._note(at, record, started, ended, made, error=error or "")

    def _repeated(self, at: int, repeat: Repeat, times: int, since: int) -> Note | None:
        made = self._made.get(repeat.number)
        ended = since + times * repeat.spent // repeat.hits
        return self._note(at, repeat.head, since, ended, () if made is None else (made,), times=times)

    def _note(
        self, at: int, head: list[Any], started: int, ended: int, made: tuple[Output, ...], *, times: int = 1,
        error: str = "",
    ) -> Note | None:  # fmt: skip
        _, _, run, op, code, lasti = head[:6]
        args = head[FIRST_ARGUMENT : FIRST_ARGUMENT + len(op.params)]
        inputs = tuple(dict.fromkeys(number for arg in args for number in _numbers(arg)))
        if not inputs and all(out.kind in UNTRACKABLE for out in made):
            return None  # of plain values, as ``Explaining`` leaves it out
        for out in made:
            if out.labels and out.labels not in self.labels:
                self.labels[out.labels] = self._named.of(out.labels)
        position, offset = self.runs.position(code, lasti), self.runs.offset
        return Note(
            at, run or 0, self._title(op, args), started + offset, ended + offset, inputs, made, position, times,
            error.partition(":")[0],
        )  # fmt: skip

    def _title(self, op: Op, args: list[Any]) -> str:
        first = args[0] if args else None
        indexer = first[1] if type(first) is tuple and first[0] == INDEXER and op.owner.startswith("_") else None
        this = next(_numbers(first), None)
        return named(op, self._kind(this) if this is not None else None, indexer)

    def _kind(self, number: int) -> DatasetKind:
        made = self._made.get(number)
        return made.kind if made is not None else self.states.get(number).kind

    def _output(self, atoms: list[Any]) -> Output:
        no, kind, labels, _, rows, name, of, *_ = atoms
        if kind == ALIAS:
            return self._made.get(no) or Output(no, self._kind(no), 0, None, None, None)
        several, label = (labels, None) if kind == FRAME else (0, name if kind == SERIES else None)
        out = self._made[no] = Output(no, KINDS[kind], several, label, rows, of or None)
        return out


def _numbers(argument: Any) -> Iterator[int]:
    """Those of the objects in an argument."""
    kind = type(argument)
    if kind is int:
        yield argument
    elif kind is tuple and argument[0] in PARTS:
        for part in argument[1:]:
            yield from _numbers(part)
