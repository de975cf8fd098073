"""The graph: what is drawn, what a click, a hover and a key do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book
from tests.browser.panel_page import PanelPage

HEIGHTS = "[...panel.stage.value.boxes].filter(([key]) => !key.startsWith('o:')).map(([_, box]) => box.height)"
PLACE = """(({ boxes, camera: { x, y, scale }, host }) => {
  const { left, top } = host.getBoundingClientRect();
  const box = boxes.get('v:t150');
  return [left + x + (box.x + box.width / 2) * scale, top + y + (box.y + box.height / 2) * scale];
})(panel.stage.value)"""  # where that table is on the screen
WRITTEN = """() => {
  const { fillText } = CanvasRenderingContext2D.prototype;
  globalThis.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    if (this.canvas.closest('.lx-graph')) globalThis.written.push(text);
    fillText.call(this, text, ...at);
  };
}"""
CLOSED = 42  # px a card without columns is high

NewPage = Callable[..., PanelPage]
pytestmark = pytest.mark.browser


def test_tables_come_collapsed_first(panel: PanelPage) -> None:
    """More than a dozen tables open without columns: the shape of the work comes before its details."""
    card = panel.near("trips")
    expect(card.locator(".lx-column")).to_have_count(0)
    expect(card).to_contain_text("1,953 × 40")


def test_columns_open_on_demand_and_close(panel: PanelPage) -> None:
    """A card's own button shows its columns, ten at a time."""
    card = panel.near("trips")
    card.get_by_role("button", name="Show columns of trips").click()
    assert card.locator(".lx-column").count() >= 10
    card.get_by_role("button", name="Hide columns of trips").click()
    expect(card.locator(".lx-column")).to_have_count(0)


def test_all_columns_open_at_once_and_close(panel: PanelPage) -> None:
    """Table mode and column mode for the whole graph."""
    panel.menu("Columns", "All columns")
    assert sum(height > CLOSED for height in panel.panel(HEIGHTS)) >= 20
    panel.menu("Columns", "Tables only")
    assert max(panel.panel(HEIGHTS)) == CLOSED


def test_small_graphs_show_their_columns_from_the_start(new_page: NewPage) -> None:
    """Up to twelve tables there is room for columns: nobody has to ask."""
    book = Book()
    book.cell(a=book.read("a.csv", ["x", "y"]))
    page = new_page().open(book.snapshot())
    expect(page.near("a").locator(".lx-column span")).to_have_text(["x", "y"])


def test_many_columns_scroll_within_their_card(panel: PanelPage) -> None:
    """The wheel over columns scrolls them, not the graph; rows appear as they come into sight."""
    card = panel.near("trips")
    card.get_by_role("button", name="Show columns of trips").click()
    scale = panel.panel("panel.stage.value.camera.scale")
    card.locator(".lx-columns").hover()
    panel.page.mouse.wheel(0, 3000)
    expect(card.locator(".lx-column", has_text="excess")).to_be_visible()
    assert panel.panel("panel.stage.value.camera.scale") == scale


def test_columns_of_a_table_can_be_searched(panel: PanelPage) -> None:
    """Forty columns: typing part of a name leaves those that have it."""
    card = panel.near("trips")
    card.get_by_role("button", name="Show columns of trips").click()
    card.get_by_role("searchbox").fill("delay")
    expect(card.locator(".lx-column span")).to_have_text(["dep_delay", "arr_delay", "usual_delay"])


def test_a_column_is_traced_both_ways_at_a_click(panel: PanelPage) -> None:
    """Tables on the way show just the columns that take part; lines lead from column to column."""
    card = panel.near("trips")
    card.get_by_role("button", name="Show columns of trips").click()
    card.locator(".lx-column", has_text="arr_delay").first.click()
    panel.frame()
    assert {"flights.csv.zip", "flights", "flown", "by_origin", "totals", "report"} <= set(panel.lit())
    assert "airports" not in panel.lit()
    names = panel.panel("[...panel.scene.traced.value.rows.get('v:flown').keys()]")
    assert "arr_delay" in names
    assert "carrier" not in names
    assert panel.panel("panel.scene.traced.value.links.length") > 5


