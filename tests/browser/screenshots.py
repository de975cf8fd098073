"""Pictures of the panel for docs/screenshots, made from real sessions.

    python -m tests.browser.screenshots [NAME…]        # all: make screenshots

A name is that of a file without its ending, or the beginning of one (``large-420``). Needs Chromium; ``jupyterlab``
runs the first notebook in JupyterLab. Every picture is to be looked at before it is committed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import nbformat
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import sessions
from tests.browser.chromium import launch
from tests.browser.e2e.front_end import FrontEnd
from tests.browser.e2e.server import Server
from tests.browser.panel_page import RECORDED, ROOT, PanelPage
from tests.browser.report_page import report
from tests.widget.record import session_of

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"420": (420, 860), "700": (700, 860), "wide": (1360, 860)}


SHOW = """async (i) => {
  const notebook = globalThis.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = i;
  await notebook.scrollToItem(i, 'start');
}"""


def demo(panel: PanelPage) -> None:
    """The first notebook, as it opens."""
    panel.open(session("demo"))
    panel.patch(2, [], epoch="report")


def traced(panel: PanelPage) -> None:
    """Where a column of its report comes from."""
    demo(panel)
    panel.find("delay_pct")


def table(panel: PanelPage) -> None:
    """A table's details, and its lineage alone."""
    demo(panel)
    panel.find("trips")


def large(panel: PanelPage) -> None:
    """Three hundred tables."""
    panel.open(session("large"))
    panel.patch(2, [], epoch="report")


def near(panel: PanelPage) -> None:
    """The lineage of one of them."""
    large(panel)
    panel.find("3+coast_facts+2")


def errors(panel: PanelPage) -> None:
    """Cells that failed, one of them selected."""
    panel.open(session("errors"))
    panel.patch(2, [], epoch="report")
    panel.page.locator(".lx-row", has_text="margin").first.click()
    panel.frame()


def empty(panel: PanelPage) -> None:
    """Before there is a table."""
    panel.open(session("empty"))
    panel.patch(2, [], epoch="report")


def waterfall(panel: PanelPage) -> None:
    """Cells and operations as spans over time."""
    demo(panel)
    spread(panel.page)
    panel.frame()


def spread(page: Page) -> None:
    """All operations, with room for them."""
    page.get_by_role("button", name="Show all operations").click()
    heights = page.get_by_role("separator", name="Height of the records")
    for _ in range(26):
        heights.press("ArrowUp")
    heights.blur()
    page.mouse.move(0, 0)


VIEWS: dict[str, Callable[[PanelPage], None]] = {
    "demo": demo,
    "traced": traced,
    "table": table,
    "large": large,
    "near": near,
    "errors": errors,
    "empty": empty,
    "waterfall": waterfall,
}
EVERYWHERE = ("demo", "large", "errors", "empty")
"""At every size; the others wide only."""


@cache
def session(name: str) -> str:
    """The snapshot of the first notebook (``demo``), or of one of ``sessions``."""
    if name == "demo":
        return RECORDED.read_text(encoding="utf-8").replace('"name":"ipython"', '"name":"flights"')
    cells = sessions.large() if name == "large" else getattr(sessions, name.upper())
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            found = session_of(cells).decode()
        finally:
            os.chdir(here)
    return found.replace(folder, "/data").replace('"name":"ipython"', f'"name":"{name}"')


def main(wanted: tuple[str, ...]) -> None:
    """Take those whose name begins with one of ``wanted``."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name, act in VIEWS.items():
            for size in SIZES if name in EVERYWHERE else ("wide",):
                for dark in (False, True):
                    file = f"{name}-{size}-{theme(dark)}"
                    if file.startswith(wanted):
                        take(browser, act, file, SIZES[size], dark)
        reports(browser, wanted)
        if "jupyterlab".startswith(wanted):
            jupyterlab(browser)
        browser.close()


def theme(dark: bool) -> Literal["dark", "light"]:
    """As in the names of the files."""
    return "dark" if dark else "light"


def take(browser: Browser, act: Callable[[PanelPage], None], file: str, size: tuple[int, int], dark: bool) -> None:
    """One picture of a panel whose kernel answers."""
    panel = PanelPage(browser, size=size, dark=dark)
    panel.page.evaluate(
        "() => { commands.answer = ({ id }) => commands.tell({ k: 'reply', id, ok: true, value: null }); }"
    )
    act(panel)
    panel.page.mouse.move(0, 0)
    save(panel.page, file)
    panel.close()


def reports(browser: Browser, wanted: tuple[str, ...]) -> None:
    """The file that ``%lineage export html`` writes: as it opens, and its waterfall."""
    with tempfile.TemporaryDirectory() as folder:
        address = report(Path(folder))
        for name, act in (("report", None), ("report-waterfall", spread)):
            for size, (width, height) in SIZES.items():
                for dark in (False, True):
                    file = f"{name}-{size}-{theme(dark)}"
                    if not file.startswith(wanted):
                        continue
                    page = browser.new_page(
                        viewport={"width": width, "height": height}, color_scheme=theme(dark), reduced_motion="reduce"
                    )
                    page.goto(address)
                    if act is not None:
                        act(page)
                    save(page, file)
                    page.close()


def save(page: Page, file: str) -> None:
    """As it is once everything stands still."""
    page.wait_for_timeout(400)
    path = FOLDER / f"{file}.png"
    page.screenshot(path=path)
    print(path.relative_to(ROOT), f"{path.stat().st_size / 1000:.0f} kB")


def jupyterlab(browser: Browser) -> None:
    """The first notebook with the panel at its side."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            notebook = nbformat.read(ROOT / "notebooks" / "01_first_lineage.ipynb", as_version=4)
            notebook.cells.insert(2, nbformat.v4.new_code_cell("%lineage show", id="show"))
            nbformat.write(notebook, server.folder / "flights.ipynb")
            front = FrontEnd(browser.new_page(viewport={"width": 1500, "height": 940}), server, "lab", "flights.ipynb")
            front.run(*(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.id != "export"))
            front.page.evaluate("() => globalThis.jupyterapp.shell.collapseLeft()")
            front.page.evaluate(SHOW, next(i for i, cell in enumerate(notebook.cells) if "merge(" in cell.source))
            for dark in (False, True):
                change = "t => globalThis.jupyterapp.commands.execute('apputils:change-theme', { theme: t })"
                front.page.evaluate(change, f"JupyterLab {theme(dark).title()}")
                save(front.page, f"jupyterlab-{theme(dark)}")
        finally:
            server.close()


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ("",))
