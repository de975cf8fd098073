"""A Jupyter server and a browser for the tests that need the real thing; without Chromium they are left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.e2e.server import Server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab and Notebook 7."""
    found = Server(tmp_path_factory.mktemp("jupyter"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (apt-get install chromium, or set CHROMIUM=/path)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failed test leaves a picture of every open page in ``test-pictures/``."""
    report = yield
    if report.failed and report.when == "call":
        for context in (c for b in [item.funcargs.get("browser")] if b for c in b.contexts):
            for n, page in enumerate(context.pages):
                page.screenshot(path=f"test-pictures/{item.name}-{n}.png")
    return report
