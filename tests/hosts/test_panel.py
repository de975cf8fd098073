"""``%lineage show`` in a real kernel, seen as a front end sees it: comms, their messages and what answers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from lineage_ext import errors
from tests import own_threads
from tests.hosts.conftest import PYTHONPATH, Shell

pytestmark = pytest.mark.kernel
SECONDS = 60


class Kernel:
    """A kernel and everything it has published so far."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager()
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, "PYTHONPATH": PYTHONPATH})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)
        self.published: list[dict[str, Any]] = []

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def listen(self, until: Callable[[], object]) -> None:
        """Take what is published until a condition holds. Raises AssertionError when it doesn't."""
        silent = 0
        while not until():
            assert silent < 10 * SECONDS, "the kernel didn't say what it should"
            try:
                self.published.append(self.client.get_iopub_msg(timeout=0.1))
            except Empty:
                silent += 1

    def run(self, source: str) -> str:
        """Run a cell to its end; what it printed."""
        parent = self.start(source)
        self.listen(lambda: self.is_over(parent))
        own = [m for m in self.published if m["parent_header"].get("msg_id") == parent]
        assert not [m["content"] for m in own if m["msg_type"] == "error"]
        return "".join(m["content"]["text"] for m in own if m["msg_type"] == "stream")

    def start(self, source: str) -> str:
        """Run a cell; the id of the request."""
        message: str = self.client.execute(source)
        return message

    def is_over(self, parent: str) -> bool:
        """Whether a request has been handled."""
        return any(
            m["msg_type"] == "status" and m["content"]["execution_state"] == "idle"
            for m in self.published
            if m["parent_header"].get("msg_id") == parent
        )

    # -- comms -----------------------------------------------------------------------------------------------------
    def opened(self) -> dict[str, dict[str, Any]]:
        """Comm id → the state it was opened with, of widgets."""
        opens = (m["content"] for m in self.published if m["msg_type"] == "comm_open")
        return {c["comm_id"]: c["data"]["state"] for c in opens if "state" in c["data"]}

    def panel(self) -> tuple[str, str]:
        """Comm ids of the newest stream model and of its command model."""
        comm, state = next((c, s) for c, s in reversed(self.opened().items()) if s.get("command"))
        return comm, state["command"].removeprefix("IPY_MODEL_")

    def messages(self, comm: str, kind: str = "comm_msg") -> list[dict[str, Any]]:
        """What was sent on a comm, its buffers beside it."""
        found = [m for m in self.published if m["msg_type"] == kind and m["content"]["comm_id"] == comm]
        return [{**m["content"]["data"].get("content", {}), "buffers": m["buffers"]} for m in found]

    def patches(self) -> list[dict[str, Any]]:
        """The patches to the newest panel."""
        return [m for m in self.messages(self.panel()[0]) if m.get("k") == "patch"]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Every record of a kind in the patches so far."""
        return [value for patch in self.patches() for k, value in json.loads(bytes(patch["buffers"][0])) if k == kind]

    def ask(self, comm: str, **command: Any) -> dict[str, Any]:
        """Send a command and wait for the reply."""
        content = {"comm_id": comm, "data": {"method": "custom", "content": {"id": 7, **command}}}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))
        before = len(self.messages(comm))
        self.listen(lambda: len(self.messages(comm)) > before)
        return self.messages(comm)[-1]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel that knows pandas."""
    found = Kernel(tmp_path_factory.mktemp("kernel"))
    try:
        found.run("import pandas as pd, time\nfrom pathlib import Path")
        yield found
    finally:
        found.close()


@pytest.fixture
def kernel(running: Kernel) -> Iterator[Kernel]:
    """A kernel with lineage_ext loaded and the panel shown; the session is this test's own."""
    running.published.clear()
    running.run("%load_ext lineage_ext\na = pd.DataFrame({'x': [1, 2]})\n%lineage show")
    yield running
    running.run("%unload_ext lineage_ext")


def test_the_panel_comes_with_what_was_before_and_is_told_what_follows(kernel: Kernel) -> None:
    """The snapshot has the first frame; a later one comes as a patch that follows on it, before its cell ends."""
    stream, command = kernel.panel()
    state = kernel.opened()[stream]
    snapshot = json.loads(state["snapshot"])
    assert [value["name"] for kind, value in snapshot["records"] if kind == "operation"] == [
        "pandas.DataFrame.__init__"
    ]
    assert (state["docked"], state["_view_name"]) == (True, "AnyView")
    assert kernel.opened()[command]["_model_name"] == "WidgetModel"
    running = kernel.start("b = a.copy()\nwhile not Path('go').exists(): time.sleep(0.01)")
    kernel.listen(lambda: kernel.told("operation"))
    assert not kernel.is_over(running)
    Path(kernel.manager._launch_args["cwd"], "go").touch()
    kernel.listen(lambda: kernel.is_over(running))
    assert [o["name"] for o in kernel.told("operation")] == ["pandas.DataFrame.copy"]
    assert [p["seq"] for p in kernel.patches()] == [
        *range(snapshot["seq"] + 1, snapshot["seq"] + 1 + len(kernel.patches()))
    ]
    assert {p["epoch"] for p in kernel.patches()} == {snapshot["epoch"]}


