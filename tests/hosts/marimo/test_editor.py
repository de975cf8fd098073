"""marimo's editor and its readers, with real kernels: cells that stop, fail, are cancelled, interrupted, async."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage_ext.graph import LineageGraph
from lineage_ext.model import CodeFacet, NotebookFacet, ResourceFacet, Run, RunKind
from lineage_ext.store import reading
from tests.hosts.marimo.notebooks import IMPORTS, cells, dataflow, recorded, state, write
from tests.hosts.marimo.server import Client, Server

pytest.importorskip("marimo")
pytestmark = pytest.mark.slow

CELLS = {
    "raw": 'raw = pd.DataFrame({"x": [1, 2, 3, 4]})',
    "stopped": "mo.stop(len(raw) > 3)\nnever = raw + 1",
    "after_stop": "never.sum()",
    "failing": 'bad = raw["missing"]',
    "after_failure": "bad.sum()",
    "waiting": "await asyncio.sleep(0.01)\nlater = raw.assign(y=raw['x'] * 2)\nlater",
    "moving": "slider = mo.ui.slider(1, 9, on_change=lambda v: raw.head(v))\nslider",
    "reading": "part = raw.head(slider.value)",
    "sleeping": "import time\nslow = 1",
    "sleeping_async": "slow_too = 1",
}
SLEEP = 'import time\nslow = raw.tail(2)\nprint("asleep")\ntime.sleep(60)'
SLEEP_ASYNC = 'slow_too = raw.tail(1)\nprint("asleep")\nawait asyncio.sleep(60)'


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The editor, tracked by no line in the notebook: everything ran, a slider moved, two cells were interrupted."""
    folder = tmp_path_factory.mktemp("edit")
    with Server(
        "edit", write(folder / "book.py", CELLS, f"import asyncio\nimport marimo as mo\n{IMPORTS}"), LINEAGE_MARIMO="1"
    ) as server:
        client = Client(server, "one")
        client.start()
        client.set("moving", 3)
        client.run("raw", CELLS["raw"] + "  # again")
        for name, code in (("sleeping", SLEEP), ("sleeping_async", SLEEP_ASYNC)):
            client.run(name, code, wait=False)
            client.until_shown(name, "asleep")
            client.post("interrupt")
            client.until("completed-run")
            client.until_shown(name, "Traceback")  # consoles lag
        yield client
        client.close()


@pytest.fixture(scope="module")
def graph(editor: Client) -> LineageGraph:
    """What the store has of it."""

    def ended(found: LineageGraph) -> bool:
        """The last cell; what a cell took is told at its end."""
        last = cells(found, "sleeping_async")[1:]
        return any(run.facet(ResourceFacet) is not None for run in last)

    return recorded(editor.server.log.parent, ended)


def operations(graph: LineageGraph, cell: Run) -> list[str]:
    """The operations of a cell run."""
    return [
        r.job.name.removeprefix("pandas.")
        for r in graph.runs()
        if r.kind is RunKind.OPERATION and r.parent_id == cell.id
    ]


def test_the_first_cell_and_the_setup_cell_are_tracked_without_a_line(graph: LineageGraph) -> None:
    """38: the kernel calls us before any cell: LINEAGE_MARIMO=1 is all it takes."""
    found = graph.cells()
    assert cells(graph, "setup")[0] in found[:2]
    assert operations(graph, cells(graph, "raw")[0]) == ["DataFrame.__init__"]
    place = graph.session().facet(NotebookFacet)
    assert (place.host, Path(place.path).name) == ("marimo", "book.py")


def test_a_cell_that_stops_itself_is_told_as_skipped_and_what_depends_on_it_as_cancelled(graph: LineageGraph) -> None:
    """39, 40: ``mo.stop`` is no failure; cells after it never began, so they took nothing."""
    assert [state(run) for run in cells(graph, "stopped")] == ["ABORT", "ABORT"]
    assert [state(run) for run in cells(graph, "after_stop")] == ["ABORT", "ABORT"]
    assert all(r.facet(ResourceFacet) is not None for r in cells(graph, "stopped"))
    assert all(r.facet(ResourceFacet) is None for r in cells(graph, "after_stop"))


