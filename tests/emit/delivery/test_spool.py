"""The spool keeps order and whole lines, whatever dies or fills up."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from lineage_ext.emit.delivery import spool
from lineage_ext.emit.delivery.spool import Backlog, Spool, names, segments


def read(backlog: Backlog, most: int = 1_000) -> list[bytes]:
    """Everything it has, each line marked as sent."""
    found = []
    while (line := backlog.next()) and len(found) < most:
        found.append(line)
        backlog.sent()
    return found


def test_what_is_written_is_read_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over any number of segments, while it is being written."""
    monkeypatch.setattr(spool, "SEGMENT", 50)
    writer, reader = Spool(tmp_path, "a"), Backlog(tmp_path, "a")
    found = []
    for n in range(40):
        writer.append(b"line %d\n" % n)
        if n % 7 == 0:
            found += read(reader)
    found += read(reader)
    assert found == [b"line %d\n" % n for n in range(40)]
    assert len(segments(tmp_path, "a")) <= 2


def test_a_line_is_given_again_until_it_is_marked_as_sent(tmp_path: Path) -> None:
    """A courier that dies in between sends it once more, and none is left out."""
    writer = Spool(tmp_path, "a")
    writer.append(b"1\n2\n3\n")
    first = Backlog(tmp_path, "a")
    assert [first.next(), first.next()] == [b"1\n", b"1\n"]
    first.sent()
    assert read(Backlog(tmp_path, "a")) == [b"2\n", b"3\n"]


def test_half_a_line_waits_for_its_rest(tmp_path: Path) -> None:
    """A writer that was killed leaves one; a reader that is early sees one."""
    writer, reader = Spool(tmp_path, "a"), Backlog(tmp_path, "a")
    writer.append(b"1\n")
    path = segments(tmp_path, "a")[0]
    with path.open("ab") as file:
        file.write(b"hal")
    assert read(reader) == [b"1\n"]
    with path.open("ab") as file:
        file.write(b"f\n")
    assert read(reader) == [b"half\n"]


FULL = """
import resource, sys
from pathlib import Path
from lineage_ext.emit.delivery.spool import Spool
spool = Spool(Path(sys.argv[1]), "a")
spool.append(b"first\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))  # as a disk with room for ten bytes
try:
    spool.append(b"second, too long\\n")
except OSError as error:
    print(error.errno)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
spool.append(b"third\\n")
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system has no limit for files")
def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    """The write fails as a whole, and the next one goes on where the last whole line ended."""
    told = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(errno.EFBIG)
    assert read(Backlog(tmp_path, "a")) == [b"first\n", b"third\n"]


def test_sessions_come_in_the_order_they_began(tmp_path: Path) -> None:
    """Their names are UUIDv7; a name that begins like another one's isn't mistaken for it."""
    for name in ("01b", "01a", "01a-2"):
        Spool(tmp_path, name).append(name.encode() + b"\n")
    assert list(names(tmp_path)) == ["01a", "01a-2", "01b"]
    assert read(Backlog(tmp_path, "01a")) == [b"01a\n"]
    Backlog(tmp_path, "01a").remove()
    assert "01b" in set(names(tmp_path))