def test_hover_lights_lineage_and_dims_the_rest(panel: PanelPage) -> None:
    """Upstream and downstream of what is under the pointer stay; leaving it lets go."""
    card = panel.near("conditions")
    card.hover()
    panel.frame()
    assert {"weather.csv", "weather", "conditions", "trips", "report"} <= set(panel.lit())
    assert "planes" not in panel.lit()
    panel.page.mouse.move(5, 5)
    panel.frame()
    assert panel.lit() == []


def test_click_locks_what_hover_lights(panel: PanelPage) -> None:
    """Selected lineage stays lit when the pointer goes away; Escape lets go."""
    panel.near("conditions").click()
    panel.page.mouse.move(5, 300)
    panel.frame()
    assert "planes" not in panel.lit()
    assert "weather.csv" in panel.lit()
    panel.page.locator(".lx-graph").press("Escape")
    panel.frame()
    assert panel.lit() == []


def test_only_the_lineage_of_a_table_within_some_hops(panel: PanelPage) -> None:
    """Focus hides the rest; hops are chosen for each side; what is hidden is counted and comes back step by step."""
    panel.find("report")
    panel.page.get_by_role("button", name="Only its lineage").click()
    panel.page.get_by_label("Hops up").select_option("1")
    panel.page.get_by_label("Hops down").select_option("0")
    panel.frame()
    assert panel.shown() == ["report", "totals"]
    hidden = panel.page.get_by_role("button", name="Show 1 hidden upstream of totals")
    expect(hidden).to_have_text("+1")
    hidden.click()
    panel.frame()
    assert panel.shown() == ["report", "totals", "trips"]
    panel.page.get_by_role("button", name="Show everything").first.click()
    panel.frame()
    assert len(panel.shown()) > 20


def test_a_selector_shows_a_part_of_the_graph(panel: PanelPage) -> None:
    """``1+trips+1`` in the search field, as in dbt."""
    panel.find("1+trips+1")
    shown = panel.shown()
    assert {"flown", "conditions", "trips", "daily"} <= set(shown)
    assert not {"flights", "report"} & set(shown)


def test_a_part_of_the_graph_is_seen_clearly(panel: PanelPage) -> None:
    """What was selected before and isn't in it dims nothing; the foot counts the tables that are hidden, no more."""
    panel.find("report")
    panel.find("1+trips+1")
    assert panel.panel("panel.scene.lit.value") is None
    tables = panel.panel("[...panel.scene.graph.value.nodes.values()].filter(n => n.kind !== 'operation').length")
    assert tables < panel.panel("panel.scene.graph.value.nodes.size"), "an operation that failed is a node, too"
    shown = panel.panel("panel.scene.shown.value.nodes.filter(n => n.kind !== 'operation').length")
    expect(panel.page.locator(".lx-status")).to_contain_text(f"{tables} tables, {tables - shown} hidden")


def test_search_finds_tables_columns_operations_and_cells(panel: PanelPage) -> None:
    """One field for everything; arrow keys choose, Enter goes there."""
    field = panel.page.get_by_role("combobox")
    field.fill("merge")
    options = panel.page.get_by_role("option")
    expect(options.first).to_contain_text("operation")
    field.fill("trips")
    expect(options.first).to_contain_text("table")
    kinds = {text.split()[0] for text in options.locator("small").all_inner_texts()}
    assert {"table", "cell"} <= kinds
    field.press("ArrowDown")
    field.press("Enter")
    panel.frame()
    assert panel.panel("panel.view.selection.value.kind") != "dataset"


def test_the_minimap_shows_where_one_is_and_moves_there(panel: PanelPage) -> None:
    """It appears once something is out of sight."""
    minimap = panel.page.locator(".lx-minimap")
    expect(minimap).to_be_hidden()
    panel.near("report")
    expect(minimap).to_be_visible()
    before = panel.panel("panel.stage.value.camera.x")
    minimap.click(position={"x": 10, "y": 40})
    panel.frame()
    assert panel.panel("panel.stage.value.camera.x") > before


def test_wheel_zooms_around_the_pointer_and_drag_moves(panel: PanelPage) -> None:
    """The point under the pointer stays under it."""
    graph = panel.page.locator(".lx-graph").bounding_box()
    assert graph is not None
    x, y = 400, 60
    at = f"(({x} - panel.stage.value.camera.x) / panel.stage.value.camera.scale)"
    before = panel.panel(at)
    panel.page.mouse.move(graph["x"] + x, graph["y"] + y)
    panel.page.mouse.wheel(0, -300)
    panel.frame()
    assert abs(panel.panel(at) - before) < 0.01
    left = panel.panel("panel.stage.value.camera.x")
    panel.page.mouse.down()
    panel.page.mouse.move(graph["x"] + x + 80, graph["y"] + y, steps=4)
    panel.page.mouse.up()
    panel.frame()
    assert abs(panel.panel("panel.stage.value.camera.x") - left - 80) < 1
    panel.tool("Fit everything (F)")
    assert panel.panel("panel.stage.value.camera.scale") < 1


