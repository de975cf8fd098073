"""How the panel stands: loading, live, running, queued, catching up, restarted, saved, ended; progress; the dock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book
from tests.browser.panel_page import RECORDED, PanelPage

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser


def state(page: PanelPage, word: str) -> None:
    """The word beside the dot."""
    expect(page.page.locator(".lx-link-state")).to_have_text(word)


@pytest.fixture
def live(new_page: NewPage) -> tuple[PanelPage, Book]:
    """A panel that has got its snapshot, with the answer to its question."""
    book = Book()
    book.cell(a=book.read("a.csv"))
    page = new_page().open()
    page.snapshot(1, book.take())
    for command in page.sent():
        page.reply(command, None)
    return page, book


def test_loading_then_live(new_page: NewPage) -> None:
    """Until something has come it says what it waits for."""
    page = new_page().open()
    state(page, "loading")
    expect(page.page.locator(".lx-notice")).to_contain_text("Waiting for the session")
    book = Book()
    book.cell(a=book.read("a.csv"))
    page.snapshot(1, book.take())
    page.reply(page.sent()[0], None)
    state(page, "live")


def test_empty(new_page: NewPage) -> None:
    """A session without any table says how to get one."""
    page = new_page().open()
    page.snapshot(1, [])
    expect(page.page.locator(".lx-notice")).to_contain_text("No table yet")


def test_a_busy_kernel_is_told_as_queued(new_page: NewPage) -> None:
    """A question that isn't answered for a moment."""
    page = new_page().recorded()
    page.page.wait_for_timeout(600)
    state(page, "queued")
    page.reply(page.sent()[0], None)
    state(page, "saved")


def test_a_missed_message_is_fetched_again(live: tuple[PanelPage, Book]) -> None:
    """One question, whatever the number of patches that didn't fit; that the kernel is busy is no reason to hide it."""
    page, book = live
    book.cell(b=book.op("merge", [book.last["a"]]))
    page.patch(5, book.take())
    page.patch(6, [])
    page.page.wait_for_timeout(500)  # by now other questions would be told as queued
    state(page, "catching up")
    assert [c["k"] for c in page.sent()].count("snapshot") == 2
    assert page.shown() == ["a", "a.csv"]
    page.snapshot(6, book.records)
    assert page.shown() == ["a", "a.csv", "b"]


def test_a_restarted_kernel_begins_anew(live: tuple[PanelPage, Book]) -> None:
    """The old session doesn't stay as if it were there."""
    page, _ = live
    page.patch(1, [], epoch="second")
    state(page, "kernel restarted")
    expect(page.page.locator(".lx-notice")).to_contain_text("restarted")
    assert page.shown() == []


def test_an_unloaded_extension_leaves_the_session(live: tuple[PanelPage, Book]) -> None:
    """Nothing follows any more, and it says so."""
    page, _ = live
    page.page.evaluate("model.tell({ k: 'bye', reason: 'unloaded' })")
    state(page, "ended")
    assert page.shown() == ["a", "a.csv"]


def test_a_saved_notebook_shows_its_session_at_once(panel: PanelPage) -> None:
    """Without a kernel, from the saved state alone."""
    assert panel.panel("panel.connection.link.value") == "saved"
    assert "trips" in panel.shown()


def test_a_reload_restores_what_was_kept(live: tuple[PanelPage, Book], new_page: NewPage) -> None:
    """What the panel keeps in its model is what it needs to begin again."""
    page, book = live
    book.cell(b=book.op("merge", [book.last["a"]]))
    page.patch(2, book.take())
    page.page.wait_for_function("model.get('snapshot') !== ''")
    again = new_page().open(page.page.evaluate("model.get('snapshot')"))
    assert again.shown() == ["a", "a.csv", "b"]


def test_two_views_share_one_session_and_not_their_selection(live: tuple[PanelPage, Book]) -> None:
    """``Create New View for Output``: the same tables, another zoom."""
    page, _ = live
    page.page.evaluate(
        "() => { const other = document.createElement('div'); other.style.height = '600px'; other.id = 'other';"
        " document.body.append(other); draw(other); }"
    )
    page.frame()
    page.page.evaluate("() => { globalThis.both = [...document.querySelectorAll('.lx')].map(e => e.lineage); }")
    assert page.page.evaluate("both[0].session === both[1].session && both[0].view !== both[1].view")


def test_the_picture_can_be_held_still(live: tuple[PanelPage, Book]) -> None:
    """The session goes on, the graph waits; following again shows what came."""
    page, book = live
    page.tool("Hold the picture still")
    book.cell(b=book.op("merge", [book.last["a"]]))
    page.patch(2, book.take())
    assert page.shown() == ["a", "a.csv"]
    page.tool("Follow the session again")
    page.settle()
    assert page.shown() == ["a", "a.csv", "b"]


def progress(**fields: Any) -> list[Any]:
    """A progress record."""
    plain = {"cell": 9, "parent": None, "operations": 120, "rows": 4_000_000, "elapsed": 65_000.0, "at": None}
    return ["progress", {**plain, "text": "", "name": "", "since": 0.0, "bars": [], **fields}]


