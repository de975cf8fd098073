"""Which sessions still run: told by locks that end with their process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lineage_ext.store import running

pytestmark = pytest.mark.skipif(not running.KNOWN, reason="no locks of this kind")


def test_a_session_runs_until_it_lets_go(tmp_path: Path) -> None:
    """Several in one folder are told apart; nothing is left of those that ended."""
    one, two = running.hold(tmp_path, "one"), running.hold(tmp_path, "two")
    assert running.held(tmp_path) == {"one", "two"}
    one()
    assert running.held(tmp_path) == {"two"}
    two()
    two()
    assert list((tmp_path / running.FOLDER).iterdir()) == []


def test_what_a_killed_one_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """Its file isn't locked any more, so it doesn't run, and it goes when another session begins."""
    (tmp_path / running.FOLDER).mkdir()
    (tmp_path / running.FOLDER / "killed").touch()
    assert running.held(tmp_path) == frozenset()
    let_go = running.hold(tmp_path, "next")
    assert [file.name for file in (tmp_path / running.FOLDER).iterdir()] == ["next"]
    let_go()


def test_looking_keeps_nobody_from_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look at a lock is to take it for a moment: one that is about to be taken isn't looked at."""
    import fcntl

    flock = fcntl.flock

    def looked_at_meanwhile(descriptor: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        (place,) = (tmp_path / running.FOLDER).iterdir()
        seen.append((place.name, [file.name for file in running._shown(place.parent)]))
        flock(descriptor, how)

    seen: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(fcntl, "flock", looked_at_meanwhile)
    let_go = running.hold(tmp_path, "one")
    assert seen == [(".one", [])]
    assert running.held(tmp_path) == {"one"}
    let_go()


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="forks")
def test_a_forked_child_holds_nothing(tmp_path: Path) -> None:
    """A worker process that outlives its kernel doesn't make it look alive."""
    ready, wait = os.pipe(), os.pipe()
    kernel = os.fork()
    if kernel == 0:
        running.hold(tmp_path, "kernel")
        if os.fork() == 0:
            os.write(ready[1], b".")
            os.read(wait[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    os.waitpid(kernel, 0)
    left, held = [file.name for file in (tmp_path / running.FOLDER).iterdir()], running.held(tmp_path)
    os.write(wait[1], b".")
    assert (left, held) == (["kernel"], frozenset())


def test_where_there_is_no_folder_nothing_runs(tmp_path: Path) -> None:
    """Nor does a folder that can't be made raise."""
    (tmp_path / "file").touch()
    running.hold(tmp_path / "file", "one")()
    assert running.held(tmp_path / "file") == running.held(tmp_path / "none") == frozenset()
