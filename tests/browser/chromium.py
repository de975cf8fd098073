"""A Chromium for tests and programs: the system's, else the one ``playwright install chromium`` fetched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb")


def launch(playwright: Playwright, *more: str) -> Browser:
    """Start it, with more arguments. RuntimeError says what to install: tests fail then, none is skipped."""
    path = found(playwright)
    if path is None:
        raise RuntimeError("no Chromium: install your system's, or run `playwright install chromium`")
    return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])


def found(playwright: Playwright) -> str | None:
    """Its path."""
    named = [os.environ.get("LINEAGE_CHROMIUM"), *map(shutil.which, NAMES), playwright.chromium.executable_path]
    return next((path for path in named if path and Path(path).exists()), None)
