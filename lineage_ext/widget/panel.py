"""The panel as a Jupyter widget: a model that streams, and one that takes commands. Importing this imports anywidget.

Two models, because ipykernel 7 has a comm's messages answered by the thread that published on it last: on the
streaming model they would wait for the running cell, on one that cells never publish on they are answered by a
subshell within milliseconds. https://github.com/ipython/ipykernel/blob/v7.4.0/ipykernel/kernelbase.py#L612
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import anywidget
import ipywidgets
from traitlets import Bool, Int, Unicode

from lineage_ext import guard
from lineage_ext.widget import bundle
from lineage_ext.widget.commands import Commands
from lineage_ext.widget.stream import Message, Stream


class CommandModel(ipywidgets.Widget):  # type: ignore[misc]  # untyped
    """A bare model, known to every front end: a way for messages and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.comm is not None:
            # Opened by a cell, it would be answered by the thread that runs cells: leave it to what the front end asks.
            self.comm._reply_subshell_for = lambda _, subshell: subshell


class StreamPanel(anywidget.AnyWidget):
    """The panel of one session. Display it, or set ``docked`` to have it in the side panel where there is one."""

    snapshot = Unicode("").tag(sync=True)
    command = Unicode("").tag(sync=True)
    docked = Bool(False).tag(sync=True)
    title = Unicode("").tag(sync=True)
    notebook = Unicode("").tag(sync=True)
    shown = Int(0).tag(sync=True)
    _stream: Stream

    def __init__(
        self,
        stream: Stream,
        commands: Commands,
        *,
        title: str = "",
        notebook: str = "",
        docked: bool = False,
        speaking: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        """``speaking``: the context in which a thread of ours may send, in hosts that have one (marimo).

        Those need no second model either.
        """
        self._esm, self._css = bundle.script(), bundle.style()
        self._stream = stream
        self._commands = commands
        self._speaking = speaking or nullcontext
        self._command_model = CommandModel() if speaking is None else None
        if self._command_model is not None:
            self._command_model.on_msg(self._asked)
            command = f"IPY_MODEL_{self._command_model.model_id}"
        else:
            command = ""
        stream.catch_up()
        with stream.lock:  # no patch falls between the snapshot, made on the way to the front end, and the first patch
            super().__init__(title=title, notebook=notebook, docked=docked, command=command, snapshot="")
            stream.listen(self._post)
        self.on_msg(self._asked)

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """The whole state (first display, reload of the page) comes with a fresh snapshot, which is never streamed."""
        state = super().get_state(key, drop_defaults)
        if key is None:
            with guard.guarded("panel"):
                state["snapshot"] = self._stream.text()
        return state

    def show(self) -> None:
        """Bring it to the front of the side panel; the user may have closed it there, or have another one open."""
        self.docked = True
        self.shown += 1

    def close(self) -> None:
        """Take the panel away from every place it is shown."""
        if not hasattr(self, "_stream"):  # ipywidgets closes what it deletes, be it made or not
            return
        self._stream.leave(self._post)
        if self._command_model is not None:
            self._command_model.close()
        super().close()

    def _post(self, message: Message, buffers: list[bytes]) -> None:
        if self.comm is None:
            self._stream.leave(self._post)
        else:
            with self._speaking():
                self.send(message, buffers)

    def _asked(self, model: Any, content: Any, _: Any) -> None:
        reply, buffers = self._commands.answer(content, self._post)
        if reply is not None:
            model.send(reply, buffers)