def test_questions_are_answered(kernel: Kernel) -> None:
    """Details, a file, a snapshot, and a clear word for what can't be answered."""
    stream, command = kernel.panel()
    snapshot = json.loads(kernel.opened()[stream]["snapshot"])
    frame = next(value for kind, value in snapshot["records"] if kind == "dataset")
    details = kernel.ask(command, k="details", dataset=frame["no"])
    assert (details["ok"], details["id"]) == (True, 7)
    assert (details["value"]["columns"], details["value"]["variables"]) == ([["x", "int64"]], ["a"])
    made = kernel.ask(command, k="details", run=frame["op"])["value"]
    assert made["job"] == "pandas.DataFrame.__init__"
    report = kernel.ask(command, k="export", format="html")
    assert report["value"] == {"name": "lineage.html", "mime": "text/html"}
    assert bytes(report["buffers"][0]).startswith(b"<!doctype html>")
    assert kernel.ask(command, k="snapshot")["ok"]
    (again,) = [m for m in kernel.messages(stream) if m.get("k") == "snapshot"]
    assert b"pandas.DataFrame.__init__" in bytes(again["buffers"][0])
    assert "html" in [name for name, _ in kernel.ask(command, k="describe")["value"]["formats"]]
    wrong = kernel.ask(command, k="details", dataset=10**6)
    assert (wrong["ok"], "no dataset" in wrong["error"]) == (False, True)
    assert "did you mean 'export'" in kernel.ask(command, k="exprot")["error"]


def test_pausing_from_the_panel_stops_recording(kernel: Kernel) -> None:
    """The status says so; what runs meanwhile isn't recorded."""
    _, command = kernel.panel()
    kernel.ask(command, k="pause", on=True)
    kernel.listen(lambda: any(s["paused"] for s in kernel.told("status")))
    kernel.run("c = a.copy()")
    kernel.ask(command, k="pause", on=False)
    kernel.run("d = a.head(1)")
    kernel.listen(lambda: kernel.told("operation"))
    assert [o["name"] for o in kernel.told("operation")] == ["pandas.DataFrame.head"]
    kernel.listen(lambda: not kernel.told("status")[-1]["paused"])


def test_hide_closes_it_and_show_opens_a_new_one(kernel: Kernel) -> None:
    """Both models go; nothing is sent while there is no panel; the next one starts from everything."""
    first = kernel.panel()
    kernel.run("%lineage show")
    assert kernel.panel() == first
    kernel.run("%lineage hide")
    assert all(kernel.messages(comm, "comm_close") for comm in first)
    sent = len(kernel.messages(first[0]))
    kernel.run("b = a.copy()")
    assert len(kernel.messages(first[0])) == sent
    kernel.run("%lineage show")
    assert kernel.panel() != first
    snapshot = json.loads(kernel.opened()[kernel.panel()[0]]["snapshot"])
    assert len([kind for kind, _ in snapshot["records"] if kind == "operation"]) == 2


def test_unloading_says_goodbye_and_leaves_the_kernel_as_it_was(kernel: Kernel) -> None:
    """The last picture stays; no thread of ours does."""
    kernel.run(f"{Path(own_threads.__file__).read_text()}\nimport time")  # the kernel may not find ``tests``
    assert kernel.run("print(count())").strip() == "3"
    kernel.run("%unload_ext lineage_ext")
    assert kernel.messages(kernel.panel()[0])[-1]["reason"] == "closed"
    waiting = f"until = time.monotonic() + {SECONDS / 2}\nwhile count() and time.monotonic() < until: time.sleep(0.01)"
    assert kernel.run(f"{waiting}\nprint(count())").strip() == "0"


def test_anywidget_is_imported_with_the_first_panel(tmp_path: Path) -> None:
    """Who never looks at the panel doesn't pay 0.1 s for it."""
    found = Kernel(tmp_path)
    try:
        asked = "import sys; print('anywidget' in sys.modules)"
        assert found.run(f"%load_ext lineage_ext\n{asked}").strip() == "False"
        assert found.run(f"import lineage_ext; panel = lineage_ext.Panel()\n{asked}").strip() == "True"
        assert json.loads(json.dumps(found.opened()[found.panel()[0]]["docked"])) is False
    finally:
        found.close()


def test_a_terminal_says_that_it_has_no_place_for_it(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """And names what there is instead; nothing is left behind."""
    shell.run("%lineage show")
    assert "%lineage export html" in capsys.readouterr().err
    from lineage_ext.hosts import ATTACHED

    assert ATTACHED.here().panel is None


def test_without_a_session_it_says_what_to_do() -> None:
    """Before ``%load_ext`` there is nothing to show."""
    import lineage_ext

    with pytest.raises(errors.NoSession, match="%load_ext"):
        lineage_ext.Panel()
