"""A front end in a few lines: takes the messages of a stream and keeps what they tell, as ``js/src/state`` does."""

from __future__ import annotations

import json
import threading
import time
from array import array
from collections.abc import Callable
from typing import Any

from lineage_ext.widget.stream import Message


class Front:
    """Pass it to ``stream.listen``. ``records`` maps kind → number → value; ``gaps`` counts patches that didn't fit."""

    def __init__(self, snapshot: str = "") -> None:
        self.records: dict[str, dict[Any, Any]] = {}
        self.times: list[float] = []
        self.seq = 0
        self.epoch = ""
        self.gaps = 0
        self.messages: list[Message] = []
        self.sizes: list[int] = []
        self.arrived: list[float] = []
        self.threads: set[int] = set()
        self.bye = ""
        if snapshot:
            start = json.loads(snapshot)
            self._restart(start, start["records"], start["times"])

    def __call__(self, message: Message, buffers: list[bytes]) -> None:
        """A message arrives."""
        self.messages.append(message)
        self.sizes.append(sum(map(len, buffers)))
        self.arrived.append(time.monotonic())
        self.threads.add(threading.get_ident())
        if message["k"] == "bye":
            self.bye = message["reason"]
            return
        records, times = json.loads(buffers[0]), list(array("d", buffers[1]))
        assert len(buffers[1]) == len(buffers[2])
        if message["k"] == "snapshot":
            self._restart(message, records, times)
        elif message["epoch"] != self.epoch or message["seq"] != self.seq + 1:
            self.gaps += 1
        else:
            self.seq = message["seq"]
            self.times += times
            self._apply(records)

    def _restart(self, head: Message, records: list[Any], times: list[float]) -> None:
        self.epoch, self.seq = head["epoch"], head["seq"]
        self.records, self.times = {}, list(times)
        self._apply(records)

    def _apply(self, records: list[Any]) -> None:
        for kind, value in records:
            if kind == "gone":
                for no in value["nos"]:
                    self.records.get(value["kind"], {}).pop(no, None)  # it may have gone before it was told
            else:
                key = value["cell"] if kind in {"names", "progress"} else value.get("no")
                self.records.setdefault(kind, {})[key] = value
                if kind == "cell" and value["ended"] is not None:
                    self.records.get("progress", {}).pop(key, None)  # over with the cell, as in the panel
        self.records = {kind: values for kind, values in self.records.items() if values}

    def of(self, kind: str) -> list[Any]:
        """The values of a kind."""
        return list(self.records.get(kind, {}).values())

    def patches(self) -> list[Message]:
        """The patches so far."""
        return [m for m in self.messages if m["k"] == "patch"]


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is true. Raises AssertionError when it doesn't come true in so many seconds of our own."""
    for _ in range(int(seconds / 0.005)):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it didn't come true")
