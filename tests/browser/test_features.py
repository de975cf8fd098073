"""The page that lists what the panel can do names tests and pictures that exist."""

from __future__ import annotations

import re

from tests.browser.panel_page import ROOT

PAGE = ROOT / "docs" / "panel-features.md"


def test_each_feature_has_its_test() -> None:
    """All 42, each with a test function of that name in that file."""
    rows = re.findall(r"^\| (\d+) \| .+ \| \[(\w+)\]\((.+)\) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 43))
    for _, name, file in rows:
        assert f"def {name}(" in (PAGE.parent / file).read_text(encoding="utf-8"), name


def test_each_picture_is_shown_and_no_other() -> None:
    """What ``make screenshots`` writes is what the page shows."""
    shown = set(re.findall(r"\(screenshots/([\w-]+\.png)\)", PAGE.read_text(encoding="utf-8")))
    assert shown == {path.name for path in (PAGE.parent / "screenshots").glob("*.png")}
