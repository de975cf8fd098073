"""The records: a virtual grid of cells and operations, sorted, searched, and a waterfall of spans."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book
from tests.browser.panel_page import PanelPage

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser


def test_cells_come_newest_first_with_their_cost(panel: PanelPage) -> None:
    """Time, CPU, memory and status at a glance."""
    rows = panel.page.locator(".lx-row[data-kind=cell]")
    expect(rows.first).to_contain_text("[11]")
    expect(rows.nth(1)).to_contain_text('report["delay_pct"] / report["departures"]')
    expect(rows.nth(1).locator(".lx-state")).to_have_attribute("data-state", "FAIL")
    assert rows.first.locator(".lx-c-duration").inner_text().endswith(("ms", "s"))


def test_a_cell_opens_to_its_operations(panel: PanelPage) -> None:
    """Operations with their rows in and out."""
    cell = panel.page.locator(".lx-row", has_text="[9]")
    cell.get_by_role("button", name="Show operations").click()
    expect(cell.get_by_role("button", name="Hide operations")).to_have_count(1)
    panel.page.locator(".lx-rows").evaluate("e => { e.scrollTop = 200; }")
    operation = panel.page.locator(".lx-row[data-kind=operation]", has_text="[ ]").filter(has_text="→")
    expect(operation.first).to_be_visible()


def test_a_click_on_an_operation_selects_it_everywhere(panel: PanelPage) -> None:
    """The graph lights where it went, the details show its source."""
    panel.tool("Show all operations")
    row = panel.page.locator(".lx-row[data-kind=operation]").first
    row.click()
    panel.frame()
    assert panel.panel("panel.view.selection.value.kind") == "operation"
    assert "flights" in panel.lit()
    expect(panel.page.get_by_role("complementary", name="Details")).to_contain_text("pandas.")


def test_columns_sort(panel: PanelPage) -> None:
    """Once by the column, largest first; once more back to the order in which cells ran."""
    heads = panel.page.get_by_role("columnheader")
    heads.get_by_role("button", name="Time").click()
    cells = "[...panel.session.cells.values()]"
    longest = panel.panel(f"{cells}.sort((a, b) => b.ended - b.started - (a.ended - a.started))[0].count")
    first = panel.page.locator(".lx-row[data-kind=cell]").first
    expect(first).to_contain_text(f"[{longest}]")
    heads.get_by_role("button", name="Time").click()
    expect(first).to_contain_text("[11]")


def test_the_search_field_filters_rows(panel: PanelPage) -> None:
    """By source text and by names of operations."""
    panel.page.get_by_role("combobox").fill("pivot_table")
    panel.frame()
    rows = panel.page.locator(".lx-row[data-kind=cell]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("[7]")


def test_only_rows_in_sight_are_drawn(new_page: NewPage) -> None:
    """Two thousand cells are some twenty elements; the last one is a key press away."""
    book = Book()
    for i in range(2_000):
        book.cell(source=f"cell number {i}")
    page = new_page().open(book.snapshot())
    rows = page.page.locator(".lx-row[data-kind=cell]")
    assert rows.count() < 40
    grid = page.page.get_by_role("treegrid")
    expect(grid).to_have_attribute("aria-rowcount", "2001")
    grid.press("End")
    page.frame()
    expect(rows.last).to_contain_text("cell number 0")
    expect(page.page.locator(".lx-row[aria-selected=true]")).to_contain_text("cell number 0")


def test_together_the_bars_are_a_waterfall(panel: PanelPage) -> None:
    """Each bar begins where the one of the cell before ended, on the scale of the timeline."""
    lefts = panel.page.locator(".lx-row[data-kind=cell] .lx-c-when i").evaluate_all(
        "bars => bars.map(b => parseFloat(b.style.left))"
    )
    assert lefts == sorted(lefts, reverse=True)
    assert len(set(lefts)) == len(lefts)


def test_go_to_cell(new_page: NewPage) -> None:
    """``[n]`` shows the cell in the notebook; that of a deleted cell can't be pressed."""
    book = Book()
    gone = book.cell(a=book.read("a.csv"))
    book.cell(b=book.op("merge", [book.last["a"]]))
    page = new_page().open(book.snapshot(), draw=False)
    page.page.evaluate(
        "globalThis.went = []; globalThis.lineageDock = { goto: (id) => went.push(id) > 0 }; void draw()"
    )
    page.patch(2, [["deleted", {"cells": [gone]}]])
    page.page.get_by_role("treegrid").get_by_role("button", name="Go to cell 2").click()
    assert page.page.evaluate("went") == ["cell-2"]
    expect(page.page.get_by_role("treegrid").get_by_role("button", name="Go to cell 1")).to_be_disabled()
