"""Events arrive, in order, whatever the backend does; the session's own process waits for nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lineage_ext.emit.delivery import lock, processes
from lineage_ext.emit.delivery.sender import Sender
from lineage_ext.emit.delivery.spool import segments
from tests.emit.delivery.backend import backend, configure, couriers, gone, wait_for
from tests.emit.delivery.lines import line, numbers

MOST = 10_000_000
KILLED = """
import os, pathlib, sys
from lineage_ext.emit.delivery.sender import Sender
from tests.emit.delivery.lines import line
sender = Sender(pathlib.Path(sys.argv[1]), "01", 10**7)
for n in range(3):
    sender.put(line(n))
sender.flush()
os.kill(os.getpid(), 9)
"""


def run(source: str, folder: Path) -> str:
    """What a process of its own prints; nothing of it may go to stderr."""
    command = [sys.executable, "-c", source, str(folder)]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("state", ["refusing", "hanging", "unavailable", "dying"])
def test_a_backend_that_fails_gets_everything_in_order_once_it_is_well(
    state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, the order kept, and what came before the failure isn't sent again."""
    with backend(state) as server:
        configure(monkeypatch, URL=server.url, **{"_TRANSPORT__TIMEOUT": "1"} if state == "hanging" else {})
        sender = Sender(tmp_path, "01", MOST)
        for n in range(6):
            sender.put(line(n))
            sender.flush()
        wait_for(lambda: (sender.news() or sender).problem)
        assert "wait" in sender.told()
        server.become("well")
        for n in range(6, 10):
            sender.put(line(n))
        sender.flush()
        wait_for(lambda: len(server.events) == 10)
        wait_for(lambda: not (sender.news() or sender).problem)  # the last answer is known, too
        sender.close(30)
        assert numbers(server.events) == list(range(10))
        assert "10 sent" in sender.told()
        wait_for(lambda: not list(tmp_path.iterdir()))


def test_what_wasnt_sent_is_sent_by_the_next_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its own events. A session whose process was killed counts, too."""
    with backend("refusing") as server:
        configure(monkeypatch, URL=server.url)
        run(KILLED, tmp_path)
        wait_for(lambda: gone(tmp_path, 1))  # while it runs, its session's events are its own to send
        second = Sender(tmp_path, "02", MOST)
        second.put(line(3))
        second.close(30)
        wait_for(lambda: gone(tmp_path, 2))
        assert [path.name for path in segments(tmp_path)] == ["01-000001.ndjson", "02-000001.ndjson"]
        server.become("well")
        third = Sender(tmp_path, "03", MOST)
        third.put(line(4))
        third.close(60)
        assert numbers(server.events) == [0, 1, 2, 2, 1, 0, 3, 4]


def test_what_another_courier_leaves_is_sent_as_soon_as_that_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that is restarted at once begins while the courier of the one before may still be giving up."""
    with backend("refusing") as server:
        configure(monkeypatch, URL=server.url)
        run(KILLED, tmp_path)
        wait_for(lambda: gone(tmp_path, 1))
        server.become("well")
        held = lock.take(tmp_path / "01.lock")
        assert held is not None
        sender = Sender(tmp_path, "02", MOST)
        sender.put(line(3))
        sender.flush()
        wait_for(lambda: server.events)
        lock.release(held)
        wait_for(lambda: len(server.events) == 7)
        sender.put(line(4))
        sender.close(60)
        assert numbers(server.events) == [3, 0, 1, 2, 2, 1, 0, 4]