def test_a_running_cell_shows_its_progress(live: tuple[PanelPage, Book]) -> None:
    """Operations, rows, time, what takes long, and the user's own loops, nested; gone with the end of the cell."""
    page, book = live
    before = next(value for kind, value in book.records if kind == "cell")
    cell = {**before, "no": 9, "count": 2, "ended": None, "state": "RUNNING"}
    bars = [["1", "epochs", 3, 10, 0.5, None], ["2", "batches", 40, None, None, "1"]]
    page.patch(2, [["cell", cell], progress(bars=bars, name="pandas.DataFrame.merge", since=3_000.0)])
    state(page, "running")
    running = page.page.get_by_role("group", name="Running")
    for text in (
        "1 m 05 s",
        "120 operations",
        "4.0M rows",
        "merge for 3.0 s",
        "epochs",
        "3 / 10",
        "14 s left",
        "batches",
    ):
        expect(running).to_contain_text(text)
    indent = "e => e.style.paddingLeft"
    assert [bar.evaluate(indent) for bar in running.locator(".lx-bar").all()] == ["0px", "12px"]
    page.patch(3, [["cell", {**cell, "ended": 99_000, "state": "COMPLETE"}]])
    expect(running).to_have_count(0)


def test_tables_of_a_running_cell_appear_before_it_ends(live: tuple[PanelPage, Book]) -> None:
    """The moving end of a chain of operations is one node that keeps its place."""
    page, book = live
    book.op("merge", [book.last["a"]])
    book.cell()
    records = [r for r in book.take() if r[0] != "names"]
    for kind, value in records:
        if kind == "cell":
            value.update(ended=None, state="RUNNING")
    page.patch(2, records)
    assert page.shown() == ["a", "a.csv", "merge …"]
    expect(page.near("merge …").locator("[data-mark=running]")).to_be_visible()


def test_what_needs_attention_is_in_the_status_line(live: tuple[PanelPage, Book]) -> None:
    """Coverage and overhead always; what was dropped or failed when there is something to say."""
    page, _ = live
    status = {
        "cells": 1, "operations": 200, "datasets": 90, "opaque": 3, "inferred": 12, "coverage": 0.985, "own_ms": 12.5,
        "own_share": 0.004, "beside_ms": 80.0, "dropped": 7, "degraded": ["store"], "queued": 0,
        "notes": ["a pandas function was left alone"], "paused": True,
    }  # fmt: skip
    page.patch(2, [["status", status]])
    line = page.page.locator(".lx-status")
    for text in ("200 operations", "99 % explained", "overhead 0.4 %", "7 records dropped", "store failed", "1 note"):
        expect(line).to_contain_text(text)
    state(page, "paused")


DOCK = """
globalThis.docked = [];
globalThis.lineageDock = {
  version: 1,
  open(panel) {
    const el = document.createElement('aside'); el.id = 'dock'; el.style.height = '500px'; document.body.append(el);
    const end = panel.mount(el); const entry = { panel, el, revealed: 0, end }; docked.push(entry);
    return { close: () => { end(); el.remove(); }, reveal: () => { entry.revealed += 1; } };
  },
  status(key, item) { globalThis.item = item && { key, ...item }; },
  goto: () => true, cells: () => null,
};
document.dispatchEvent(new Event('lineage-dock'));
"""


def test_a_docked_panel_opens_once_there_is_a_dock(new_page: NewPage) -> None:
    """In the side panel, with its numbers in the status bar; below the cell stands only the way there."""
    page = new_page().open(RECORDED.read_text(encoding="utf-8"), draw=False, docked=True, title="first.ipynb")
    page.page.evaluate(DOCK)
    page.page.evaluate("draw()")
    expect(page.page.locator("#dock .lx")).to_be_visible()
    expect(page.page.locator("#host .lx")).to_have_count(0)
    page.page.locator("#host button").click()
    assert page.page.evaluate("docked[0].revealed") == 1
    page.snapshot(2, [["status", {"operations": 5, "coverage": 1, "own_share": 0.01, "degraded": [], "notes": []}]])
    assert page.page.evaluate("item.text") == "Lineage 100 % · overhead 1.0 %"
    assert page.page.evaluate("item.key") == "first.ipynb"


def test_closing_the_dock_is_told_to_the_kernel(new_page: NewPage) -> None:
    """And hiding it from the kernel takes it away."""
    page = new_page().open(RECORDED.read_text(encoding="utf-8"), draw=False, docked=True, title="first.ipynb")
    page.page.evaluate(DOCK)
    page.page.evaluate("docked[0].end(); docked[0].el.remove(); docked[0].panel.closed()")
    assert page.page.evaluate("[model.get('docked'), model.saved]") == [False, 1]
    page.page.evaluate("model.set('docked', true)")
    assert page.page.evaluate("docked.length") == 2
    page.page.evaluate("model.set('docked', false)")
    expect(page.page.locator("#dock .lx")).to_have_count(0)


def test_a_widget_that_ends_takes_everything_away(panel: PanelPage) -> None:
    """No listener stays behind: later messages change nothing and raise nothing."""
    panel.page.evaluate("end()")
    panel.page.evaluate("patch(99, [])")
    assert panel.page.evaluate("model.listeners['msg:custom'].length") == 0
