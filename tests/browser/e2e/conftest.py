"""A Jupyter server for the tests that need the real thing; the browser is the one of all browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.e2e.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab and Notebook 7."""
    found = Server(tmp_path_factory.mktemp("jupyter"))
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