def test_the_flow_can_be_turned(panel: PanelPage) -> None:
    """Left to right, top to bottom, one table a row: a table stands beside or below what it was made from."""
    boxes = "[...panel.stage.value.boxes.values()]"

    def step() -> tuple[bool, bool]:
        (x1, y1), (x2, y2) = panel.panel(
            "['v:weather', 'v:conditions'].map(k => panel.stage.value.boxes.get(k)).map(b => [b.x, b.y])"
        )
        return x2 > x1, y2 > y1 + 30

    assert step() == (True, False)
    panel.tool("Flow from top to bottom")
    assert step()[1]
    panel.tool("One table a row, in the order they were made")
    assert step() == (False, True)
    assert panel.panel(f"new Set({boxes}.map(b => b.y)).size === {boxes}.length")
    panel.tool("Flow from left to right")
    assert step() == (True, False)


def test_new_tables_leave_the_others_where_they_are(new_page: NewPage) -> None:
    """What a running notebook adds finds its place; nothing else jumps."""
    book = Book()
    book.cell(a=book.read("a.csv"))
    book.cell(b=book.op("merge", [book.last["a"]]), c=book.op("query", [book.last["a"]]))
    page = new_page().open()
    page.snapshot(1, book.take())
    places = "Object.fromEntries([...panel.stage.value.boxes].map(([k, b]) => [k, [b.x, b.y]]))"
    before = page.panel(places)
    book.cell(d=book.op("assign", [book.last["c"]]))
    page.patch(2, book.take())
    after = page.panel(places)
    assert {key: after[key] for key in before} == before
    assert "v:d" in after


def test_tables_of_a_cell_can_be_one_node(panel: PanelPage) -> None:
    """Grouped by cell the notebook is a handful of nodes; a click on its button opens one again."""
    panel.tool("Group tables by cell")
    assert "Cell [5]" in panel.shown()
    assert "trips" not in panel.shown()
    card = panel.near("Cell [5]")
    card.get_by_role("button", name="Show columns of Cell [5]").click()
    panel.frame()
    assert {"conditions", "fleet", "places"} <= set(panel.shown())


def test_an_edge_tells_its_operations(panel: PanelPage) -> None:
    """A click on a line selects the operation that names it; its details list all that were folded into it."""
    panel.near("flown")
    code = "panel.stage.value.edgeAt"
    point = panel.panel(
        "(() => { const s = panel.stage.value; const b = s.boxes.get('v:flown');"
        " return [b.x * s.camera.scale + s.camera.x - 14, (b.y + 21) * s.camera.scale + s.camera.y]; })()"
    )
    assert panel.panel(f"{code}.call(panel.stage.value, {point[0]}, {point[1]}).edge.target.title") == "flown"
    graph = panel.page.locator(".lx-graph").bounding_box()
    assert graph is not None
    panel.page.mouse.click(graph["x"] + point[0], graph["y"] + point[1])
    panel.frame()
    drawer = panel.page.get_by_role("complementary", name="Details")
    expect(drawer).to_contain_text("flights → flown")
    expect(drawer.locator("mark")).to_have_text('flights[~flights["cancelled"] & flights["arr_delay"].notna()]')
    before = len(panel.shown())
    drawer.get_by_role("button", name="Show the steps between in the graph").click()
    panel.frame()
    assert len(panel.shown()) > before


def test_the_legend_names_colours_and_switches_kinds_off(panel: PanelPage) -> None:
    """What is switched off is folded: what lies behind stays connected."""
    legend = panel.page.get_by_role("group", name="Legend")
    for name in ("read", "frame", "join", "group"):
        expect(legend).to_contain_text(name)
    assert "storms" in panel.shown()
    legend.get_by_role("button", name="series").click()
    panel.frame()
    assert "storms" not in panel.shown()
    legend.get_by_role("button", name="series").click()
    panel.frame()
    assert "storms" in panel.shown()


