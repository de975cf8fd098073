"""The panel beside real notebooks, in JupyterLab 4 and Notebook 7."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.e2e.front_end import FrontEnd
from tests.browser.e2e.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

CELLS = (
    "%load_ext lineage_ext",
    "import time\nfrom pathlib import Path\nimport pandas as pd\n%lineage show",
    "orders = pd.DataFrame({'item': [1, 2, 1], 'qty': [2, 1, 4]})\n"
    "items = pd.DataFrame({'item': [1, 2], 'price': [3.5, 9.0]})\n"
    "sold = orders.merge(items, on='item')",
    "sold['total'] = sold['qty'] * sold['price']\nreport = sold.groupby('item')['total'].sum().reset_index()",
    "Path('waiting').touch()\nlarge = sold[sold['total'] > 5]\n"
    "while not Path('go').exists():\n    time.sleep(0.05)\nprint('went on')",
    "for i in range(400):\n    sold['x'] = sold['qty'] + i\n    print(i)",
    "%lineage export html report.html",
)
LOAD, SHOW, JOIN, REPORT, LONG, FLOOD, EXPORT = range(len(CELLS))


@pytest.fixture(scope="module", params=["lab", "notebook"])
def front(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[FrontEnd]:
    """A notebook with the panel open and two frames joined."""
    server.write(f"{request.param}.ipynb", CELLS)
    page = browser.new_page(viewport={"width": 1600, "height": 1400})
    found = FrontEnd(page, server, request.param, f"{request.param}.ipynb")
    found.run(LOAD, SHOW, JOIN, REPORT)
    yield found
    page.close()


@pytest.fixture
def go(server: Server) -> Iterator[Callable[[], None]]:
    """Let the long cell end."""
    file = server.folder / "go"
    yield file.touch
    file.unlink(missing_ok=True)


def test_the_panel_opens_at_the_side_and_shows_what_was_made(front: FrontEnd) -> None:
    """``%lineage show`` opens one side panel of 420 px with the frames by their names; the cell only points to it."""
    expect(front.dock).to_have_count(1)
    front.fit()
    for name in ("orders", "items", "sold", "report"):
        expect(front.card(name)).to_be_visible()
    box = front.dock.bounding_box()
    assert box is not None
    assert box["width"] >= 420
    expect(front.page.locator(".jp-OutputArea .lx-docked")).to_have_count(1)


def test_tables_appear_while_a_long_cell_runs(front: FrontEnd, go: Callable[[], None]) -> None:
    """The filter is drawn, the cell is shown as running, and a question is answered, all before the cell ends."""
    front.start(LONG)
    expect(front.dock.locator(".lx-card[data-state~=running]")).to_be_visible()
    expect(front.dock.locator(".lx-link-state")).to_have_text("running")
    expect(front.dock.get_by_role("group", name="Running")).to_contain_text("operations")
    front.fit()
    front.card("sold").locator(".lx-meta").click()
    front.page.keyboard.press("Enter")
    expect(front.dock.get_by_label("Details", exact=True)).to_be_visible()
    time.sleep(2)  # a question that waits longer than 0.4 s is shown as queued, until it is answered
    expect(front.dock.locator(".lx-link-state")).to_have_text("running")
    assert front.text(LONG) == ""
    go()
    front.finish()
    assert front.text(LONG) == "went on\n"
    expect(front.card("large")).to_be_visible()
    expect(front.dock.locator(".lx-link-state")).to_have_text("live")


def test_a_column_is_traced(front: FrontEnd) -> None:
    """``total`` lights up ``qty`` and ``price`` up to the first frames, and not what it wasn't made from."""
    front.fit()
    front.column("report", "total").click()
    for table, column in (("orders", "qty"), ("items", "price")):
        expect(front.column(table, column)).to_have_attribute("data-traced", "true")
    expect(front.column("orders", "item")).not_to_have_attribute("data-traced", "true")


def test_a_click_goes_to_the_cell(front: FrontEnd) -> None:
    """``[n]`` on a table selects the cell that made it in the notebook."""
    front.fit()
    front.card("report").get_by_role("button", name="Go to cell").click()
    front.page.wait_for_function(f"() => {FrontEnd.ACTIVE} === 'cell-{REPORT}'")


def test_a_flood_loses_neither_the_users_output_nor_a_message(front: FrontEnd) -> None:
    """Some 1 200 operations in one cell: every line it printed is there, and the panel needed no second fetch."""
    front.run(FLOOD)
    assert front.text(FLOOD).split() == [str(i) for i in range(400)]
    expect(front.dock).to_contain_text("operations")
    expect(front.dock.locator(".lx-link-state")).to_have_text("live")


def test_a_reload_brings_the_panel_back(front: FrontEnd) -> None:
    """After a reload of the page the side panel opens by itself with everything that was there."""
    front.fit()
    before = sorted(front.titles())
    front.reload()
    expect(front.dock).to_have_count(1)
    front.fit()
    expect(front.card("report")).to_be_visible()
    assert sorted(front.titles()) == before
    expect(front.dock.locator(".lx-link-state")).to_have_text("live")


def test_after_a_restart_the_new_session_takes_the_same_place(front: FrontEnd) -> None:
    """The old tables don't stay as if they were there: one side panel, with what the new kernel made."""
    front.restart()
    front.run(LOAD, SHOW)
    expect(front.dock).to_have_count(1)
    expect(front.dock.locator(".lx-card")).to_have_count(0)
    front.run(JOIN)
    front.fit()
    expect(front.card("sold")).to_be_visible()
    expect(front.card("report")).to_have_count(0)


def test_a_report_opens_from_the_disk_without_a_network(front: FrontEnd, browser: Browser, server: Server) -> None:
    """``%lineage export html`` writes a page that shows the same tables from file://, asking for nothing else."""
    front.run(EXPORT)
    page = browser.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto((server.folder / "report.html").as_uri())
    expect(page.locator(".lx-card", has_text="sold")).to_be_visible()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()
