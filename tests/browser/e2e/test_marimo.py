"""The panel in marimo's sidebar, beside the editor (``marimo edit``) and for a reader (``marimo run``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.e2e.front_end import PATIENCE

pytest.importorskip("marimo")

from tests.hosts.marimo.notebooks import write
from tests.hosts.marimo.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

CELLS = {
    "panel": """
        import lineage_ext
        import marimo as mo
        lineage_ext.track()
        mo.sidebar([mo.ui.anywidget(lineage_ext.Panel())])""",
    "sales": """
        orders = pd.DataFrame({"item": [1, 2, 1], "qty": [2, 1, 4]})
        items = pd.DataFrame({"item": [1, 2], "price": [3.5, 9.0]})
        sold = orders.merge(items, on="item")""",
    "moving": """
        least = mo.ui.slider(1, 4, label="least")
        least""",
    "filter": """
        large = sold[sold["qty"] >= least.value]
        large""",
    "wide": """
        mo.stop(least.value < 2)
        newest = large.assign(double=large["qty"] * 2)""",
}


class Book:
    """A notebook of marimo's open in the browser. ``errors``: what the page threw."""

    def __init__(self, page: Page, mode: str, server: Server) -> None:
        self.page, self.mode = page, mode
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(server.url)
        expect(self.card("large")).to_be_visible(timeout=3 * PATIENCE)  # a kernel starts, imports, runs

    def card(self, title: str) -> Locator:
        """A table in the panel, by its title."""
        return self.page.locator(".lx-card:visible", has=self.page.locator(f".lx-title b[title={title!r}]"))


@pytest.fixture(params=["edit", "run"])
def book(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Book]:
    """The notebook after it ran from the top by itself."""
    file = write(tmp_path / "book.py", CELLS, "import pandas as pd")
    (tmp_path / "pyproject.toml").write_text("[tool.marimo.runtime]\nauto_instantiate = true\n")
    with Server(request.param, file) as server:
        page = browser.new_page(viewport={"width": 1400, "height": 800})
        page.set_default_timeout(PATIENCE)
        yield Book(page, request.param, server)
        page.close()


def test_the_panel_stands_in_the_sidebar_and_follows_the_notebook(book: Book) -> None:
    """Every table by its name; what a moved slider has run again, and what ``mo.stop`` kept from being made before.

    In the editor, ``[·]`` on a table goes to the cell that made it.
    """
    for name in ("orders", "items", "sold", "large"):
        expect(book.card(name)).to_be_visible()
    expect(book.card("newest")).to_have_count(0)
    expect(book.card("large")).to_contain_text("3 × 3")
    expect(book.page.locator(".lx-link-state:visible")).to_have_text("live")

    book.page.get_by_role("slider").focus()
    book.page.keyboard.press("ArrowRight")
    expect(book.card("large")).to_contain_text("2 × 3")
    expect(book.card("newest")).to_be_visible()

    if book.mode == "edit":
        book.page.locator(".cm-content").last.scroll_into_view_if_needed()
        cell = book.page.locator(".cm-content", has_text="orders.merge")
        expect(cell).not_to_be_in_viewport()
        book.card("sold").get_by_role("button", name="Go to cell").click()
        expect(cell).to_be_in_viewport()
    assert book.errors == []
