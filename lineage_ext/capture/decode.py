"""Reading the log: records become Raw calls, their arguments literals, States and descriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from lineage_ext.capture.log import (
    DICT,
    EXPRESSION,
    EXTERNAL,
    FUNCTION,
    GROUPER,
    LIST,
    LITERAL,
    OPAQUE,
    OUTPUT,
    SLICE,
    TUPLE,
)
from lineage_ext.capture.states import States
from lineage_ext.rules.call import Call, Expression, Function, Grouper, Op, Opaque, Resource

FIRST_ARGUMENT = 10


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

    def raw(self, record: list[Any]) -> Raw:
        """A CALL record."""
        _, _, run, op, code, lasti, outer, within, serial, cwd = record[:FIRST_ARGUMENT]
        n = FIRST_ARGUMENT + len(op.params)
        started, ended, error = record[n : n + 3]
        frames = ((code, lasti), *zip(outer[::2], outer[1::2], strict=True))
        outs = [record[i : i + OUTPUT] for i in range(n + 3, len(record), OUTPUT)]
        return Raw(run, op, frames, within, serial, record[FIRST_ARGUMENT:n], started, ended, error, outs, cwd or "")

    def call(self, raw: Raw) -> Call:
        """The Call of a Raw."""
        assert raw.op is not None
        args = {name: self._value(v) for name, v in zip(raw.op.params, raw.args, strict=True)}
        return Call(raw.op, args, [self._states.output(o) for o in raw.outs], cwd=raw.cwd)

    def _value(self, part: Any) -> Any:
        kind = type(part)
        if kind is int:
            return self._states.get(part)
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
    FUNCTION: lambda _, name, code: Function(name, code),
    OPAQUE: lambda _, kind, size: Opaque(kind, size),
    GROUPER: Decoder._grouper,
    EXTERNAL: lambda _, kind, text: Resource(kind, text),
    EXPRESSION: lambda _, text: Expression(text),
}
