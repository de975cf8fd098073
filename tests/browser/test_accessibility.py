"""For everyone: no serious fault, everything by keyboard; motion and colours follow the system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.book import Book
from tests.browser.panel_page import PanelPage
from tests.browser.report_page import report

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CLOSED = 42  # px a card without columns is high
PIXEL = """(() => {
  const { camera: { x, y, scale }, boxes, host } = panel.stage.value;
  const box = boxes.get('v:trips');
  const inside = [x + (box.x + box.width) * scale - 6, y + (box.y + box.height) * scale - 4];
  return host.querySelector('canvas').getContext('2d').getImageData(...inside, 1, 1).data[0];
})()"""  # how red a box is, where nothing is written on it
SIZES = {"narrow": (380, 700), "side": (420, 800), "medium": (700, 800), "wide": (1200, 800)}


def faults(page: Page, within: str = ".lx") -> list[str]:
    """Serious and critical ones, with where they are."""
    found: dict[str, Any] = Axe().run(page, within).response
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_axe_finds_no_serious_fault(new_page: NewPage, size: tuple[int, int]) -> None:
    """With a table's details open, and with a column traced; in both themes."""
    panel = new_page(size=size).recorded()
    for name in ("trips", "delay_pct"):
        panel.find(name)
        for theme in THEMES:
            panel.page.emulate_media(color_scheme=theme)
            panel.frame()
            assert faults(panel.page) == []


@pytest.mark.parametrize("tables", [0, 300])
def test_axe_finds_no_serious_fault_in_little_and_in_much(new_page: NewPage, tables: int) -> None:
    """Before there is a table, and with as many as are drawn on the canvas; narrow, in both themes."""
    book = Book()
    for n in range(tables):
        book.cell(**{f"t{n}": book.read(f"t{n}.csv", ["a", "b"])})
    panel = new_page(size=(420, 860)).open(book.snapshot())
    for theme in THEMES:
        panel.page.emulate_media(color_scheme=theme)
        panel.frame()
        assert faults(panel.page) == []


def test_axe_finds_no_serious_fault_in_what_opens(panel: PanelPage) -> None:
    """Menus, the list of hits, an operation's and a failed cell's details, the bar of a focus, heat."""
    panel.page.get_by_role("button", name="More", exact=True).click()
    assert faults(panel.page) == []
    panel.page.keyboard.press("Escape")
    panel.page.get_by_role("combobox").fill("merge")
    assert faults(panel.page) == []
    panel.find("1+trips+")
    panel.menu("Heat", "Time it took")
    panel.page.locator(".lx-row", has_text="[10]").click()
    assert faults(panel.page) == []


def test_axe_finds_no_serious_fault_in_a_report(browser: Browser, tmp_path: Path) -> None:
    """The whole page, in both themes, with all operations and a table's details open."""
    page = browser.new_page(viewport={"width": 1300, "height": 900}, reduced_motion="reduce")
    page.goto(report(tmp_path))
    page.get_by_role("combobox").fill("trips")
    page.get_by_role("combobox").press("Enter")
    page.get_by_role("button", name="Show all operations").click()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert faults(page, "html") == []
    page.close()


def focused(panel: PanelPage) -> str:
    """Label, or text, of what has the focus."""
    label: str = panel.page.evaluate(
        "(e => e.getAttribute('aria-label') || e.textContent || e.tagName)(document.activeElement)"
    )
    return label


