"""The cache of instrumented code: fast, private, and never trusted further than it deserves."""

from __future__ import annotations

import marshal
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lineage_ext.capture import code_cache, interception, pandas_functions
from lineage_ext.capture.interception import Report
from tests.capture.journal import Journal, installed

NAMES = {"__init__", "__getitem__", "__setitem__", "__add__", "__mul__", "merge", "sum", "mean", "head", "pivot"}
TARGETS = [t for t in pandas_functions.targets() if t.owner in {"DataFrame", "OpsMixin"} and t.name in NAMES]
posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has a cache folder of its own."""
    monkeypatch.setenv("LINEAGE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "code"


def load() -> Report:
    """Install, use and restore; the report of it."""
    journal = Journal()
    with installed(TARGETS, journal) as report:
        assert pd.DataFrame({"a": [1, 2]})["a"].sum() == 3
        assert "DataFrame.__getitem__" in journal.keys
    return report


def the_file() -> Path:
    """The cache file of the running interpreter."""
    return code_cache.path("pandas")


def test_the_second_load_compiles_nothing() -> None:
    """The first load writes the cache, the second takes everything from it."""
    assert not load().from_cache
    second = load()
    assert second.from_cache
    assert second.note == ""
    assert second.installed == len(TARGETS)


def test_all_functions_come_from_the_cache() -> None:
    """No function's code differs from itself after a round through the file."""
    everything = [*pandas_functions.targets(), *pandas_functions.quiet()]
    with installed(everything) as first:
        assert not first.from_cache
    started = time.process_time()
    with installed(everything) as second:
        assert second.from_cache
        assert time.process_time() - started < 0.15  # 12-23 ms, compiling takes 400


def test_cached_and_fresh_code_are_the_same() -> None:
    """What comes from the cache equals what would be compiled, down to columns."""
    interception.install(TARGETS, Journal().hooks)
    fresh = [t.function.__code__ for t in TARGETS]
    interception.restore()
    interception.install(TARGETS, Journal().hooks)
    cached = [t.function.__code__ for t in TARGETS]
    interception.restore()
    for a, b in zip(fresh, cached, strict=True):
        assert (a.co_code, a.co_linetable, a.co_exceptiontable, a.co_filename) == (
            b.co_code, b.co_linetable, b.co_exceptiontable, b.co_filename,
        )  # fmt: skip
        assert list(a.co_positions()) == list(b.co_positions())


@posix
def test_only_the_user_can_read_and_write_it(folder: Path) -> None:
    """The file has mode 0600, its folder 0700, whatever the umask."""
    before = os.umask(0)
    try:
        load()
    finally:
        os.umask(before)
    assert stat.S_IMODE(the_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def truncated(file: Path) -> None:
    """A full disk, a kill."""
    file.write_bytes(file.read_bytes()[:5000])


def emptied(file: Path) -> None:
    """A crash before the data reached the disk."""
    file.write_bytes(b"")


def one_bit(file: Path) -> None:
    """A failing disk."""
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(bytes(data))


def another_key(file: Path) -> None:
    """A file copied from another installation."""
    data = file.read_bytes()
    at = len(code_cache.MAGIC)
    file.write_bytes(data[:at] + bytes(code_cache.DIGEST) + data[at + code_cache.DIGEST :])


def garbage(file: Path) -> None:
    """Not ours at all."""
    file.write_bytes(os.urandom(10_000))


def writable_by_others(file: Path) -> None:
    """Anybody may have changed it."""
    file.chmod(0o666)


def folder_writable_by_others(file: Path) -> None:
    """Anybody may have put it there."""
    file.parent.chmod(0o777)


def a_link(file: Path) -> None:
    """It lies elsewhere, where we don't look at owners."""
    elsewhere = file.with_name("elsewhere")
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def a_pipe(file: Path) -> None:
    """Opening it must not wait for a writer."""
    file.unlink()
    os.mkfifo(file, 0o600)


DAMAGES = [truncated, emptied, one_bit, another_key, garbage]
FOREIGN = [writable_by_others, folder_writable_by_others, a_link, a_pipe]


@pytest.mark.parametrize("damage", [*DAMAGES, *(pytest.param(f, marks=posix) for f in FOREIGN)])
def test_a_bad_file_is_refused_and_replaced(damage: Callable[[Path], None]) -> None:
    """The user sees half a second, no error; the next load is fast again."""
    load()
    damage(the_file())
    report = load()
    assert not report.from_cache
    assert report.installed == len(TARGETS)
    assert report.skipped == ()
    assert load().from_cache
    assert load().note == ""


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_files_of_other_users_are_refused(what: str) -> None:
    """A cache planted by someone else is never run."""
    load()
    os.chown(the_file() if what == "file" else the_file().parent, 12345, -1)
    with pytest.raises(code_cache.Refused, match="another user"):
        code_cache.read("pandas")
    report = load()
    assert not report.from_cache
    assert report.installed == len(TARGETS)


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cache everything works, and the report says why there is none."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LINEAGE_CACHE_DIR", str(tmp_path / "file"))
    report = load()
    assert report.installed == len(TARGETS)
    assert report.note


def test_it_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty LINEAGE_CACHE_DIR: nothing is written anywhere."""
    monkeypatch.setenv("LINEAGE_CACHE_DIR", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert not load().from_cache
    assert not load().from_cache
    assert list(tmp_path.rglob("*.code")) == []


def test_the_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_CACHE_HOME if absolute, else ~/.cache."""
    monkeypatch.delenv("LINEAGE_CACHE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert code_cache.folder() == tmp_path / "x" / "lineage_ext" / "code"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert code_cache.folder() == tmp_path / ".cache" / "lineage_ext" / "code"


@pytest.mark.parametrize("fact", ["pandas version", "interpreter"])
def test_another_version_has_another_file(fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade never meets the code of the version before."""
    before = code_cache.path("pandas")
    if fact == "interpreter":
        monkeypatch.setattr(sys, "version", "3.99.0")
    else:
        monkeypatch.setattr(pd, "__version__", "99.0")
    assert code_cache.path("pandas") != before


def test_a_changed_function_gets_nothing_from_the_cache() -> None:
    """A function patched since the cache was written doesn't match what lies beside its template."""
    load()
    original = pd.DataFrame.merge.__code__
    pd.DataFrame.merge.__code__ = original.replace(co_consts=(*original.co_consts, "patched"))
    try:
        report = load()
        assert [s.key for s in report.skipped] == ["DataFrame.merge"]
        assert report.from_cache
    finally:
        pd.DataFrame.merge.__code__ = original


def test_old_files_are_tidied_away(folder: Path) -> None:
    """Upgrades don't fill the disk."""
    load()
    for i in range(20):
        old = folder / f"pandas-{i}.code"
        old.write_bytes(b"old")
        os.utime(old, (i, i))
    the_file().unlink()
    load()
    left = list(folder.iterdir())
    assert len(left) == code_cache.MOST_FILES
    assert the_file() in left


def test_two_kernels_starting_at_once_leave_one_good_file() -> None:
    """Whoever writes last replaces the file as a whole."""
    program = (
        "from lineage_ext.capture import pandas_functions as p; from tests.capture.journal import Journal, installed\n"
        "with installed(p.targets()) as r: assert r.installed > 700, r\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) for _ in range(3)]
    assert [process.wait(300) for process in running] == [0, 0, 0]
    assert len(marshal.loads(the_file().read_bytes()[len(code_cache.MAGIC) + 2 * code_cache.DIGEST :])) > 500
    assert [f.suffix for f in the_file().parent.iterdir()] == [".code"]
