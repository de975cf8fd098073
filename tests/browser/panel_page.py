"""A bare page with the built panel in it and a model that plays the kernel: no server, no Jupyter, no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "lineage_ext" / "static"
HERE = Path(__file__).parent
RECORDED = ROOT / "tests" / "widget" / "session.json"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
PATIENCE = 60_000  # ms: the browser itself starts slowly on a busy machine
ORIGIN = "http://panel.localhost"  # a secure context: there is a clipboard
Records = Sequence[Sequence[Any]]


class PanelPage:
    """One panel on one page. ``errors`` are uncaught ones and those on the console; tests end with none."""

    def __init__(self, browser: Browser, *, size: tuple[int, int] = (1100, 760), dark: bool = False, **options: Any):
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            **{"reduced_motion": "reduce", **options},
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.route("**/*", _serve)
        self.page.goto(f"{ORIGIN}/page.html")
        self.page.wait_for_function("globalThis.ready")

    # -- the kernel's side -----------------------------------------------------------------------------------------
    def open(self, snapshot: Any = "", *, draw: bool = True, **traits: Any) -> PanelPage:
        """Create the widget, with a saved session (text, or a value that becomes JSON), and show it."""
        text = snapshot if isinstance(snapshot, str) else json.dumps(snapshot)
        self.page.evaluate(
            "([traits, show]) => { open(traits); if (show) draw(); }", [{"snapshot": text, **traits}, draw]
        )
        if draw:
            self.frame()
        return self

    def recorded(self) -> PanelPage:
        """The session of the first notebook, with a failing cell and one that was run again."""
        return self.open(RECORDED.read_text(encoding="utf-8"))

    def snapshot(self, seq: int, records: Records, **rest: Any) -> None:
        """The kernel sends everything."""
        self.page.evaluate("([seq, records, rest]) => snapshot(seq, records, rest)", [seq, list(records), rest])
        self.settle()

    def patch(self, seq: int, records: Records, **rest: Any) -> None:
        """The kernel sends what is new."""
        self.page.evaluate("([seq, records, rest]) => patch(seq, records, rest)", [seq, list(records), rest])
        self.settle()

    def sent(self) -> list[dict[str, Any]]:
        """Commands the panel sent."""
        found: list[dict[str, Any]] = self.page.evaluate("commands.sent")
        return found

    def reply(self, command: dict[str, Any], value: Any) -> None:
        """Answer a command."""
        self.page.evaluate("m => commands.tell(m)", {"k": "reply", "id": command["id"], "ok": True, "value": value})
        self.frame()

    # -- the viewer's side -----------------------------------------------------------------------------------------
    def frame(self) -> None:
        """Wait until what was asked for is drawn."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def settle(self) -> None:
        """The same after news from the kernel, which the panel takes in bundled."""
        self.page.evaluate("() => new Promise(done => setTimeout(done, 60))")
        self.frame()

    def panel(self, expression: str) -> Any:
        """Evaluate an expression over ``panel`` (session, view, scene, stage)."""
        return self.page.evaluate(
            "code => new Function('panel', 'return ' + code)(document.querySelector('.lx').lineage)", expression
        )

    def click(self, selector: str) -> None:
        """Click the first match."""
        self.page.locator(selector).first.click()
        self.frame()

    def find(self, text: str) -> None:
        """Search, and take the first hit."""
        self.page.locator(".lx-search input").fill(text)
        self.page.locator(".lx-search input").press("Enter")
        self.frame()

    def near(self, title: str) -> Locator:
        """Bring a table near enough to be a card; gives back the card."""
        self.panel(f"panel.stage.value.centre({key_of(title)})")
        self.frame()
        card = self.card(title)
        card.wait_for()
        return card

    def card(self, title: str) -> Locator:
        """The card of that title."""
        return self.page.locator(".lx-card", has=self.page.locator(f'b:text-is("{title}")'))

    def shown(self) -> list[str]:
        """Titles of the nodes that are drawn, sorted."""
        titles: list[str] = self.panel("panel.scene.shown.value.nodes.map(n => n.title)")
        return sorted(titles)

    def lit(self) -> list[str]:
        """Titles of the nodes that are highlighted, sorted; none when nothing is."""
        code = "[...(panel.scene.lit.value?.nodes ?? [])].map(k => panel.scene.graph.value.nodes.get(k).title)"
        titles: list[str] = self.panel(code)
        return sorted(titles)

    def tool(self, label: str) -> None:
        """Press a button of the toolbar."""
        self.page.get_by_role("button", name=label).first.click()
        self.frame()

    def menu(self, label: str, choice: str) -> None:
        """Choose from a menu of the toolbar."""
        self.page.get_by_role("button", name=label, exact=True).click()
        self.page.get_by_role("menuitemradio", name=choice).or_(
            self.page.get_by_role("menuitem", name=choice)
        ).first.click()
        self.frame()

    def close(self) -> None:
        """End it."""
        self.context.close()


def key_of(title: str) -> str:
    """JavaScript for the key of the newest node of that title."""
    nodes = "[...panel.scene.graph.value.nodes.values()]"
    return f"{nodes}.filter(n => n.title === {json.dumps(title)}).pop().key"


def _serve(route: Route) -> None:
    if not route.request.url.startswith(ORIGIN):
        route.abort()
        return
    name = route.request.url.removeprefix(ORIGIN).split("?")[0].lstrip("/")
    path = HERE / name if name.endswith(".html") else STATIC / name
    if path.exists():
        route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])
    else:
        route.fulfill(status=404)
