"""Reading the log: records become Raw calls, their arguments literals, States and descriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from lineage_ext.capture.indexes import Indexes
from lineage_ext.capture.log import (
    DICT,
    EXPRESSION,
    EXTERNAL,
    FIRST_ARGUMENT,
    FUNCTION,
    GROUPER,
    INDEX_OF,
    INDEXER,
    LIST,
    LITERAL,
    OPAQUE,
    SLICE,
    TUPLE,
    outputs,
)
from lineage_ext.capture.states import States
from lineage_ext.rules.call import Call, Expression, Function, Grouper, Opaque, Resource
from lineage_ext.rules.op import Op


@dataclass(slots=True)
class Raw:
    """A record taken apart, its States not looked up yet. ``op`` is None for an object seen for the first time."""

    run: int | None
    op: Op | None = None
    frames: tuple[tuple[CodeType, int], ...] = ()
    within: int = 0
    serial: int = 0
    args: list[Any] = field(default_factory=list)
    started: int = 0
    ended: int = 0
    error: str | None = None
    outs: list[list[Any]] = field(default_factory=list)
    cwd: str = ""

    @classmethod
    def unseen(cls, record: list[Any]) -> Raw:
        """An UNSEEN record."""
        return cls(record[2], within=record[3], outs=[record[4:]])


class Decoder:
    """Turns Raws into Calls, with States from the table."""

    def __init__(self, states: States) -> None:
        self._states = states
        self.indexes = Indexes(states)

    def raw(self, record: list[Any]) -> Raw:
        """A CALL record."""
        _, _, run, op, code, lasti, outer, within, serial, cwd = record[:FIRST_ARGUMENT]
        n = FIRST_ARGUMENT + len(op.params)
        started, ended, error = record[n : n + 3]
        frames = ((code, lasti), *zip(outer[::2], outer[1::2], strict=True))
        outs = outputs(record, n + 3)
        return Raw(run, op, frames, within, serial, record[FIRST_ARGUMENT:n], started, ended, error, outs, cwd or "")

    def call(self, raw: Raw) -> Call:
        """The Call of a Raw."""
        assert raw.op is not None
        args: dict[str, Any] = {}
        for name, part in zip(raw.op.params, raw.args, strict=True):  # most are literals
            args[name] = part[1] if type(part) is tuple and part[0] == LITERAL else self._value(part)
        first = raw.args[0] if raw.args else None
        if type(first) is tuple and first[0] == INDEXER:
            args["indexer"] = first[1]
        return Call(raw.op, args, [self._states.output(o) for o in raw.outs], cwd=raw.cwd)

    def argument(self, part: Any) -> Any:
        """What an argument of a record stands for."""
        return self._value(part)

    def _value(self, part: Any) -> Any:
        kind = type(part)
        if kind is int:
            return Opaque("Index") if self._states.dropped(part) else self._states.get(part)
        if kind is tuple:
            return self._tagged(part)
        return part

    def _tagged(self, part: tuple[Any, ...]) -> Any:
        tag = part[0]
        if tag == LITERAL:
            return part[1]
        if tag == LIST:
            return [self._value(p) for p in part[1:]]
        if tag == TUPLE:
            return tuple(self._value(p) for p in part[1:])
        if tag == DICT:
            return {self._value(k): self._value(v) for k, v in zip(part[1::2], part[2::2], strict=True)}
        if tag == SLICE:
            return slice(*(self._value(p) for p in part[1:]))
        return _DESCRIBED[tag](self, *part[1:])

    def _grouper(self, key: Any, level: Any) -> Grouper:
        return Grouper(self._value(key), self._value(level))


_DESCRIBED: dict[int, Any] = {
    FUNCTION: lambda _, name, code, bound=0: Function(name, code, bound),
    OPAQUE: lambda _, kind, size, table=0: Opaque(kind, size, table),
    GROUPER: Decoder._grouper,
    EXTERNAL: lambda _, kind, text: Resource(kind, text),
    EXPRESSION: lambda _, text: Expression(text),
    INDEXER: lambda decoder, _, frame: decoder._value(frame),
    INDEX_OF: lambda decoder, owner: decoder.indexes.of(owner),
}