def test_an_event_that_is_refused_doesnt_hold_up_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """400 says something of the event, 401 of the way to the backend: the one is dropped and told, the other waits."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        answers = {1: [400], 3: [401, 429, 500]}
        server.answer = lambda event: (answers.get(numbers([event])[0]) or [201]).pop(0)
        sender = Sender(tmp_path, "01", MOST)
        for n in range(5):
            sender.put(line(n))
        sender.flush()
        wait_for(lambda: len(server.events) == 4)
        sender.close(30)
        assert numbers(server.events) == [0, 2, 3, 4]
        assert "4 sent, 1 refused (400" in sender.told()


def test_what_fits_nowhere_is_dropped_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The spool is bounded; so is memory where no disk takes anything. Both say so."""
    with backend("refusing") as server:
        configure(monkeypatch, URL=server.url)
        size = len(line(0, 1_000))
        full = Sender(tmp_path / "bounded", "01", 5 * size)
        for n in range(8):
            full.put(line(n, 1_000))
            full.flush()
        assert full.dropped == 3
        assert "3 dropped" in full.told()
        (tmp_path / "file").touch()
        nowhere = Sender(tmp_path / "file" / "folder", "01", MOST)
        monkeypatch.setattr("lineage_ext.emit.delivery.sender.MOST_QUEUED", 4 * size)
        for n in range(6):
            nowhere.put(line(n, 1_000))
            nowhere.flush()
        assert nowhere.dropped == 2
        assert "can't be written" in nowhere.told()
        nowhere.close(5)


def test_while_the_disk_is_full_events_wait_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And go out in order when there is room again."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        folder = tmp_path / "spool"
        folder.touch()  # nothing can be written below a file
        sender = Sender(folder, "01", MOST)
        for n in range(3):
            sender.put(line(n))
            sender.flush()
        folder.unlink()
        sender.put(line(3))
        sender.flush()
        wait_for(lambda: len(server.events) == 4)
        sender.close(30)
        assert numbers(server.events) == [0, 1, 2, 3]


ASYNC = pytest.param(
    "async_http",
    marks=pytest.mark.skipif(
        importlib.util.find_spec("openlineage.client.transport.async_http") is None,
        reason="openlineage-python has no async_http before 1.35",
    ),
)


