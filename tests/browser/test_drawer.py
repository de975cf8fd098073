"""Details: the exact source, schemas and how they change, versions, ids to copy, the profile where there is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.panel_page import PanelPage

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser


def details(panel: PanelPage) -> Locator:
    """The drawer."""
    return panel.page.get_by_role("complementary", name="Details")


def test_a_table_tells_what_it_is_and_where_it_came_from(panel: PanelPage) -> None:
    """Rows, memory, versions with what each changed, what it was made from and went into."""
    panel.find("trips")
    drawer = details(panel)
    expect(drawer).to_contain_text("1,953")
    expect(drawer.locator("section", has_text="Versions").first).to_contain_text("v5")
    expect(drawer.locator("section", has_text="Made from")).to_contain_text("conditions")
    expect(drawer.locator("section", has_text="Used by")).to_contain_text("by_origin")
    expect(drawer.locator("section", has_text="Its rows were decided by")).to_contain_text("merge")


def test_an_older_version_can_be_looked_at(panel: PanelPage) -> None:
    """It has fewer columns; the title says which one it is."""
    panel.find("trips")
    drawer = details(panel)
    drawer.get_by_role("button", name="v1", exact=True).click()
    expect(drawer.locator("h2")).to_have_text("trips v1")
    expect(drawer.locator("section", has_text="Columns").first).not_to_contain_text("excess")


def test_an_operation_shows_exactly_its_source(panel: PanelPage) -> None:
    """Of a chain over several lines only its own call is marked."""
    panel.find("pivot_table")
    expect(details(panel).locator("mark")).to_have_text(
        'trips.pivot_table(index="weekday", columns="hour", values="late", aggfunc="mean")'
    )


def test_an_edge_shows_how_columns_changed(panel: PanelPage) -> None:
    """Added, removed and retyped columns between two tables."""
    panel.find("fleet")
    drawer = details(panel)
    drawer.locator("section", has_text="Made from").get_by_role("button", name="rename").click()
    expect(drawer).to_contain_text("planes → fleet")
    changes = drawer.locator("section", has_text="Columns of fleet")
    expect(changes.locator("li[data-change=added]")).to_have_count(1)
    expect(changes.locator("li[data-change=added]")).to_contain_text("built")
    expect(changes.locator("li[data-change=removed]").first).to_contain_text("year")


def test_a_column_tells_where_it_comes_from_and_how(panel: PanelPage) -> None:
    """Sources with the transformation over the whole way, the steps that changed it, and what decided its rows."""
    panel.find("delay_pct")
    drawer = details(panel)
    sources = drawer.locator("section", has_text="Comes from")
    expect(sources.locator("li")).to_have_count(2)
    expect(sources).to_contain_text("aggregation")
    expect(drawer.locator("section", has_text="Steps that changed it")).to_contain_text("round")
    expect(drawer.locator("section", has_text="Its rows were decided by")).to_contain_text("carrier, name")


def test_a_failed_cell_tells_why(panel: PanelPage) -> None:
    """Type and message at once, the traceback on demand, without escape sequences."""
    panel.page.locator(".lx-row", has_text="[10]").click()
    drawer = details(panel)
    expect(drawer.locator(".lx-failure")).to_contain_text("KeyError")
    drawer.get_by_text("Traceback", exact=True).click()
    expect(drawer.locator(".lx-failure pre")).to_contain_text("departures")
    assert "\x1b" not in drawer.locator(".lx-failure pre").inner_text()


def test_ids_and_code_can_be_copied(new_page: NewPage) -> None:
    """The run's id for OpenLineage and traces; the cells a table needs, as code, in order."""
    panel = new_page(permissions=["clipboard-read", "clipboard-write"]).recorded()
    panel.find("daily")
    drawer = details(panel)
    drawer.get_by_role("button", name="Run", exact=True).click()
    expect(drawer.get_by_role("button", name="Copied")).to_be_visible()
    copied = panel.page.evaluate("navigator.clipboard.readText()")
    assert copied in panel.panel("[...panel.session.operations.values()].map(o => o.id)")
    drawer.get_by_role("button", name="Cells as code").click()
    panel.page.wait_for_function("navigator.clipboard.readText().then(t => t.startsWith('# ['))")
    code: str = panel.page.evaluate("navigator.clipboard.readText()")
    assert "daily = trips.groupby" in code
    assert "pivot_table" not in code
    assert code.index("pd.read_csv") < code.index("daily = ")


def test_a_profile_is_shown_where_the_kernel_has_one(panel: PanelPage) -> None:
    """It is asked for when the details open; without one there is nothing to see."""
    panel.find("airlines")
    asked = [c for c in panel.sent() if c["k"] == "details"]
    assert len(asked) == 1
    expect(details(panel).locator("section", has_text="Profile")).to_have_count(0)
    columns = [{"name": "carrier", "nulls": 0, "distinct": 16}, {"name": "name", "nulls": 0.25, "distinct": 16}]
    panel.reply(asked[0], {"facets": {"profile": {"columns": columns}}})
    expect(details(panel).locator("table tr")).to_have_count(3)
    expect(details(panel).locator("table")).to_contain_text("distinct")


def test_the_drawer_closes(panel: PanelPage) -> None:
    """By its button, or by Escape within it; the selection stays."""
    panel.find("trips")
    panel.page.get_by_role("button", name="Close details").click()
    expect(details(panel)).to_have_count(0)
    assert panel.panel("panel.view.selection.value.kind") == "dataset"
