"""The memory timeline: cells and memory over time, the brush, the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book
from tests.browser.panel_page import PanelPage

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser
LEFT, RIGHT = 52, 10  # of the plot, as in js/src/views/timeline/paint.ts
COUNT = """(colours) => {
  const canvas = document.querySelector(".lx-timeline canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return colours.map((colour) => {
    let found = 0;
    for (let i = 0; i < data.length; i += 4)
      if (colour.reduce((far, part, k) => far + Math.abs(data[i + k] - part), 0) < 40) found++;
    return found;
  });
}"""
ERROR, ACCENT = [191, 47, 42], [37, 99, 201]


def place_of(panel: PanelPage, cell: int) -> tuple[float, float, float]:
    """Left and right end of a cell's span on the page, and a height in it."""
    box = panel.page.locator(".lx-timeline").bounding_box()
    assert box is not None
    cell_of = f"[...panel.session.cells.values()].find(c => c.count === {cell})"
    time = "panel.scene.time.value"
    shares = panel.panel(f"(c => [c.started, c.ended].map(t => {time}.shorten(t) / {time}.length))({cell_of})")
    left, right = (LEFT + share * (box["width"] - LEFT - RIGHT) for share in shares)
    return box["x"] + left, box["x"] + right, box["y"] + 40


def test_a_click_on_a_span_selects_its_cell_everywhere(panel: PanelPage) -> None:
    """One selection: the graph lights what the cell made, the records mark it, the details are its own."""
    left, right, y = place_of(panel, 5)
    panel.page.mouse.click((left + right) / 2, y)
    panel.frame()
    assert panel.panel("panel.session.cells.get(panel.view.selection.value.no).count") == 5
    assert "trips" in panel.lit()
    expect(panel.page.locator(".lx-row[aria-selected=true]")).to_contain_text("[5]")
    expect(panel.page.get_by_role("complementary", name="Details")).to_contain_text("flown.merge(conditions")


def test_a_brush_filters_the_graph(panel: PanelPage) -> None:
    """Dragging over a stretch of time leaves the tables made or read in it; the button shows everything again."""
    left, right, y = place_of(panel, 9)
    panel.page.mouse.move(left - 1, y)  # its first operation reads trips
    panel.page.mouse.down()
    panel.page.mouse.move(right - 2, y, steps=5)
    panel.page.mouse.up()
    panel.frame()
    shown = panel.shown()
    assert {"totals", "report", "trips"} <= set(shown)
    assert "flights.csv.zip" not in shown
    panel.page.get_by_role("button", name="of the session is shown").click()
    panel.frame()
    assert "flights.csv.zip" in panel.shown()


def test_the_wheel_zooms_time_and_a_double_click_shows_all(panel: PanelPage) -> None:
    """The waterfall in the records follows the same stretch."""
    left, right, y = place_of(panel, 5)
    bar = panel.page.locator(".lx-row", has_text="[5]").locator(".lx-c-when i")
    before = bar.evaluate("e => parseFloat(e.style.width)")
    panel.page.mouse.move((left + right) / 2, y)
    panel.page.mouse.wheel(0, -500)
    panel.frame()
    start, end = panel.panel("panel.view.window.value")
    assert end - start < panel.panel("panel.scene.time.value.length")
    assert bar.evaluate("e => parseFloat(e.style.width)") > before
    panel.page.mouse.dblclick(left + 1, y)
    panel.frame()
    assert panel.panel("panel.view.window.value") is None


def test_keys_walk_through_cells_and_brush(panel: PanelPage) -> None:
    """Arrow keys go from cell to cell, B brushes the one selected, Escape lets go step by step."""
    timeline = panel.page.locator(".lx-timeline")
    timeline.press("ArrowLeft")
    timeline.press("ArrowLeft")
    assert panel.panel("panel.session.cells.get(panel.view.selection.value.no).count") == 10
    timeline.press("b")
    panel.frame()
    assert panel.panel("panel.view.range.value") is not None
    timeline.press("Escape")
    timeline.press("Escape")
    assert panel.panel("[panel.view.range.value, panel.view.selection.value]") == [None, None]


def test_memory_errors_and_cells_are_drawn(panel: PanelPage) -> None:
    """The curve, the red of the failed cells and the accent of the selected one are on the canvas."""
    timeline = panel.page.locator(".lx-timeline")
    timeline.press("ArrowLeft")
    timeline.press("ArrowLeft")
    timeline.press("ArrowLeft")
    panel.frame()
    error, accent = panel.page.evaluate(COUNT, [ERROR, ACCENT])
    assert error > 500
    assert accent > 200


def test_new_samples_and_a_running_cell_are_followed(new_page: NewPage) -> None:
    """While a cell runs its span grows with the memory samples."""
    book = Book()
    book.cell(a=book.read("a.csv"))
    page = new_page().open()
    page.snapshot(1, book.take())
    running = [
        "cell",
        {**book.records[-3][1], "no": 900, "count": 2, "started": 5_000, "ended": None, "state": "RUNNING"},
    ]
    assert running[1]["cell_id"]
    page.patch(2, [running], times=[5_000, 6_000], rss=[1e8, 2e8])
    first = page.panel("panel.scene.time.value.length")
    page.patch(3, [], times=[9_000], rss=[3e8])
    assert page.panel("panel.scene.time.value.length") > first
    assert page.panel("panel.session.samples.rss.length") == 3
