"""How the panel is told: batches from a thread of its own, of which nothing is lost and nothing is told twice."""

from __future__ import annotations

import json
import os
import time

import pytest

from lineage_ext.session import Sample
from lineage_ext.widget import activity
from lineage_ext.widget import stream as streams
from lineage_ext.widget.protocol import StaleRecord
from lineage_ext.widget.stream import FASTEST, Send
from tests import own_threads
from tests.widget.conftest import Watched
from tests.widget.front import Front, until

FRAME = "import pandas as pd\na = pd.DataFrame({'x': [1, 2, 3]})"
LOOP = "for i in range({n}): a['y'] = a['x'] + i"


def settled(watched: Watched, front: Front) -> None:
    """Wait until ``front`` has everything, the status that says so included."""
    for _ in range(3):
        watched.book.session.flush()
        until(lambda: not watched.stream._pending and front.seq == watched.stream.seq)


def state(watched: Watched) -> Front:
    """What a front end that opens now is shown."""
    return Front(watched.stream.text())


def test_patches_add_up_to_the_snapshot(watched: Watched) -> None:
    """Who watched from the beginning sees what is shown to one who opens the panel at the end."""
    front = watched.join()
    watched.book.cell(FRAME)
    watched.book.cell(LOOP.format(n=50))
    settled(watched, front)
    assert (front.gaps, len(front.of("cell")), len(front.of("operation")) > 100) == (0, 2, True)
    assert front.records == state(watched).records


def test_who_comes_late_or_missed_a_patch_is_told_everything(watched: Watched) -> None:
    """A panel opened in the middle starts from the snapshot; after a gap one ``resync`` repairs it."""
    watched.book.cell(FRAME)
    late = watched.join()
    watched.book.cell("b = a.head(2)")
    settled(watched, late)
    assert (late.gaps, len(late.of("operation"))) == (0, 2)
    late.seq -= 1  # as if a message had been lost
    watched.book.cell("c = a.tail(1)")
    until(lambda: late.gaps)
    watched.stream.resync(late)
    watched.book.cell("d = a.tail(2)")
    settled(watched, late)
    assert late.records == state(watched).records


def test_a_running_cell_is_shown_before_it_ends(watched: Watched) -> None:
    """Tables appear while a long cell runs."""
    front = watched.join()
    seen: list[int] = []
    names = {"wait": lambda: until(lambda: front.of("operation")), "look": lambda: seen.append(len(front.of("cell")))}
    watched.book.cell(FRAME + "\nwait()\nlook()", **names)
    assert seen == [1]


def test_nothing_is_sent_from_the_users_thread(watched: Watched) -> None:
    """A cell isn't kept waiting by the panel: all messages come from the stream's thread."""
    front = watched.join()
    watched.book.cell(FRAME)
    watched.book.cell(LOOP.format(n=200))
    until(lambda: len(front.of("operation")) > 400)
    assert watched.stream._thread is not None
    assert front.threads == {watched.stream._thread.ident}


def test_a_flood_is_at_most_twenty_messages_a_second(watched: Watched) -> None:
    """A server drops messages above 1000 a second, the user's own output among them."""
    front = watched.join()
    watched.book.cell(FRAME)
    watched.book.cell(LOOP.format(n=1_500))
    settled(watched, front)
    gaps = [b - a for a, b in zip(front.arrived, front.arrived[1:], strict=False)]
    assert min(gaps) >= FASTEST * 0.95
    assert len(front.of("operation")) > 3_000
    assert front.gaps == 0


