"""A notebook open in a browser: run its cells, look at the panel beside it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.e2e.server import Server

PATHS = {"lab": "lab/tree", "notebook": "notebooks"}
PATIENCE = 60_000  # ms: a kernel starts slowly on a busy machine

READY = """() => {
  const kernel = globalThis.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel;
  return kernel?.status === 'idle' && kernel?.connectionStatus === 'connected';
}"""
RUN = """([i, patience]) => {
  const { shell, commands } = globalThis.jupyterapp;
  shell.currentWidget.content.activeCellIndex = i;
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`cell ${i} takes too long`)), patience));
  globalThis.running = Promise.race([commands.execute('notebook:run-cell'), late]);
}"""
OUTPUTS = """(i) => {
  const cell = globalThis.jupyterapp.shell.currentWidget.content.widgets[i];
  return cell.model.outputs.toJSON();
}"""


class FrontEnd:
    """One notebook in JupyterLab (``kind`` "lab") or Notebook 7 ("notebook")."""

    ACTIVE = "globalThis.jupyterapp.shell.currentWidget.content.activeCell.model.id"

    def __init__(self, page: Page, server: Server, kind: str, name: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server.url}/{PATHS[kind]}/{name}")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """The notebook is drawn and its kernel idle."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function(READY)

    # -- cells -----------------------------------------------------------------------------------------------------
    def start(self, i: int) -> None:
        """Run cell ``i`` without waiting for its end."""
        self.page.evaluate(RUN, [i, PATIENCE])

    def finish(self) -> None:
        """Wait for the end of the cell that was started last."""
        self.page.evaluate("() => globalThis.running.then(() => true)")

    def run(self, *cells: int) -> None:
        """Run cells one after the other."""
        for i in cells:
            self.start(i)
            self.finish()

    def outputs(self, i: int) -> list[dict[str, Any]]:
        """The outputs of cell ``i``, as the notebook keeps them."""
        found: list[dict[str, Any]] = self.page.evaluate(OUTPUTS, i)
        return found

    def text(self, i: int) -> str:
        """What cell ``i`` printed."""
        return "".join("".join(o.get("text", "")) for o in self.outputs(i))

    def restart(self) -> None:
        """Restart the kernel, as the menu does after its question."""
        self.page.evaluate("""async () => {
          const { sessionContext } = globalThis.jupyterapp.shell.currentWidget.context;
          await sessionContext.session.kernel.restart();
        }""")
        self.page.wait_for_function(READY)

    def reload(self) -> None:
        """Reload the page."""
        self.page.reload()
        self.wait_until_ready()

    # -- the panel -------------------------------------------------------------------------------------------------
    @property
    def dock(self) -> Locator:
        """The side panel."""
        return self.page.locator(".lineage-ext-dock .lx")

    def card(self, title: str) -> Locator:
        """A table by the title on its card."""
        return self.dock.locator(".lx-card", has=self.page.locator(f".lx-title b[title={title!r}]"))

    def column(self, table: str, name: str) -> Locator:
        """A column on a table's card, which must be open."""
        return self.card(table).locator(".lx-column", has=self.page.locator("span", has_text=name))

    def fit(self) -> None:
        """Show the whole graph, and nothing over it: cards out of sight aren't drawn."""
        shut = self.dock.get_by_role("button", name="Close details")
        if shut.is_visible():
            shut.click()
        self.dock.get_by_role("button", name="Fit everything").click()

    def titles(self) -> list[str]:
        """What stands on the cards."""
        return self.dock.locator(".lx-title b").all_inner_texts()
