"""The labextension in a bare page: a JupyterLab of a few lines gives it a side, a status bar and two notebooks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.e2e.server import EXTENSION
from tests.browser.panel_page import PanelPage

pytestmark = pytest.mark.browser
NewPage = Callable[..., PanelPage]

LAB = """
const slots = () => { const all = []; return { connect: f => all.push(f), emit: () => all.forEach(f => f()) }; };
class Widget {
  constructor() { this.node = document.createElement('div'); this.title = {}; this.disposed = slots(); }
  addClass() {}
  dispose() { this.isDisposed = true; side.delete(this.id); this.disposed.emit(); }
  get isVisible() { return front === this.id; }
}
globalThis.side = new Map(); globalThis.front = ''; globalThis.gone = [];
const tracker = { currentWidget: null, currentChanged: slots(), find: () => undefined };
globalThis.look = (path) => { tracker.currentWidget = path && { context: { path } }; tracker.currentChanged.emit(); };
globalThis.open = (key) => lineageDock.open(
  { key, title: key, mount: (el) => { el.textContent = key; return () => {}; }, closed: () => gone.push(key) });
const bar = { registerStatusItem: (_, { item }) => document.body.append(item.node) };
const shell = { add: (w) => side.set(w.id, w), activateById: (id) => { globalThis.front = id; } };
const app = { shell, commands: { addCommand: (_, { execute }) => { globalThis.command = execute; } } };
const share = (module) => ({ 1: { loaded: 1, get: () => () => module } });
const lab = _JUPYTERLAB['lineage-ext'];
lab.init({ '@lumino/widgets': share({ Widget }), '@jupyterlab/notebook': share({ INotebookTracker: 1 }),
           '@jupyterlab/statusbar': share({ IStatusBar: 1 }) });
return lab.get().then((module) => module().default.activate(app, tracker, bar));
"""
FIRST, SECOND = "/books/first.ipynb", "/books/more/first.ipynb"


@pytest.fixture
def lab(new_page: NewPage) -> Page:
    """The page, with the extension active and a panel for each of two notebooks of the same name."""
    page = new_page().page
    page.add_script_tag(path=EXTENSION / "static" / "remoteEntry.js")
    page.evaluate(f"() => {{ {LAB} }}")
    for path in (FIRST, SECOND):
        page.evaluate(
            "p => { lineageDock.status(p, { text: p, title: '' }); globalThis.opened = globalThis.open(p); }", path
        )
    return page


def front(page: Page) -> str:
    """Key of the panel in front."""
    key: str = page.evaluate("front")
    return key.removeprefix("lineage-ext-")


def test_the_panel_in_front_is_that_of_the_notebook_shown(lab: Page) -> None:
    """Both the side panel and the numbers in the status bar follow; a notebook without a panel changes nothing."""
    assert front(lab) == SECOND
    for path, key in (("first.ipynb", FIRST), ("more/first.ipynb", SECOND), ("other.ipynb", SECOND)):
        lab.evaluate("p => look(p)", path)
        assert front(lab) == key
        assert lab.locator(".lineage-ext-status").inner_text() == key
    lab.evaluate("look(null)")
    assert front(lab) == SECOND


def test_another_side_panel_stays_in_front(lab: Page) -> None:
    """The viewer has the debugger open: to change the notebook doesn't take it away, the command does."""
    lab.evaluate("() => { front = 'debugger'; look('first.ipynb'); }")
    assert front(lab) == "debugger"
    lab.evaluate("command()")
    assert front(lab) == FIRST


def test_a_panel_that_opens_leaves_that_of_the_notebook_shown_in_front(lab: Page) -> None:
    """As after a reload of the page, when those of all notebooks open; a restarted kernel's replaces its own."""
    lab.evaluate("p => { look('first.ipynb'); globalThis.open(p); globalThis.open('third.ipynb'); }", FIRST)
    assert front(lab) == FIRST
    assert lab.evaluate("side.size") == 3
    assert lab.evaluate("gone") == []


def test_a_panel_that_is_asked_for_again_comes_to_the_front(new_page: NewPage) -> None:
    """``%lineage show`` while it is there, behind another one."""
    page = new_page().open(draw=False, docked=True, title="first", notebook=FIRST, shown=0).page
    page.add_script_tag(path=EXTENSION / "static" / "remoteEntry.js")
    page.evaluate(f"() => {{ {LAB} }}")
    page.evaluate("() => { front = 'debugger'; model.set('shown', 1); }")
    assert front(page) == FIRST
