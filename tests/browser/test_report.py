"""The HTML report: the same bundle with a frozen session, opened from the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel_page import STATIC, PanelPage
from tests.browser.report_page import report

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser


def test_a_report_needs_nothing_but_itself(browser: Browser, tmp_path: Path) -> None:
    """No kernel, no network: the graph, the waterfall and details are there, and the state says what it is."""
    context = browser.new_context(viewport={"width": 1300, "height": 900}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: errors.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(report(tmp_path))
    expect(page.locator(".lx-link-state")).to_have_text("report")
    page.get_by_role("combobox").fill("delay_pct")
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("complementary", name="Details")).to_contain_text("Comes from")
    page.get_by_role("button", name="Show all operations").click()
    assert page.locator(".lx-row[data-kind=operation] .lx-c-when i").count() > 3
    assert errors == []
    context.close()


def test_the_bundle_can_stand_in_a_page() -> None:
    """It holds nothing that would end its script element, and only ASCII."""
    script = (STATIC / "panel.js").read_text(encoding="utf-8")
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert script.isascii()


def test_a_page_that_is_no_report_isnt_taken_for_one(panel: PanelPage) -> None:
    """A notebook in which somebody displays such elements keeps its page."""
    assert panel.page.locator("#lineage").count() == 0
    assert panel.page.locator(".lx").count() == 1


@pytest.mark.parametrize(("choice", "start"), [("Save as SVG", b"<svg"), ("Save as PNG", b"\x89PNG")])
def test_the_graph_is_saved_as_a_picture(panel: PanelPage, choice: str, start: bytes) -> None:
    """All of it, in the colours of the theme, whatever is in sight."""
    panel.near("report")
    with panel.page.expect_download() as download:
        panel.menu("More", choice)
    content = download.value.path().read_bytes()
    assert content.startswith(start)
    assert len(content) > 5_000