def test_a_failing_cell_has_its_error_and_its_descendants_are_cancelled(graph: LineageGraph) -> None:
    """40: both times it was due, each once."""
    assert [state(run) for run in cells(graph, "failing")] == ["FAIL KeyError", "FAIL KeyError"]
    assert [state(run) for run in cells(graph, "after_failure")] == ["ABORT", "ABORT"]


def test_the_traceback_the_user_sees_has_nothing_of_ours(editor: Client) -> None:
    """52: neither in a failure nor in an interrupted async cell, which marimo prints from its own frames on."""
    for name in ("failing", "sleeping", "sleeping_async"):
        shown = editor.shown(name)
        assert "Traceback" in shown, name
        assert "lineage_ext" not in shown, name


def test_an_async_cell_is_tracked_to_its_end(graph: LineageGraph) -> None:
    """43: what runs after ``await`` belongs to it, too."""
    first = cells(graph, "waiting")[0]
    assert state(first) == "COMPLETE"
    assert "DataFrame.copy" in operations(graph, first)  # ``assign``


@pytest.mark.parametrize("name", ["sleeping", "sleeping_async"])
def test_an_interrupted_cell_is_told_as_interrupted(graph: LineageGraph, name: str) -> None:
    """42: with what it did before, sync and async."""
    last = cells(graph, name)[-1]
    assert state(last).startswith("ABORT")
    assert operations(graph, last) == ["DataFrame.tail"]


def test_what_on_change_does_belongs_to_a_callback_of_the_cell_that_made_the_element(
    graph: LineageGraph, editor: Client
) -> None:
    """46: it runs between cells; the cells that read the element run afterwards, as usual."""
    callbacks = [r for r in graph.cells() if r.facet(CodeFacet).kind == "callback"]
    assert [r.facet(CodeFacet).cell_id for r in callbacks] == [editor.cells["moving"]]
    assert operations(graph, callbacks[0]) == ["DataFrame.head"]
    assert len(cells(graph, "reading")) == 3


def test_a_cell_says_what_it_defines_and_what_it_depends_on(graph: LineageGraph, editor: Client) -> None:
    """48: marimo knows before the cell runs."""
    found = dataflow(graph, "reading")
    assert (found.defs, set(found.refs)) == (("part",), {"raw", "slider"})
    assert set(found.parents) == {editor.cells["raw"], editor.cells["moving"]}


def test_two_readers_have_a_session_each(tmp_path: Path) -> None:
    """45: ``marimo run`` serves both from one process, a thread each; nothing of one is in the other."""
    book = {
        "start": "import lineage_ext\nlineage_ext.track()\nimport marimo as mo\nNone",
        "raw": 'raw = pd.DataFrame({"x": range(9)})',
        "moving": "slider = mo.ui.slider(1, 9)\nslider",
        "reading": "part = raw.head(slider.value)\npart",
    }
    with Server("run", write(tmp_path / "book.py", book), "--include-code") as server:  # 0.13: else cells have no names
        readers = [Client(server, name) for name in ("first", "second")]
        for reader in readers:
            reader.start()
        for value in (2, 3):
            readers[0].set("moving", value)
        readers[1].set("moving", 5)
        recorded(tmp_path, lambda _: rows_read(tmp_path) == [[1, 2, 3], [1, 5]])
        for reader in readers:
            reader.close()
    assert rows_read(tmp_path) == [[1, 2, 3], [1, 5]]
    assert all(len(cells(g, "raw")) == 1 for g in graphs(tmp_path))


def graphs(folder: Path) -> list[LineageGraph]:
    """All sessions of a folder."""
    store = folder / ".lineage" / "lineage.sqlite"
    return [reading.load(store, found.run.id) for found in reading.sessions(store)]


def rows_read(folder: Path) -> list[list[int | None]]:
    """Of each session how many rows were read each time."""
    return sorted([d.rows for r in cells_operations(g, "reading") for d in r.outputs] for g in graphs(folder))


def cells_operations(graph: LineageGraph, name: str) -> list[Run]:
    """The operations of all runs of a cell."""
    parents = {run.id for run in cells(graph, name)}
    return [r for r in graph.runs() if r.kind is RunKind.OPERATION and r.parent_id in parents]
