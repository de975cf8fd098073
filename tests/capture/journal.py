"""The smallest recorder: it writes down which hook was called for which operation, and keeps the guard as ours does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lineage_ext.capture.interception import Hooks, Report, Target, install, restore
from lineage_ext.rules.op import Op


class Guard(threading.local):
    d = 0


class Journal:
    """``events`` is a list of (hook, key, …)."""

    def __init__(self) -> None:
        self.state = Guard()
        self.events: list[tuple[Any, ...]] = []
        self.hooks = Hooks(self.state, self.enter, self.leave, self.failed, self.yielded, self.resumed)

    @property
    def keys(self) -> list[str]:
        """Keys of the operations that ended well."""
        return [event[1] for event in self.events if event[0] == "leave"]

    def enter(self, op: Op, args: tuple[Any, ...]) -> Op:
        """The token is the Op."""
        assert not self.state.d
        self.state.d = 1
        self.events.append(("enter", op.key, len(args)))
        return op

    def leave(self, op: Op, value: Any, first: Any) -> Any:
        """Types only: no object is kept."""
        self.state.d = 0
        self.events.append(("leave", op.key, type(value).__name__, type(first).__name__))
        return value

    def failed(self, op: Op) -> None:
        """An exception passed."""
        self.state.d = 0
        self.events.append(("failed", op.key))

    def yielded(self, op: Op, value: Any) -> Any:
        """The user has an item."""
        self.state.d = 0
        self.events.append(("yielded", op.key))
        return value

    def resumed(self, op: Op, sent: Any) -> Any:
        """The user wants the next."""
        assert not self.state.d
        self.state.d = 1
        self.events.append(("resumed", op.key))
        return sent


@contextmanager
def installed(targets: list[Target], journal: Journal | None = None) -> Iterator[Report]:
    """Hooks in, and out again whatever happens."""
    try:
        yield install(targets, (journal or Journal()).hooks)
    finally:
        restore()


def target(function: Any, owner: str = "") -> Target:
    """A function of ours to intercept."""
    return Target(function, owner, function.__name__, library="specimens")
