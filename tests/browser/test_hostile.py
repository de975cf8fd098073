"""Values are inert: markup, endings of scripts, long names, right-to-left text, thousands of columns."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book
from tests.browser.panel_page import PanelPage

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser

NASTY = {
    "script": "</script><script>globalThis.broken = 1</script>",
    "html": "<img src=x onerror='globalThis.broken = 1'>",
    "markdown": "[x](javascript:globalThis.broken=1) **b** `c`",
    "quotes": "\"'`${globalThis.broken=1}`'\"",
    "long": "Donaudampfschifffahrtsgesellschaftskapitän" * 12,
    "rtl": "\u05ea\u05e9\u05dc\u05d5\u05de\u05d9\u05dd \u200f\u05e9\u05e0\u05d4\u200e \u202egnp.exe",
    "emoji": "👩‍👩‍👧‍👦 🦆 naïve café ﷽",
    "control": "a\u0000b\u0007c\nd\te",
    "proto": "__proto__",
    "constructor": "constructor",
}


@pytest.fixture
def hostile(new_page: NewPage) -> PanelPage:
    """A table for each, named and with a column of that name, and an operation that failed with it."""
    book = Book()
    for name in NASTY.values():
        read = book.read(f"{name}.csv", [name, "x"])
        book.cell(source=f"# {name}", **{name: read})
    first = next(iter(book.last.values()))
    made = book.op(
        "merge", [first], text=NASTY["script"], error=["KeyError", NASTY["html"], NASTY["script"]], state="FAIL"
    )
    book.cell(after=made)
    return new_page(size=(1200, 900)).open(book.snapshot())


def newest(title: str) -> str:
    """JavaScript for the number of the dataset of that title."""
    return f"panel.scene.graph.value.nodes.get({json.dumps('v:' + title)}).versions[0]"


def unbroken(page: PanelPage) -> None:
    """Nothing of it ran, and nothing was asked for over the network."""
    assert page.page.evaluate("globalThis.broken") is None
    assert all(url.startswith(("http://panel.localhost", "blob:", "data:")) for url in page.requests)


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY.keys())
def test_a_name_is_text_wherever_it_stands(hostile: PanelPage, name: str) -> None:
    """On the card, in the details, in the search, in the records: read back as it is."""
    hostile.panel(f"void panel.view.select({{kind: 'dataset', no: {newest(name)}}})")
    hostile.frame()
    drawer = hostile.page.get_by_role("complementary", name="Details")
    expect(drawer.locator("h2")).to_be_visible()
    assert drawer.locator("h2").evaluate("e => e.textContent") == name
    card = hostile.page.locator(".lx-card[data-selected=true]").first
    assert card.locator(".lx-title b").evaluate("e => e.textContent") in {name, f"{name}.csv"}
    box = card.bounding_box()
    title = card.locator(".lx-title b").bounding_box()
    assert box is not None
    assert title is not None
    assert title["x"] + title["width"] <= box["x"] + box["width"]
    unbroken(hostile)


def test_errors_and_sources_are_text(hostile: PanelPage) -> None:
    """An error's message with markup in it."""
    hostile.panel("void panel.view.select({kind: 'operation', no: [...panel.session.operations.keys()].pop()})")
    hostile.frame()
    drawer = hostile.page.get_by_role("complementary", name="Details")
    expect(drawer.locator(".lx-failure p")).to_have_text(NASTY["html"])
    assert drawer.locator("img, script").count() == 0
    unbroken(hostile)


def test_the_picture_is_text_too(hostile: PanelPage) -> None:
    """The exported SVG is well-formed, holds every title and nothing that runs."""
    with hostile.page.expect_download() as download:
        hostile.menu("More", "Save as SVG")
    svg = download.value.path().read_text(encoding="utf-8")
    parsed = hostile.page.evaluate(
        """text => {
          const root = new DOMParser().parseFromString(text, 'image/svg+xml');
          return { error: root.querySelector('parsererror')?.textContent ?? '',
                   titles: [...root.querySelectorAll('g > title')].map(t => t.textContent),
                   active: root.querySelectorAll('script, foreignObject, image').length };
        }""",
        svg,
    )
    assert parsed["error"] == ""
    assert parsed["active"] == 0
    assert NASTY["script"] in parsed["titles"]
    unbroken(hostile)


def test_ten_thousand_columns(new_page: NewPage) -> None:
    """Five hundred are listed, the rest is counted; the last one can still be traced through whole-frame operations."""
    book = Book()
    columns = [f"feature_{i}" for i in range(10_000)]
    book.cell(wide=book.read("wide.parquet", columns))
    book.cell(copy=book.op("copy", [book.last["wide"]], columns))
    page = new_page().open(book.snapshot())
    expect(page.near("wide")).to_contain_text("100 × 10k")
    assert page.page.locator(".lx-column").count() < 60
    page.find("wide.parquet")
    drawer = page.page.get_by_role("complementary", name="Details")
    expect(drawer).to_contain_text("9,500 further columns aren't listed")
    page.panel(f"void panel.view.select({{kind: 'column', no: {book.last['copy']}, slot: 9999}})")
    page.frame()
    assert page.lit() == ["copy", "wide", "wide.parquet"]
    expect(drawer.locator("section", has_text="Comes from")).to_contain_text("wide.parquet")
