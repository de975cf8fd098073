"""What the panel may ask, and the answers. Called on whatever thread the front end's messages arrive on.

To add a command: a method ``_name(self, message)`` that returns (JSON value, buffers), an entry in COMMANDS, and a row
in ``docs/panel-protocol.md``. Errors of ``lineage_ext.errors`` become the answer's text.
"""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type
from typing import Any

from lineage_ext import guard
from lineage_ext.errors import LineageError, UnknownName, UsageError
from lineage_ext.widget import details
from lineage_ext.widget.stream import Message, Send, Stream

Answer = tuple[Any, list[bytes]]
Export = Callable[[str], tuple[str, bytes]]
"""Format → (file name, content)."""


class Commands:
    """Answers for one session. ``export`` and ``pause`` are the host's; ``formats`` are pairs of name and summary."""

    def __init__(
        self,
        stream: Stream,
        graph: Any,
        *,
        export: Export,
        pause: Callable[[bool], None],
        formats: list[tuple[str, str]],
        version: str,
    ) -> None:
        self._stream = stream
        self._graph = graph
        self._export_as = export
        self._pause_all = pause
        self._about = {"version": version, "formats": formats}

    def answer(self, message: Any, send: Send) -> tuple[Message | None, list[bytes]]:
        """The reply to a message of the front end, None to what is none of ours. ``send`` reaches who asked."""
        if not isinstance(message, dict) or not isinstance(message.get("k"), str):
            return None, []
        reply: Message = {"k": "reply", "id": message.get("id"), "ok": True}
        buffers: list[bytes] = []
        try:
            command = COMMANDS.get(message["k"])
            if command is None:
                raise UnknownName("command", message["k"], COMMANDS)
            reply["value"], buffers = command(self, message, send)
        except LineageError as error:
            reply.update(ok=False, error=str(error))
        except Exception as error:
            guard.report("panel", error)
            reply.update(ok=False, error=f"{type(error).__name__}: {error}")
        return reply, buffers

    def _snapshot(self, _: Message, send: Send) -> Answer:
        self._stream.resync(send)
        return None, []

    def _details(self, message: Message, _: Send) -> Answer:
        self._stream.catch_up()  # names are known with the end of the cell, which may not be passed on yet
        if isinstance(message.get("run"), int):
            return details.of_run(self._graph.run(message["run"])), []
        if isinstance(message.get("dataset"), int):
            no = message["dataset"]
            return details.of_dataset(self._graph.dataset(no), self._graph.names(no)), []
        raise UsageError("details of what? Give the number of a run or of a dataset")

    def _export(self, message: Message, _: Send) -> Answer:
        name, content = self._export_as(str(message.get("format")))
        return {"name": name, "mime": guess_type(name)[0] or "application/octet-stream"}, [content]

    def _pause(self, message: Message, _: Send) -> Answer:
        self._pause_all(bool(message.get("on")))
        self._stream.tell_status()  # while nothing is recorded nothing else would
        return None, []

    def _describe(self, _: Message, __: Send) -> Answer:
        return self._about, []


COMMANDS: dict[str, Callable[[Commands, Message, Send], Answer]] = {
    "snapshot": Commands._snapshot,
    "details": Commands._details,
    "export": Commands._export,
    "pause": Commands._pause,
    "describe": Commands._describe,
}