@pytest.mark.parametrize("how", ["file", "composite", "yml", ASYNC, "nested variables"])
def test_the_clients_own_configuration_counts(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the client can be told by its variables and files, events go there."""
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "events.ndjson"
    file = {"type": "file", "log_file_path": str(log), "append": True}
    with backend() as server:
        web = {"type": "http", "url": server.url}
        configure(monkeypatch, **_variables(how, file, web, tmp_path))
        sender = Sender(tmp_path / "spool", "01", MOST)
        for n in range(3):
            sender.put(line(n))
        sender.close(60)
        if how in ("file", "composite", "yml"):
            assert numbers([json.loads(text) for text in log.read_text().splitlines()]) == [0, 1, 2]
        if how in ("composite", "async_http", "nested variables"):
            assert numbers(server.events) == [0, 1, 2]
        if how == "nested variables":
            assert server.headers[0]["Authorization"] == "Bearer key"


def _variables(how: str, file: dict[str, object], web: dict[str, object], folder: Path) -> dict[str, str]:
    if how == "file":
        return {"_TRANSPORT__TYPE": "file", "_TRANSPORT__LOG_FILE_PATH": str(file["log_file_path"]),
                "_TRANSPORT__APPEND": "true"}  # fmt: skip
    if how == "composite":
        return {"_TRANSPORT": json.dumps({"type": "composite", "transports": [file, web]})}
    if how == "async_http":
        return {"_TRANSPORT__TYPE": "async_http", "_TRANSPORT__URL": str(web["url"])}
    if how == "nested variables":
        return {"_TRANSPORT__TYPE": "http", "_TRANSPORT__URL": str(web["url"]),
                "_TRANSPORT__AUTH": '{"type": "api_key", "apiKey": "key"}'}  # fmt: skip
    (folder / "openlineage.yml").write_text(json.dumps({"transport": file}))
    return {}


def test_a_client_that_cant_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The events stay where they are."""
    configure(monkeypatch, _TRANSPORT__TYPE="no.such.Transport")
    sender = Sender(tmp_path, "01", MOST)
    sender.put(line(0))
    sender.close(60)
    assert "the client can't be used" in sender.told()
    assert "1 wait" in sender.told()
    assert len(segments(tmp_path)) == 1


CHILDLESS = """
import os, sys, pathlib
from lineage_ext.emit.delivery.sender import Sender
from tests.emit.delivery.lines import line
sender = Sender(pathlib.Path(sys.argv[1]), "01", 10**7)
sender.put(line(0))
sender.flush()
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no child")
sender.close(60)
"""


def test_the_courier_is_no_child_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that waits for all of its children, as old ones do, isn't held up by it."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        assert run(CHILDLESS, tmp_path) == "no child\n"
        assert numbers(server.events) == [0]


def test_a_courier_that_is_killed_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next event that is put in brings another, which goes on where the first was."""
    monkeypatch.setattr("lineage_ext.emit.delivery.sender.PATIENCE", 0.0)
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        sender = Sender(tmp_path, "01", MOST)
        sender.put(line(0))
        sender.flush()
        wait_for(lambda: sender.news() is not None and "1 sent" in sender.told())
        [courier] = couriers(tmp_path)
        os.kill(courier, 9)
        wait_for(lambda: not processes.alive(courier))
        sender.put(line(1))
        sender.flush()
        wait_for(lambda: len(server.events) == 2)
        sender.close(30)
        assert numbers(server.events) == [0, 1]


def test_a_folder_that_is_deleted_meanwhile_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after that is sent, and nothing goes on working in the old one."""
    monkeypatch.setattr("lineage_ext.emit.delivery.sender.PATIENCE", 0.0)
    folder = tmp_path / "spool"
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        sender = Sender(folder, "01", MOST)
        sender.put(line(0))
        sender.flush()
        wait_for(lambda: sender.news() is not None and "1 sent" in sender.told())
        [courier] = couriers(folder)
        shutil.rmtree(folder)
        wait_for(lambda: not processes.alive(courier))
        sender.put(line(1))
        sender.close(60)
        assert numbers(server.events) == [0, 1]


def test_it_ends_when_its_session_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that was written by then is sent; runs that hadn't ended are aborted, the last one first."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        run(KILLED, tmp_path)
        wait_for(lambda: len(server.events) == 6)
        wait_for(lambda: not list(tmp_path.iterdir()))
        assert [e["eventType"] for e in server.events] == ["START"] * 3 + ["ABORT"] * 3
        assert numbers(server.events) == [0, 1, 2, 2, 1, 0]


def test_runs_of_a_killed_session_are_aborted_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody took its events while it ran; once, and after what it had written."""
    with backend("refusing") as server:
        configure(monkeypatch, URL=server.url)
        run(KILLED, tmp_path)
        wait_for(lambda: gone(tmp_path, 1))
        server.become("well")
        for n in (3, 4):
            sender = Sender(tmp_path, f"0{n}", MOST)
            sender.put(line(n))
            sender.close(60)
        assert numbers(server.events) == [0, 1, 2, 2, 1, 0, 3, 4]


def test_a_forked_child_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its parent does, and everything once."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        sender = Sender(tmp_path, "01", MOST)
        sender.put(line(0))
        child = os.fork()
        if child == 0:
            try:
                sender.put(line(9))
                sender.flush()
                sender.close(1)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        sender.put(line(1))
        sender.close(60)
        assert numbers(server.events) == [0, 1]


IMPORTED = """
import os, pathlib, sys
before = dict(os.environ)
from lineage_ext.emit.delivery.sender import Sender
from tests.emit.delivery.lines import line
sender = Sender(pathlib.Path(sys.argv[1]), "01", 10**7)
sender.put(line(0))
sender.close(60)
print(sender.told(), [m for m in ("openlineage", "requests", "yaml", "attr") if m in sys.modules])
assert dict(os.environ) == before
"""


def test_nothing_of_the_client_is_in_our_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending imports none of it: no second of start, no logging, no environment changed, no requests patched."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        assert run(IMPORTED, tmp_path).strip().endswith("1 sent []")
        assert numbers(server.events) == [0]