def test_a_big_backlog_is_sent_in_pieces(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page gets half a megabyte at a time; the status says how much waits."""
    monkeypatch.setattr(streams, "PATCH_BYTES", 20_000)
    watched.book.cell(FRAME)
    front = watched.join()
    watched.book.cell(LOOP.format(n=300))
    until(lambda: len(front.of("operation")) > 600)
    settled(watched, front)
    assert max(front.sizes) < 90_000  # the limit, and the hundred records that passed it
    assert len(front.patches()) > 5
    assert front.records == state(watched).records


@pytest.mark.parametrize("running", [False, True])
def test_the_first_change_is_sent_at_once(watched: Watched, monkeypatch: pytest.MonkeyPatch, running: bool) -> None:
    """After a pause nothing waits, in a cell or between two: even were an hour to pass between patches, the first
    would leave now.
    """
    monkeypatch.setattr(streams, "FASTEST", 3_600.0)
    monkeypatch.setattr(streams, "SLOWEST", 3_600.0)
    monkeypatch.setattr(activity, "PATIENCE", 3_600.0)
    if running:
        watched.book.session.begin("x")
        watched.book.session.flush()
    front = watched.join()
    time.sleep(2 * streams.PROGRESS)  # it has looked what the cell does, and there was nothing to send
    watched.stream.tell(StaleRecord((), (7,)))
    until(lambda: front.of("stale"))
    watched.stream.tell(StaleRecord((), (8,)))
    time.sleep(0.5)
    assert [s["datasets"] for s in front.of("stale")] == [[7]]


def test_memory_samples_come_with_the_patches_and_with_the_snapshot(watched: Watched) -> None:
    """The curve goes on from what was sampled before the panel was opened."""
    session = watched.book.session
    session.sample(Sample(1_000_000_000, 5_000))
    session.flush()
    front = watched.join()
    session.sample(Sample(2_000_000_000, 6_000))
    settled(watched, front)
    assert front.times == [1_000.0, 2_000.0]
    assert json.loads(watched.stream.text())["rss"] == [5_000, 6_000]


def test_memory_samples_wait_for_company(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come 20 times a second: were each a patch, what an operation did would wait for the next turn."""
    monkeypatch.setattr(streams, "PROGRESS", 60.0)
    session, front = watched.book.session, watched.join()
    watched.stream.tell(StaleRecord((), (7,)))
    until(lambda: front.of("stale"))
    for at in range(5):
        session.sample(Sample(at * 1_000_000, 5_000))
        session.flush()
    time.sleep(0.2)
    assert front.times == []
    watched.stream.tell(StaleRecord((), (8,)))
    until(lambda: front.times)
    assert front.times == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_what_fell_out_of_memory_is_gone_in_the_panel_too(watched: Watched) -> None:
    """With room for ten operations the panel shows the newest ten, and so does one opened later."""
    watched.stream.state.most["operation"] = 10
    front = watched.join()
    watched.book.cell(FRAME)
    watched.book.cell(LOOP.format(n=40))
    settled(watched, front)
    assert len(front.of("operation")) == 10
    assert front.records == state(watched).records
    assert front.of("status")[0]["dropped"] > 60


def test_two_panels_are_told_the_same_and_one_may_leave(watched: Watched) -> None:
    """Each panel gets every patch; who left gets none, and without any panel nothing is collected."""
    one, two = watched.join(), watched.join()
    watched.book.cell(FRAME)
    for front in (one, two):  # one is told after the other
        settled(watched, front)
    assert one.records == two.records
    watched.stream.leave(one)
    watched.book.cell("b = a.head(1)")
    settled(watched, two)
    assert len(two.of("operation")) == len(one.of("operation")) + 1
    watched.stream.leave(two)
    watched.book.cell("b = a.head(1)")
    watched.book.session.flush()
    assert not watched.stream._pending
    assert watched.book.session.pace is None


def test_a_broken_panel_harms_nobody(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception while sending is remembered as our problem; the others are told."""
    monkeypatch.delenv("LINEAGE_STRICT")
    broken: Send = lambda *_: 1 / 0  # type: ignore[assignment, return-value]  # noqa: E731
    watched.stream.listen(broken)
    front = watched.join()
    watched.book.cell(FRAME)
    settled(watched, front)
    watched.book.session.flush()
    settled(watched, front)
    assert len(front.of("operation")) == 1
    (status,) = front.of("status")
    assert status["degraded"] == ["panel"]
    assert "panel: ZeroDivisionError: division by zero" in status["notes"]
    watched.stream.leave(broken)


def test_the_end_of_the_session_is_told(watched: Watched) -> None:
    """The last records arrive, then ``bye``; the thread ends."""
    front = watched.join()
    watched.book.cell(FRAME)
    thread = watched.stream._thread
    assert thread is not None
    watched.book.session.close()
    assert (front.bye, front.of("session")[0]["state"]) == ("closed", "COMPLETE")
    assert len(front.of("operation")) == 1
    until(lambda: not thread.is_alive())


def test_a_quiet_session_sends_nothing(watched: Watched) -> None:
    """When nothing happens no message goes out."""
    front = watched.join()
    watched.book.cell(FRAME)
    settled(watched, front)
    before = len(front.messages)
    time.sleep(1)
    assert len(front.messages) == before


def test_a_forked_child_has_no_stream_and_the_parent_goes_on(watched: Watched) -> None:
    """``os.fork`` finds no thread of ours; afterwards the panel is told what happens next."""
    from lineage_ext.hosts import wiring

    wiring.workers.append(watched.stream)
    try:
        front = watched.join()
        watched.book.cell(FRAME)
        settled(watched, front)
        child = os.fork()
        if child == 0:
            os._exit(own_threads.count())
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        watched.book.cell("b = a.head(1)")
        settled(watched, front)
        assert len(front.of("operation")) == 2
    finally:
        wiring.workers.remove(watched.stream)