def test_heat_shows_where_time_memory_and_rows_went(panel: PanelPage) -> None:
    """The hottest table stands out; the legend becomes a scale."""
    for choice, hottest in (("Memory it holds", "trips"), ("Rows lost on the way", "by_origin")):
        panel.menu("Heat", choice)
        steps = panel.panel(
            "Object.fromEntries(panel.scene.shown.value.nodes.map(n => [n.title, panel.stage.value.heat.step(n)]))"
        )
        assert steps[hottest] == 4
        assert steps["flown"] in {0, 1}
    expect(panel.page.locator(".lx-scale i")).to_have_count(5)
    panel.menu("Heat", "Time it took")
    expect(panel.near("trips")).to_contain_text("s")


def test_runs_of_a_cell_are_one_node_and_failures_are_marked(panel: PanelPage) -> None:
    """The cell that was run again and failed: one table, its versions counted, marked."""
    card = panel.near("flights")
    expect(card).to_contain_text("v8")
    expect(card.locator("[data-mark=failed]")).to_be_visible()


def test_stale_and_deleted_tables_are_marked(new_page: NewPage) -> None:
    """Stale: made from something that has changed since. Deleted: its cell is gone from the notebook."""
    book = Book()
    book.cell(a=book.read("a.csv"))
    cell = book.cell(b=book.op("merge", [book.last["a"]]))
    page = new_page().open()
    page.snapshot(1, book.take())
    stale = ["stale", {"cells": [[cell, "a has changed"]], "datasets": [book.last["b"]]}]
    page.patch(2, [stale, ["deleted", {"cells": [cell]}]])
    card = page.near("b")
    expect(card.locator("[data-mark=stale]")).to_be_visible()
    expect(card.locator("[data-mark=deleted]")).to_be_visible()
    expect(page.near("a").locator("[data-mark]")).to_have_count(0)
    expect(page.page.get_by_role("treegrid").locator("[data-mark=stale]")).to_have_count(1)


def test_opaque_and_failed_operations_stay_in_sight(panel: PanelPage) -> None:
    """A pill instead of an edge; its details say what went wrong."""
    panel.panel(
        "panel.stage.value.centre(panel.scene.graph.value.nodes.get('v:report').outs.values().next().value.target.key)"
    )
    panel.frame()
    pill = panel.page.locator(".lx-pill[data-state=failed]").last
    pill.click()
    expect(panel.page.get_by_role("complementary", name="Details")).to_contain_text("KeyError")


def test_a_large_graph_is_drawn_on_the_canvas(new_page: NewPage) -> None:
    """Three hundred tables in sight are no three hundred elements; near ones are cards again.

    The one under the pointer says its name, for which there is no room on it.
    """
    book = Book()
    for i in range(300):
        source = (
            book.read(f"{i}.csv") if i < 20 else book.op("merge", [book.last[f"t{i - 20}"], book.last[f"t{i - 7}"]])
        )
        book.cell(**{f"t{i}": source})
    page = new_page().open(book.snapshot())
    assert page.page.locator(".lx-card").count() == 0
    assert len(page.shown()) == 320
    page.page.evaluate(WRITTEN)
    page.page.mouse.move(*page.panel(PLACE))
    page.frame()
    assert [text.split("  ")[0] for text in page.page.evaluate("written")][-1] == "t150"
    expect(page.near("t150")).to_be_visible()
    assert page.page.locator(".lx-card").count() < 140


def test_results_that_cells_displayed_can_be_shown(new_page: NewPage) -> None:
    """They aren't kept in a variable, so they aren't there by default."""
    book = Book()
    book.cell(a=book.read("a.csv"))
    book.cell(result=book.op("head", [book.last["a"]]))
    page = new_page().open(book.snapshot())
    assert page.shown() == ["a", "a.csv"]
    page.menu("More", "Results that cells displayed")
    assert page.shown() == ["a", "a.csv", "head [2]"]


def test_versions_of_a_table_apart(panel: PanelPage) -> None:
    """Step by step: each version as a table of its own, and folded again."""
    panel.find("daily")
    before = len(panel.shown())
    panel.page.get_by_role("button", name="Versions apart").click()
    panel.frame()
    assert len(panel.shown()) == before + 2
    panel.menu("More", "Fold everything again")
    assert len(panel.shown()) == before
