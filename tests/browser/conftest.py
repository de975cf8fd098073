"""One browser for all tests of a process, a fresh page for each; a page that logs an error fails its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.panel_page import PATIENCE, PanelPage

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the tests are left out with a word, or fail where it is required (``.ci/run``)."""
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except RuntimeError as missing:
            if os.environ.get("LINEAGE_BROWSER") == "required":
                raise
            pytest.skip(f"LEFT OUT, the panel isn't tried in a browser: {missing}")
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., PanelPage]]:
    """Makes pages: ``new_page(size=(420, 800), dark=True)``."""
    pages: list[PanelPage] = []

    def make(**options: Any) -> PanelPage:
        pages.append(PanelPage(browser, **options))
        return pages[-1]

    yield make
    errors = [error for page in pages for error in page.errors]
    for page in pages:
        page.close()
    assert errors == []


@pytest.fixture
def panel(new_page: Callable[..., PanelPage]) -> PanelPage:
    """A wide panel with the recorded session."""
    return new_page().recorded()