def tab_to(panel: PanelPage, name: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(80):
        if focused(panel).startswith(name):
            return
        panel.page.keyboard.press("Tab")
    raise AssertionError(f"Tab doesn't reach {name}; it ended at {focused(panel)}")


def selected(panel: PanelPage) -> str:
    """Title of the table that is selected."""
    panel.frame()
    title: str = panel.panel("panel.scene.selected()[0].title")
    return title


def test_the_graph_is_walked_by_keyboard(panel: PanelPage) -> None:
    """Tab reaches it, arrow keys walk along lineage, Space shows columns; each step is told."""
    keyboard = panel.page.keyboard
    tab_to(panel, "Find anything")
    keyboard.type("flown")
    keyboard.press("Enter")
    assert selected(panel) == "flown"
    tab_to(panel, "Lineage graph")
    keyboard.press("ArrowRight")
    assert selected(panel) == "trips"
    for _ in range(3):
        keyboard.press("ArrowLeft")
    assert selected(panel) == "flights.csv.zip"
    status = panel.page.locator(".lx-graph [role=status]")
    expect(status).to_contain_text("flights.csv.zip")
    expect(status).to_contain_text("used by flights")
    keyboard.press("ArrowDown")
    assert selected(panel) == "weather.csv"
    keyboard.press("Space")
    panel.frame()
    assert panel.panel("panel.stage.value.boxes.get(panel.scene.selected()[0].key).height") > CLOSED


def test_all_views_are_walked_by_keyboard(panel: PanelPage) -> None:
    """Timeline, records, details and the bars between them, in this order."""
    keyboard = panel.page.keyboard
    tab_to(panel, "Height of the timeline")
    keyboard.press("ArrowUp")
    assert panel.page.locator("[role=separator]").first.get_attribute("aria-valuenow") == "128"
    tab_to(panel, "Memory timeline")
    keyboard.press("ArrowLeft")
    tab_to(panel, "Cells and operations")
    for key in ("Home", "ArrowRight", "ArrowDown", "Enter"):
        keyboard.press(key)
        panel.frame()
    assert panel.panel("panel.view.selection.value.kind") == "operation"
    tab_to(panel, "Close details")
    keyboard.press("Escape")
    expect(panel.page.get_by_role("complementary", name="Details")).to_have_count(0)


def test_menus_are_walked_by_keyboard(panel: PanelPage) -> None:
    """Enter opens, arrow keys choose, Escape gives the focus back."""
    button = panel.page.get_by_role("button", name="Heat", exact=True)
    button.press("Enter")
    panel.page.wait_for_function("document.activeElement.getAttribute('role') === 'menuitemradio'")
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("Enter")
    assert panel.panel("panel.view.heat.value") == "memory"
    button.press("Enter")
    panel.page.keyboard.press("Escape")
    assert focused(panel) == "Heat"


def test_keys_of_the_panel_dont_reach_the_notebook(panel: PanelPage) -> None:
    """Arrow keys, Enter, Escape, letters: a notebook would move its selection or delete a cell."""
    panel.page.evaluate(
        "() => { globalThis.heard = []; document.addEventListener('keydown', e => heard.push(e.key)); }"
    )
    for place in (".lx-graph", ".lx-timeline", ".lx-rows", ".lx-search input"):
        for key in ("ArrowDown", "d", "Enter", "Escape"):
            panel.page.locator(place).press(key)
    assert panel.page.evaluate("heard") == []
    panel.page.locator(".lx-graph").press("Control+s")
    assert panel.page.evaluate("heard") == ["Control", "s"]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_motion_is_reduced_for_who_asked_for_it(new_page: NewPage, motion: str) -> None:
    """Then the camera jumps, cards don't fade, nothing spins."""
    panel = new_page(reduced_motion=motion).recorded()
    still = panel.panel("(panel.stage.value.centre('v:report'), panel.stage.value.camera.flying)")
    assert still is (motion == "no-preference")
    panel.frame()
    panel.near("report")
    duration = panel.card("report").evaluate("e => getComputedStyle(e).transitionDuration")
    assert (duration == "0s") is (motion == "reduce")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_follow_the_theme(new_page: NewPage, dark: bool) -> None:
    """The system's, or the one JupyterLab says it has: on the canvas, too, and while the page is open."""
    panel = new_page(dark=dark).recorded()

    def bright() -> bool:
        red: int = panel.panel(PIXEL)
        return red > 128

    assert bright() is not dark
    panel.page.evaluate(f"() => {{ document.body.dataset.jpThemeLight = '{'true' if dark else 'false'}'; }}")
    panel.frame()
    assert bright() is dark
